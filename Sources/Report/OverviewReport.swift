public import Foundation
public import Study

/// The report of several studies that belong together: what they say side by side and joined.
public enum OverviewReport {
  /// What stands beside the figures.
  struct Context {
    var title: String
    var parts: [OverviewPart]
    var folder: URL
    var command: String
    var gleanVersion: String
    var madeAt: Date

    /// The page of a part, seen from the overview's.
    func address(_ part: Int) -> String {
      RelativePath.address(of: parts[part].folder.report, from: folder)
    }
  }

  /// Joins the parts and writes `report.html`, `report.json`, `report.csv`, `tables.tex` and
  /// `tables.md` into a folder, which is made. The parts' own pages are not written: see
  /// ``StudyReport/write(_:results:gleanVersion:to:overview:)``, whose `overview` links back.
  ///
  /// - Parameter command: what makes it again; empty if it is not to be named.
  /// - Throws: ``ReportError`` if a file cannot be written.
  @discardableResult
  public static func write(
    _ parts: [OverviewPart], title: String, command: String = "", gleanVersion: String = "",
    to folder: URL, madeAt: Date = Date()
  ) throws -> StudyOverview {
    let overview = try StudyOverview(parts)
    let context = Context(
      title: title, parts: parts, folder: folder, command: command, gleanVersion: gleanVersion,
      madeAt: madeAt)
    let table = OverviewFigures(parts).table(title: title)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw ReportError.cannotWrite(path: folder.path, reason: error.localizedDescription)
    }
    for (name, text) in [
      (StudyReport.page, OverviewPage(overview, context).text),
      (StudyReport.json, try ReportFile.json(overview)),
      (StudyReport.csv, ResultsCSV.text(parts.map { ($0.summary, "\($0.plan.budget)") })),
      (StudyReport.latex, table.latex), (StudyReport.markdown, table.markdown),
    ] {
      try ReportFile.write(text, to: folder.appending(path: name).path)
    }
    return overview
  }

  /// The table and the answers as plain text, at most ``TextReport/width`` columns wide.
  public static func text(_ parts: [OverviewPart], _ overview: StudyOverview) -> String {
    let figures = OverviewFigures(parts)
    // Columns that fit beside the names.
    let fitting = 4
    let letters = parts.indices.map { "(\($0 + 1))" }
    var lines: [String] = []
    for start in stride(from: 0, to: parts.count, by: fitting) {
      let columns = Array(start..<min(start + fitting, parts.count))
      let cells = figures.rows.map { row in
        [ChartLayout.shortened(row.title, to: 27)]
          + columns.map { column in
            row.figures[column].map { figure in
              Wording.number(figure.mean)
                + (figure.interval.map { " [\(Wording.range($0))]" } ?? "")
            } ?? "-"
          }
      }
      lines += TextReport.aligned([["method"] + columns.map { letters[$0] }] + cells) + [""]
    }
    for (letter, part) in zip(letters, parts) {
      lines += TextReport.wrapped("\(letter) \(part.title), N = \(figures.size(part))")
    }
    lines += TextReport.wrapped(figures.legend) + [""]
    for sentence in overview.verdict where !sentence.isDetail {
      lines += TextReport.item(sentence.text)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Methods by part, at the largest size of each.
struct OverviewFigures {
  struct Row {
    var title: String
    var family: String?
    var isBaseline: Bool
    /// By part.
    var figures: [Estimate?]
  }

  let parts: [OverviewPart]
  private(set) var rows: [Row] = []

  init(_ parts: [OverviewPart]) {
    self.parts = parts
    var places: [String: Int] = [:]
    for (position, part) in parts.enumerated() {
      let summary = part.summary
      for row in summary.rows {
        let place = places[row.method] ?? rows.count
        if place == rows.count {
          places[row.method] = place
          rows.append(
            Row(
              title: row.title, family: row.family, isBaseline: row.isBaseline,
              figures: parts.map { _ in nil }))
        }
      }
      for (method, place) in places {
        rows[place].figures[position] = part.largestRow(method).flatMap {
          $0.estimate($0.headlineProtocol, summary.primaryMetric)
        }
      }
    }
    let order = rows.indices.sorted {
      (rows[$0].isBaseline ? 1 : 0, $0) < (rows[$1].isBaseline ? 1 : 0, $1)
    }
    rows = order.map { rows[$0] }
  }

  /// The largest N of a part.
  func size(_ part: OverviewPart) -> String {
    part.largestSize.map(Wording.grouped) ?? "none"
  }

  var legend: String {
    let metrics = Set(parts.map(\.summary.primaryMetric.title)).sorted()
    return "Percent, mean and 95% Student-t interval over seeds, at each part's largest number of "
      + "images pretrained on: \(Wording.list(metrics)) on the test images, of the linear probe or "
      + "of the supervised network itself. No figure: not made at that number."
  }

  func table(title: String) -> FigureTable {
    FigureTable(
      caption: title,
      columns: parts.map { "\($0.title), N = \(size($0))" },
      groups: [
        (
          "",
          rows.map { row in
            FigureTable.Row(
              name: row.title, figures: row.figures.map { $0.map { FigureTable.Figure($0) } })
          }
        )
      ], note: legend)
  }
}
