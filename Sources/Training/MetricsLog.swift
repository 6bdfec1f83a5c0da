import Foundation

/// `metrics.csv` beside the weights: a line every few steps.
struct MetricsLog {
  private let url: URL
  private var columns: [String] = []

  /// Starts a file, or goes on with one, dropping what was written after `step`.
  init(_ url: URL, keepingUpTo step: Int) throws {
    self.url = url
    guard step > 0, let text = try? String(contentsOf: url, encoding: .utf8) else {
      try Data().write(to: url)
      return
    }
    let lines = text.split(separator: "\n")
    guard let header = lines.first else { return }
    columns = header.split(separator: ",").map(String.init)
    let kept = lines.dropFirst().filter { line in
      (Int(line.prefix { $0 != "," }) ?? .max) <= step
    }
    try Data(([header] + kept).joined(separator: "\n").appending("\n").utf8)
      .write(to: url, options: .atomic)
  }

  /// Adds a line; the first fixes the columns.
  mutating func append(_ values: [(String, Double)]) throws {
    var text = ""
    if columns.isEmpty {
      columns = values.map(\.0)
      text = columns.joined(separator: ",") + "\n"
    }
    let byName = Dictionary(values, uniquingKeysWith: { first, _ in first })
    text += columns.map { byName[$0].map(MetricsLog.text) ?? "" }.joined(separator: ",") + "\n"
    let file = try FileHandle(forWritingTo: url)
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }

  private static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    return String(format: "%.6g", value)
  }
}
