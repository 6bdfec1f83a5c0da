/// A plain-text table for results on stdout: columns aligned, numbers to the right.
///
/// ```
/// method   N      accuracy
/// ──────  ────  ──────────
/// simclr  500   50.5 ± 1.2
/// ```
public struct Table: Sendable {
  /// How the cells of a column stand.
  public enum Alignment: Sendable {
    /// Right when every cell looks like a number, else left.
    case automatic
    /// To the left.
    case left
    /// To the right.
    case right
  }

  private let headers: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A table without rows. Columns beyond `alignments` are aligned automatically.
  public init(_ headers: [String], alignments: [Alignment] = []) {
    self.headers = headers
    self.alignments =
      alignments
      + Array(repeating: .automatic, count: max(0, headers.count - alignments.count))
  }

  /// Adds a row with one cell a column.
  public mutating func add(_ row: [String]) {
    precondition(
      row.count == headers.count, "a row of \(row.count) cells, expected \(headers.count)")
    rows.append(row)
  }

  /// The lines, without spaces at their ends, each ended by a line break.
  public func render() -> String {
    let widths = headers.indices.map { column in
      rows.map { displayWidth($0[column]) }.reduce(displayWidth(headers[column]), max)
    }
    let toRight = headers.indices.map(isRightAligned)
    let rule = widths.map { String(repeating: "─", count: $0) }
    let lines = ([headers, rule] + rows).map { cells in
      let line = cells.indices.map { padded(cells[$0], to: widths[$0], onLeft: toRight[$0]) }
        .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func isRightAligned(_ column: Int) -> Bool {
    switch alignments[column] {
    case .left: return false
    case .right: return true
    case .automatic:
      let cells = rows.map { $0[column] }.filter { !["", "–", "-"].contains($0) }
      return !cells.isEmpty && cells.allSatisfy(looksLikeNumber)
    }
  }
}

/// `12,345`, `-0.5`, `50.5 ± 1.2`, `91 %`, `2 min 05 s`: a digit first, after a sign perhaps.
private func looksLikeNumber(_ cell: String) -> Bool {
  let first = cell.drop { "+-−±<>≈~".contains($0) }.first
  return first?.isNumber ?? false
}
