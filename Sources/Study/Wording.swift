import Augment
import Foundation

/// How figures are written in sentences and tables. Independent of the machine's locale, so that
/// the same results make the same report everywhere.
package enum Wording {
  /// "50.5": a share in percent, without the sign, with a true minus.
  package static func number(_ share: Double, digits: Int = 1) -> String {
    let text = String(format: "%.\(digits)f", abs(share * 100))
    let isZero = !text.contains { $0 != "0" && $0 != "." }
    return (share < 0 && !isZero ? "−" : "") + text
  }

  /// "50.5%".
  package static func percent(_ share: Double) -> String { number(share) + "%" }

  /// "16.1 points": the size of a difference of shares, without its sign.
  package static func points(_ difference: Double) -> String {
    let text = number(abs(difference))
    return text == "1.0" ? "1.0 point" : "\(text) points"
  }

  /// "+1.6" or "−1.6".
  package static func signed(_ difference: Double) -> String {
    let text = number(difference)
    return text.hasPrefix("−") || text == "0.0" ? text : "+" + text
  }

  /// "49.8–51.2", or "−1.0 to 4.2" where a dash would be taken for a minus.
  package static func range(_ interval: Interval) -> String {
    let lower = number(interval.lower)
    let upper = number(interval.upper)
    return lower.hasPrefix("−") || upper.hasPrefix("−")
      ? "\(lower) to \(upper)" : "\(lower)–\(upper)"
  }

  /// "5,000".
  package static func grouped(_ number: Int) -> String {
    var groups: [String] = []
    var rest = number.magnitude
    while rest >= 1000 {
      groups.append(String(format: "%03d", Int(rest % 1000)))
      rest /= 1000
    }
    groups.append(String(rest))
    return (number < 0 ? "−" : "") + groups.reversed().joined(separator: ",")
  }

  /// "1,400": two leading digits, for what is not known better.
  package static func about(_ number: Int) -> String {
    var unit = 1
    while number.magnitude / UInt(unit) >= 100 { unit *= 10 }
    return grouped(Int((Double(number) / Double(unit)).rounded()) * unit)
  }

  /// "0.012" or "<0.001".
  package static func p(_ p: Double) -> String {
    p < 0.001 ? "<0.001" : String(format: "%.3f", p)
  }

  /// "= 0.012" or "< 0.001", as it follows a "p".
  static func pIs(_ p: Double) -> String { p < 0.001 ? "< 0.001" : "= " + Self.p(p) }

  /// "42 s", "3 min 5 s", "2 h 10 min".
  package static func duration(_ seconds: Double) -> String {
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// "512 MB", "1.4 GB".
  package static func bytes(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? "\(Int((Double(bytes) / 1e6).rounded())) MB"
      : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// "3 seeds", "1 seed".
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// "a", "a and b", "a, b and c".
  package static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The first letter in upper case, the rest as it is.
  package static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

extension EvaluationProtocol {
  /// The protocol at the head of a column.
  package var heading: String {
    // A table of corruptions says once that it is the linear probe's.
    if case .corruption(let name) = condition { return Corruption(rawValue: name)?.title ?? name }
    return probe == .knn ? title : Wording.sentence(title)
  }

  /// The protocol as a sentence names it: "in linear probe".
  package var title: String {
    condition.map { "\(probe.title), \($0.title)" } ?? probe.title
  }
}

extension EvaluationProtocol.Probe {
  /// The probe as a sentence names it.
  package var title: String {
    switch self {
    case .linear: "linear probe"
    case .knn: "kNN"
    case .sgd: "linear probe by SGD"
    case .fewShot: "few-shot"
    case .fineTune: "fine-tuning"
    case .endToEnd: "end-to-end"
    }
  }
}

extension EvaluationProtocol.Condition {
  /// The condition as a heading names it.
  package var title: String {
    switch self {
    case .labelsPerClass(let count): "\(Wording.count(count, "label")) a class"
    case .percentOfLabels(let percent): "\(percent)% of labels"
    case .imbalanced: "long-tailed"
    case .noisyLabels(let percent): "\(percent)% wrong labels"
    case .corrupted: "corrupted"
    case .corruption(let name): name.replacing("-", with: " ")
    }
  }
}
