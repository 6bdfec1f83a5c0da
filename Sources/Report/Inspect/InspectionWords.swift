import Foundation
import Insight
import Study

/// An inspection in sentences, made of its figures alone. Where intervals do not allow a statement,
/// nothing is said.
struct InspectionWords {
  /// Fewer directions than this share of all: "few".
  static let fewDirections = 0.1
  /// Features whose effective rank is below this have collapsed.
  static let collapsedRank = 2.0
  /// "At chance" is only said of intervals no wider than this.
  static let widestAtChance = 0.1
  /// R² above chance, but below this, is "hardly".
  static let weakR2 = 0.1

  private let inspection: Inspection

  init(_ inspection: Inspection) { self.inspection = inspection }

  /// The sentences, most general first.
  var sentences: [String] {
    inspection.networks.indices.compactMap(directions) + neighbours
      + inspection.networks.indices.compactMap(factors)
      + inspection.networks.indices.compactMap(depth)
      + inspection.networks.indices.compactMap(cues)
  }

  private func possessive(_ index: Int) -> String {
    let name = inspection.networks[index].name
    return name + (name.hasSuffix("s") ? "’" : "’s")
  }

  private func directions(_ index: Int) -> String? {
    guard let rank = inspection.geometry?[index].effectiveRank else { return nil }
    let all = inspection.networks[index].features
    if rank < Self.collapsedRank {
      return
        "\(possessive(index)) features have collapsed: they say nearly the same of every image."
    }
    let only = rank < Self.fewDirections * Double(all) ? "only " : ""
    return "\(possessive(index)) features use \(only)\(Wording.grouped(Int(rank.rounded()))) of "
      + "\(Wording.grouped(all)) directions."
  }

  /// Which network's neighbours share their class most often, if one stands apart.
  private var neighbours: [String] {
    guard let found = inspection.neighbours, found.figures.count > 1 else { return [] }
    let agreements = found.figures.map(\.agreement)
    let known = agreements.indices.filter { agreements[$0]?.interval != nil }
    guard known.count > 1,
      let best = known.max(by: { (agreements[$0]?.value ?? 0) < (agreements[$1]?.value ?? 0) }),
      let one = agreements[best], let lower = one.interval?.lowerBound
    else { return [] }
    let others = known.filter { $0 != best }
    guard others.allSatisfy({ (agreements[$0]?.interval?.upperBound ?? 1) < lower }) else {
      return []
    }
    let second = others.compactMap { agreements[$0]?.value }.max() ?? 0
    return [
      "Of an image’s \(found.k) nearest, most share its class in \(possessive(best)) features: "
        + "\(Wording.percent(one.value)), against \(Wording.percent(second)) or less in the others."
    ]
  }

  /// What is read above chance, and what at chance.
  private func factors(_ index: Int) -> String? {
    guard let found = inspection.factors else { return nil }
    var read: [String] = []
    var blind: [String] = []
    var against: [String] = []
    for (factor, figure) in zip(found.factors, found.readings[index]) {
      guard let figure, let interval = figure.interval else { continue }
      let name = factor.name.replacing("_", with: " ")
      if interval.lowerBound > factor.chance {
        if factor.measure == .r2 && figure.value < Self.weakR2 { continue }
        read.append("\(name) (\(Wording.percent(figure.value)))")
        if let made = factor.made, found.ignored[index].contains(made) { against.append(name) }
      } else if interval.contains(factor.chance),
        interval.upperBound - interval.lowerBound <= Self.widestAtChance
      {
        let half = (interval.upperBound - interval.lowerBound) / 2
        blind.append(
          "\(name) (\(Wording.number(figure.value, digits: 0)) ± "
            + "\(Wording.number(half, digits: 0))%)")
      }
    }
    var parts: [String] = []
    if !read.isEmpty { parts.append("tell \(Wording.list(read))") }
    if !blind.isEmpty {
      parts.append("\(Wording.list(blind)) \(blind.count == 1 ? "is" : "are") read at chance")
    }
    guard !parts.isEmpty else { return nil }
    let start =
      read.isEmpty ? "From \(possessive(index)) features, " : "\(possessive(index)) features "
    let end =
      against.isEmpty
      ? "" : "; \(Wording.list(against)) although its views were to make it ignore that"
    return start + parts.joined(separator: "; ") + end + "."
  }

  /// Whether an earlier layer is read better than the last.
  private func depth(_ index: Int) -> String? {
    guard let one = inspection.layers?.figures[index], let last = one.linear.last,
      let upper = last.interval?.upperBound,
      let best = one.linear.indices.max(by: { one.linear[$0].value < one.linear[$1].value }),
      let lower = one.linear[best].interval?.lowerBound, lower > upper
    else { return nil }
    return "In \(inspection.networks[index].name), \(one.names[best]) is read better "
      + "(\(Wording.percent(one.linear[best].value))) than the feature itself "
      + "(\(Wording.percent(last.value)))."
  }

  /// Texture or shape, where intervals are apart.
  private func cues(_ index: Int) -> String? {
    guard let found = inspection.cues else { return nil }
    func reading(_ cue: CueFindings.Cue) -> ReadFigure? {
      found.cues.firstIndex(of: cue).map { found.readings[index][$0] }
    }
    guard let texture = reading(.shuffled), let shape = reading(.silhouettes),
      let first = texture.interval, let second = shape.interval
    else { return nil }
    let figures =
      "(\(Wording.percent(texture.value)) right with squares shuffled, "
      + "\(Wording.percent(shape.value)) on silhouettes)"
    let name = inspection.networks[index].name
    if first.lowerBound > max(second.upperBound, found.chance) {
      return "\(name) goes by texture rather than by outline \(figures)."
    }
    if second.lowerBound > max(first.upperBound, found.chance) {
      return "\(name) goes by outline rather than by texture \(figures)."
    }
    return nil
  }
}
