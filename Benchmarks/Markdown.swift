import CommandLineKit

/// Writes the results.
enum Markdown {
  /// A table whose first column is text and whose others are figures.
  static func table(_ headers: [String], _ rows: [[String]]) -> String {
    let rule = headers.indices.map { $0 == 0 ? "---" : "---:" }
    return ([headers, rule] + rows).map { "| \($0.joined(separator: " | ")) |" }
      .joined(separator: "\n")
  }

  /// A figure with as many decimals as three digits need; a dash for what was not measured.
  static func figure(_ value: Double?) -> String {
    guard let value else { return "–" }
    if value >= 1000 { return Human.count(Int(value.rounded())) }
    return Human.fixed(value, decimals: value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 4)
  }

  /// The median with its range.
  static func ratio(_ ratio: Ratio?) -> String {
    guard let ratio else { return "–" }
    let (median, least, most) = (
      Human.fixed(ratio.median, decimals: 3), Human.fixed(ratio.least, decimals: 3),
      Human.fixed(ratio.most, decimals: 3)
    )
    return "**\(median)** (\(least)–\(most))"
  }

  /// Megabytes.
  static func megabytes(_ bytes: Int?) -> String { figure(bytes.map { Double($0) / 1e6 }) }
}
