/// What a progress bar shows at one moment, and how it is laid out on one line.
struct ProgressLine {
  var title: String
  var done: Int
  var total: Int?
  var unit: String
  var rate: Double?
  var fields: [(name: String, value: String)]

  /// Cells of the bar.
  private static let widest = 30
  private static let narrowest = 6

  /// From 0 to 1; nil without a total.
  var fraction: Double? {
    total.map { $0 > 0 ? min(1, max(0, Double(done) / Double($0))) : 1 }
  }

  /// The line for a file or a pipe: everything but the bar.
  var plain: String {
    [title, percent, counts, speed, timeLeft, postfix].filter { !$0.isEmpty }
      .joined(separator: "  ")
  }

  /// The line for a terminal, at most `width` columns. Figures go before the bar does: the first
  /// of these layouts that fits is taken.
  func fitted(to width: Int) -> String {
    let withoutCounts = [title, percent, speed, timeLeft, postfix]
    let layouts: [(parts: [String], needsBar: Bool)] = [
      ([title, percent, counts, speed, timeLeft, postfix], true),
      (withoutCounts, true), (withoutCounts, false),
      ([title, percent, timeLeft, postfix], false),
      ([title, percent, timeLeft], false),
      ([title, percent], false),
    ]
    for layout in layouts {
      let parts = layout.parts.filter { !$0.isEmpty }
      let text = parts.joined(separator: "  ")
      let room = width - displayWidth(text)
      if room < 0 { continue }
      guard let fraction else { return text }
      let cells = min(Self.widest, room - 2)
      if cells >= Self.narrowest {
        return ([title, Self.bar(fraction, cells: cells)] + parts.dropFirst())
          .joined(separator: "  ")
      }
      if !layout.needsBar { return text }
    }
    return truncated("\(title)  \(percent)", to: width)
  }

  private var percent: String {
    guard let fraction else { return "" }
    // Rounded down, so that 100% means done.
    return padded("\(Int(fraction * 100))%", to: 4, onLeft: true)
  }

  private var counts: String {
    guard let total else { return done == 0 ? "" : "\(Human.count(done)) \(unit)" }
    return "\(Human.count(done))/\(Human.count(total))"
  }

  private var speed: String {
    rate.map { Human.rate($0, unit: unit) } ?? ""
  }

  private var timeLeft: String {
    guard let total, let rate, rate > 0, done < total else { return "" }
    let seconds = (Double(total - done) / rate).rounded(.up)
    return seconds < 60 ? "\(Int(seconds)) s left" : "\(Human.duration(seconds: seconds)) left"
  }

  private var postfix: String {
    fields.map { "\($0.name) \($0.value)" }.joined(separator: " · ")
  }

  private static func bar(_ fraction: Double, cells: Int) -> String {
    let inner = cells - 2
    let eighths = Int(fraction * Double(inner * 8))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let filled = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return "▕" + padded(filled, to: inner) + "▏"
  }
}
