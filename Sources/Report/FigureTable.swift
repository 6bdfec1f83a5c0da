import Study

/// A table of means and intervals, to be pasted into a paper or a page: LaTeX and Markdown.
struct FigureTable {
  struct Figure {
    /// "50.5".
    var mean: String
    /// "49.8–51.2".
    var range: String?
    /// Whether it stands out.
    var isBest = false

    init(_ estimate: Estimate, isBest: Bool = false) {
      mean = Wording.number(estimate.mean)
      range = estimate.interval.map(Wording.range)
      self.isBest = isBest
    }
  }

  struct Row {
    var name: String
    var figures: [Figure?]
  }

  var caption: String
  /// Of the figures.
  var columns: [String]
  /// Rows under headings; an empty heading is left out.
  var groups: [(title: String, rows: [Row])]
  var note: String

  // MARK: - LaTeX

  /// A `table` with a plain `tabular`: no package is needed.
  var latex: String {
    let width = columns.count + 1
    var lines = [
      "\\begin{table}", "\\centering", "\\caption{\(Self.latex(caption))}",
      "\\begin{tabular}{l\(String(repeating: "r", count: columns.count))}", "\\hline",
      (["Method"] + columns).map(Self.latex).joined(separator: " & ") + " \\\\", "\\hline",
    ]
    for group in groups {
      if !group.title.isEmpty {
        lines.append("\\multicolumn{\(width)}{l}{\\emph{\(Self.latex(group.title))}} \\\\")
      }
      for row in group.rows {
        let cells = row.figures.map { figure -> String in
          guard let figure else { return "--" }
          let mean = Self.latex(figure.mean)
          let range = figure.range.map { " {\\footnotesize (\(Self.latex($0)))}" } ?? ""
          return (figure.isBest ? "\\textbf{\(mean)}" : mean) + range
        }
        lines.append(([Self.latex(row.name)] + cells).joined(separator: " & ") + " \\\\")
      }
      lines.append("\\hline")
    }
    lines += [
      "\\end{tabular}", "", "{\\footnotesize \(Self.latex(note))}", "\\end{table}", "",
    ]
    return lines.joined(separator: "\n")
  }

  /// Text as LaTeX prints it.
  static func latex(_ text: String) -> String {
    let special: [Unicode.Scalar: String] = [
      "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
      "%": "\\%", "_": "\\_", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}",
      "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "–": "--", "−": "$-$",
      "·": "$\\cdot$", "×": "$\\times$", "²": "$^2$",
    ]
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      result += special[scalar] ?? (scalar.value < 0x20 ? " " : String(scalar))
    }
  }

  // MARK: - Markdown

  /// A table in the dialect of GitHub, its caption above and its note below.
  var markdown: String {
    var lines = [
      "**\(Self.markdown(caption))**", "",
      Self.line(["Method"] + columns.map(Self.markdown)),
      Self.line(["---"] + columns.map { _ in "---:" }),
    ]
    for group in groups {
      if !group.title.isEmpty {
        lines.append(Self.line(["*\(Self.markdown(group.title))*"] + columns.map { _ in "" }))
      }
      for row in group.rows {
        let cells = row.figures.map { figure -> String in
          guard let figure else { return "–" }
          let range = figure.range.map { " (\($0))" } ?? ""
          return (figure.isBest ? "**\(figure.mean)**" : figure.mean) + range
        }
        lines.append(Self.line([Self.markdown(row.name)] + cells))
      }
    }
    return (lines + ["", Self.markdown(note), ""]).joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// Text as Markdown shows it.
  static func markdown(_ text: String) -> String {
    let special: Set<Unicode.Scalar> = [
      "\\", "|", "*", "_", "`", "<", ">", "[", "]", "#", "~", "&",
    ]
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if special.contains(scalar) { result += "\\" }
      result += scalar.value < 0x20 ? " " : String(scalar)
    }
  }
}

extension FigureTable {
  /// The main results of a study: the plain protocols, by size.
  init(_ summary: StudySummary) {
    let columns = ResultColumn.of(summary)
    let seeds = Wording.count(summary.seeds.count, "seed")
    self.init(
      caption: "\(summary.dataset), \(summary.backbone): percent of test images, mean and 95% "
        + "interval over \(seeds)",
      columns: columns.map(\.title),
      groups: RowGroup.of(summary).map { group in
        (
          group.title,
          group.rows.map { row in
            Row(
              name: row.otherBackbone.map { "\(row.title) (\($0))" } ?? row.title,
              figures: columns.map { column in
                column.estimate(row).map {
                  Figure($0, isBest: row.isBest && column.isHeadline(row, summary))
                }
              })
          }
        )
      },
      note: "N: images pretrained on; L: labelled images. Intervals: Student-t over seeds."
        + (summary.bestNote.map { " Bold: \($0)." } ?? ""))
  }
}

/// All figures of studies, one a line.
enum ResultsCSV {
  /// With a head; means and intervals over seeds as they were measured, shares in 0...1.
  static func text(_ studies: [(summary: StudySummary, budget: String)]) -> String {
    let head = [
      "dataset", "backbone", "budget", "method", "title", "family", "pretrain_images",
      "labelled_images", "protocol", "metric", "mean", "lower", "upper", "seeds",
    ]
    let lines = studies.flatMap { summary, budget in
      summary.rows.flatMap { row in
        row.figures.map { figure in
          let (estimate, interval) = (figure.estimate, figure.estimate.interval)
          return [
            summary.dataset, row.otherBackbone ?? summary.backbone, budget, row.method, row.title,
            row.family ?? "", row.pretrainImages.map(String.init) ?? "", "\(row.labelledImages)",
            figure.evaluation.rawValue, figure.metric.rawValue, "\(estimate.mean)",
            interval.map { "\($0.lower)" } ?? "", interval.map { "\($0.upper)" } ?? "",
            "\(estimate.n)",
          ]
        }
      }
    }
    return ([head] + lines).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) }
      ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
