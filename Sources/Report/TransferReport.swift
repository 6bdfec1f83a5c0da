public import Foundation
public import Study

/// What pretraining on one set is worth on others: one table of all the studies that share the set,
/// beside what pretraining on each set itself gives.
public enum TransferReport {
  /// A row: a method and where it was pretrained.
  private struct Row {
    var title: String
    var trainedOn: String
    /// By study.
    var figures: [Estimate?]
  }

  /// The table as plain text, with a line break at its end.
  public static func text(_ summaries: [StudySummary], source: String) -> String {
    let rows = rows(summaries, source)
    let cells = rows.map { row in
      [row.title, row.trainedOn]
        + row.figures.map { estimate in
          estimate.map { figure in
            Wording.number(figure.mean) + (figure.interval.map { " [\(Wording.range($0))]" } ?? "")
          } ?? "-"
        }
    }
    let lines =
      TextReport.aligned([["method", "pretrained on"] + summaries.map(\.dataset)] + cells)
      + TextReport.wrapped(legend(summaries))
    return "\n" + lines.joined(separator: "\n") + "\n"
  }

  /// Writes the page.
  /// - Throws: ``ReportError`` if the file cannot be written.
  public static func write(
    _ summaries: [StudySummary], source: String, to page: URL
  ) throws(ReportError) {
    let head: [Markup] = summaries.map {
      """
      <th scope="col" class="number"><a href="\(link($0.dataset))">\($0.dataset)</a></th>
      """
    }
    let body: [Markup] = rows(summaries, source).map { row in
      """
      <tr><th scope="row">\(row.title)<small>\(row.trainedOn)</small></th>\
      \(row.figures.map(HTMLPage.cell))</tr>
      """
    }
    let verdicts: [Markup] = summaries.map {
      """
      <section><h2>\($0.dataset)</h2><p>\($0.verdict.headline)</p>\
      <p><a href="\(link($0.dataset))">Its report</a></p></section>
      """
    }
    let content: Markup = """
      <header><h1>\(source), transferred</h1>
      <p class="setting">pretrained on \(source) or on the set itself, judged on \
      \(Wording.list(summaries.map(\.dataset)))</p></header>
      <section><h2>Results</h2>\(HTMLPage.table(
        #"<th scope="col">Method</th>\#(head)"#, "<tbody>\(body)</tbody>"))\
      <p class="note">\(legend(summaries))</p></section>
      \(verdicts)
      """
    let text = HTMLPage(
      title: "\(source), transferred", gleanVersion: "", content: content, footer: ""
    ).text
    try ReportFile.write(text, to: page.path)
  }

  /// Training with labels on the set itself answers for itself; elsewhere it is a way to pretrain.
  private static func title(_ row: StudyRow) -> String {
    row.source != nil && row.method == Baseline.supervised
      ? "supervised pretraining" : StudyRow(row.method).title
  }

  private static func link(_ dataset: String) -> String {
    let allowed = CharacterSet.urlPathAllowed
    return (dataset.addingPercentEncoding(withAllowedCharacters: allowed) ?? dataset)
      + "/report.html"
  }

  private static func legend(_ summaries: [StudySummary]) -> String {
    let metrics = Set(summaries.map(\.primaryMetric.title)).sorted()
    return "Percent of test images, mean and 95% Student-t interval over seeds, at the largest "
      + "number of images pretrained on: \(Wording.list(metrics)) of the linear probe, or of the "
      + "supervised network itself. Each set's own report tests the rows against the baselines, and "
      + "the best row of each number of images against the others of that number."
  }

  /// Every method on each set itself and the baselines, then what is pretrained on the other.
  private static func rows(_ summaries: [StudySummary], _ source: String) -> [Row] {
    var rows: [Row] = []
    var places: [String: Int] = [:]
    for (position, summary) in summaries.enumerated() {
      var largest: [String: SummaryRow] = [:]
      for row in summary.rows {
        if let other = largest[row.method], (other.pretrainImages ?? 0) > (row.pretrainImages ?? 0)
        {
          continue
        }
        largest[row.method] = row
      }
      for row in summary.rows where largest[row.method]?.pretrainImages == row.pretrainImages {
        let name = StudyRow(row.method)
        let place = places[row.method] ?? rows.count
        if place == rows.count {
          places[row.method] = place
          rows.append(
            Row(
              title: title(name),
              trainedOn: name.source ?? (row.isBaseline ? "–" : "the set itself"),
              figures: summaries.map { _ in nil }))
        }
        rows[place].figures[position] = row.estimate(row.headlineProtocol, summary.primaryMetric)
      }
    }
    let order = places.sorted { $0.value < $1.value }.map(\.key).map(StudyRow.init)
    let sorted = zip(order, rows).sorted { a, b in
      func rank(_ row: StudyRow) -> Int { row.source == nil ? 0 : 1 }
      return rank(a.0) < rank(b.0)
    }
    return sorted.map(\.1)
  }
}
