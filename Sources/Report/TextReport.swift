public import Study

/// The table and the verdict as plain text, at most ``width`` columns wide.
public enum TextReport {
  /// The most columns of a line.
  public static let width = 100
  private static let longestTitle = 27

  /// The text, with a line break at its end.
  public static func render(_ summary: StudySummary) -> String {
    var lines = table(summary)
    lines.append("")
    lines += wrapped(summary.verdict.headline)
    for sentence in summary.verdict.sentences {
      lines += item(sentence.text)
    }
    for sentence in summary.halfJudged { lines += item(sentence) }
    for run in summary.incompleteRuns {
      let what = run.status == .failed ? "failed: \(run.message ?? "no message")" : "not finished"
      let name = "\(run.title), N = \(Wording.grouped(run.pretrainImages)), seed \(run.seed)"
      lines += item("\(name): \(what)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ summary: StudySummary) -> [String] {
    // One column for each row's headline protocol: with its own, end-to-end would not fit.
    let columns =
      [
        ResultColumn(
          title: summary.shownMetric.title, evaluation: nil, metric: summary.shownMetric)
      ] + ResultColumn.of(summary).filter { $0.evaluation == .knn || $0.evaluation == nil }
    var cells = [["method", "N"] + columns.map { $0.evaluation?.title ?? $0.metric.title }]
    for row in summary.rows {
      let figures = columns.map { column in
        column.estimate(row).map { estimate in
          let mark = row.isBest && column.isHeadline(row, summary) ? "*" : ""
          let range = estimate.interval.map { " [\(Wording.range($0))]" } ?? ""
          return mark + Wording.number(estimate.mean) + range
        } ?? "-"
      }
      cells.append(
        [
          ChartLayout.shortened(row.title, to: longestTitle),
          row.pretrainImages.map(Wording.grouped) ?? "any",
        ]
          + figures)
    }
    let seeds = Wording.count(summary.seeds.count, "seed")
    let best = summary.bestNote.map { "; *: \($0)" } ?? ""
    let isTrained = summary.rows.contains { $0.headlineProtocol == .endToEnd }
    let legend =
      "% of test images, mean [95% interval] over \(seeds); \(summary.shownMetric.title): linear "
      + "probe"
      + (isTrained ? ", or end-to-end (supervised)" : "") + best
    return aligned(cells) + wrapped(legend)
  }

  /// A table, its first row ruled off, its first column to the left and the others to the right.
  static func aligned(_ cells: [[String]]) -> [String] {
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let lines = cells.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }
    let rule = String(repeating: "-", count: lines.map(\.count).max() ?? 0)
    return [lines[0], rule] + lines.dropFirst()
  }

  static func item(_ text: String) -> [String] {
    wrapped(text, to: width - 2).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
  }

  /// `text` in lines of at most `width` characters, broken between words.
  package static func wrapped(_ text: String, to width: Int = width) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}
