import Foundation
import Study

/// The tables of the page.
struct ReportTables {
  let summary: StudySummary

  var results: Markup { table(ResultColumn.of(summary)) }

  /// The metrics beside the leading one, with intervals over the test images.
  var others: Markup {
    table(ResultColumn.others(of: summary)) { column, row in
      guard let estimate = row.estimate(row.headlineProtocol, column.metric) else { return nil }
      return (estimate.mean, row.testInterval(column.metric))
    }
  }

  /// Every row's figures in some columns, with intervals over seeds.
  func table(_ columns: [ResultColumn]) -> Markup {
    table(columns) { column, row in column.estimate(row).map { ($0.mean, $0.interval) } }
  }

  private func table(
    _ columns: [ResultColumn],
    _ figure: (ResultColumn, SummaryRow) -> (mean: Double, interval: Interval?)?
  ) -> Markup {
    let head: [Markup] = columns.map { #"<th scope="col" class="number">\#($0.title)</th>"# }
    let body: [Markup] = RowGroup.of(summary).map { group in
      let filled = group.rows.filter { row in columns.contains { figure($0, row) != nil } }
      guard !filled.isEmpty else { return "" }
      let rows: [Markup] = filled.map { row in
        let cells: [Markup] = columns.map { cell($0, row, figure($0, row)) }
        let kind = row.family ?? (row.isBaseline ? "baseline" : "")
        let family = row.otherBackbone.map { "\(kind), other backbone: \($0)" } ?? kind
        return """
          <tr><th scope="row">\(row.title)<small>\(family)</small></th>\(cells)\
          <td class="number seeds">\(Wording.grouped(row.runs))</td></tr>
          """
      }
      return """
        <tbody><tr class="group"><th scope="rowgroup" colspan="\(String(columns.count + 2))">\
        \(group.title)</th></tr>\(rows)</tbody>
        """
    }
    return """
      <div class="scroll"><table><thead><tr><th scope="col">Method</th>\(head)\
      <th scope="col" class="number seeds">Seeds</th></tr></thead>\(body)</table></div>
      """
  }

  private func cell(
    _ column: ResultColumn, _ row: SummaryRow, _ figure: (mean: Double, interval: Interval?)?
  ) -> Markup {
    guard let figure else { return #"<td class="number none">–</td>"# }
    let mean: Markup =
      row.isBest && column.isHeadline(row, summary)
      ? "<strong>\(Wording.number(figure.mean))</strong>" : "\(Wording.number(figure.mean))"
    let range = figure.interval.map(Wording.range) ?? "no interval"
    let judged = column.estimate(row)?.n ?? row.runs
    let seeds: Markup = .when(
      judged < row.runs, "<small>\(String(judged)) of \(Wording.count(row.runs, "seed"))</small>")
    return #"<td class="number">\#(mean)<small>\#(range)</small>\#(seeds)</td>"#
  }

  var comparisons: Markup {
    DifferenceTable(
      groups: summary.comparisonsBySize.map { size, comparisons in
        (
          "N = \(Wording.grouped(size))",
          comparisons.map {
            DifferenceTable.Row(
              title: $0.title, reference: $0.referenceTitle, difference: $0.difference,
              imagesInterval: $0.imagesInterval, adjustedP: $0.adjustedP, result: $0.result)
          }
        )
      }
    ).markup
  }

  var features: Markup {
    let rows: [Markup] = summary.features.map { features in
      let cells: [Markup] = [
        features.pretrainImages.map(Wording.grouped) ?? "any",
        decimals(features.rank, 1), decimals(features.deviation, 2),
        decimals(features.uniformity, 2), features.alignment.map { decimals($0, 2) } ?? "–",
        features.collapsedRuns == 0
          ? "no" : "\(features.collapsedRuns) of \(Wording.count(features.runs, "run"))",
      ].map { #"<td class="number">\#($0)</td>"# }
      return #"<tr><th scope="row">\#(features.title)</th>\#(cells)</tr>"#
    }
    let head: [Markup] = [
      "N", "Effective rank", "Deviation", "Uniformity", "Alignment", "Collapsed",
    ].map { #"<th scope="col" class="number">\#($0)</th>"# }
    return """
      <div class="scroll"><table><thead><tr><th scope="col">Method</th>\(head)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }

  private func decimals(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value).replacing("-", with: "−")
  }

  var costs: Markup {
    let rows: [Markup] = summary.costs.map { cost in
      let cells: [Markup] = [
        (Wording.grouped(cost.runs), Double(cost.runs)),
        (Wording.duration(cost.secondsPerRun), cost.secondsPerRun),
        (Wording.duration(cost.totalSeconds), cost.totalSeconds),
        (count(cost.stepsPerRun), cost.stepsPerRun),
        (count(cost.imagesSeenPerRun), cost.imagesSeenPerRun),
        (count(cost.imagesPerSecond), cost.imagesPerSecond),
        (Wording.bytes(cost.peakMemoryBytes), Double(cost.peakMemoryBytes)),
      ].map { text, value in #"<td class="number" data-sort="\#(value)">\#(text)</td>"# }
      return #"<tr><th scope="row">\#(cost.title)</th>\#(cells)</tr>"#
    }
    let head: [Markup] = [
      "Runs", "Time a run", "Time in all", "Steps a run", "Images seen a run", "Images/s",
      "Peak memory",
    ].map { #"<th scope="col" class="number">\#($0)</th>"# }
    return """
      <div class="scroll"><table><thead><tr><th scope="col">Method</th>\(head)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }

  /// A rounded count; a dash for 0, since random features are not trained.
  private func count(_ value: Double) -> String {
    value > 0 ? Wording.grouped(Int(value.rounded())) : "–"
  }

  /// Runs that failed or were begun, then those of `missing` that were not, by method and sizes.
  func incompleteRuns(_ missing: [PlannedRun]) -> Markup {
    var rows: [Markup] = summary.incompleteRuns.map { run in
      row(
        run.title, run.pretrainImages, run.labelledImages, [run.seed],
        run.status == .failed ? "failed" : "not finished", run.message ?? "")
    }
    let begun = Set(
      summary.incompleteRuns.map { [$0.title, "\($0.pretrainImages)", "\($0.seed)"] })
    let groups = missing.filter {
      !begun.contains([StudyRow($0.method).title, "\($0.images)", "\($0.seed)"])
    }.grouped { [$0.method, "\($0.images)", "\($0.labelled)"] }
    rows += groups.map { _, runs in
      row(
        StudyRow(runs[0].method).title, runs[0].images, runs[0].labelled,
        runs.map(\.seed).sorted(), "not begun", "")
    }
    guard !rows.isEmpty else { return "" }
    return HTMLPage.table(
      """
      <th scope="col">Method</th>\
      <th scope="col" class="number">N</th><th scope="col" class="number">L</th>\
      <th scope="col" class="number">Seed</th><th scope="col">State</th>\
      <th scope="col">Message</th>
      """, "<tbody>\(rows)</tbody>")
  }

  private func row(
    _ title: String, _ images: Int, _ labelled: Int, _ seeds: [Int], _ state: String,
    _ message: String
  ) -> Markup {
    """
    <tr><th scope="row">\(title)</th><td class="number">\(Wording.grouped(images))</td>\
    <td class="number">\(Wording.grouped(labelled))</td>\
    <td class="number">\(seeds.map(String.init).joined(separator: ", "))</td>\
    <td>\(state)</td><td class="message">\(message)</td></tr>
    """
  }
}
