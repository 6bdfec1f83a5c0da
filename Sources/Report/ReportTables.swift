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
    return #"<td class="number">\#(mean)<small>\#(range)</small></td>"#
  }

  var comparisons: Markup {
    let ends = summary.comparisons.flatMap {
      [$0.difference.interval?.lower, $0.difference.interval?.upper, $0.difference.mean]
        .compactMap { $0 }
    }
    // One scale for all rows, with 0 in it; the intervals of very few seeds may leave it.
    let low = max(min(ends.min() ?? 0, -0.01), -1)
    let high = min(max(ends.max() ?? 0, 0.01), 1)
    let scale = Scale(domain: low...high, start: 8, end: 132)
    let body: [Markup] = summary.comparisonsBySize.map { size, comparisons in
      let rows: [Markup] = comparisons.map { comparisonRow($0, scale) }
      return """
        <tbody><tr class="group"><th scope="rowgroup" colspan="5">N = \(Wording.grouped(size))</th>\
        </tr>\(rows)</tbody>
        """
    }
    return """
      <div class="scroll"><table class="differences"><thead><tr>\
      <th scope="col">Method against reference</th>\
      <th scope="col" class="number">Difference, points</th><th class="drawing"></th>\
      <th scope="col" class="number">Holm p</th><th scope="col">Result</th></tr></thead>\(body)\
      </table></div>
      """
  }

  private func comparisonRow(_ comparison: Comparison, _ scale: Scale) -> Markup {
    let difference = comparison.difference
    let style: SeriesStyle = comparison.isSignificant ? .method(0) : .baseline(0)
    let whisker = difference.interval.map {
      Whisker.horizontal(
        scale(max($0.lower, scale.domain.lowerBound)),
        scale(min($0.upper, scale.domain.upperBound)), 11, style)
    }
    let range = difference.interval.map(Wording.range) ?? "no interval"
    return """
      <tr><th scope="row">\(comparison.title) <span class="against">against</span> \
      \(comparison.referenceTitle)</th>\
      <td class="number">\(Wording.signed(difference.mean))<small>\(range)</small></td>\
      <td class="drawing"><svg width="140" height="22" viewBox="0 0 140 22" aria-hidden="true">\
      <line class="zero" x1="\(scale(0))" y1="0" x2="\(scale(0))" y2="22"/>\(whisker ?? "")\
      \(style.marker(scale(difference.mean), 11, radius: 3.5))</svg></td>\
      <td class="number">\(comparison.adjustedP.map(Wording.p) ?? "–")</td>\
      <td>\(comparison.result)</td></tr>
      """
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
        Wording.grouped(cost.runs), Wording.duration(cost.secondsPerRun),
        Wording.duration(cost.totalSeconds), count(cost.stepsPerRun), count(cost.imagesSeenPerRun),
        count(cost.imagesPerSecond), Wording.bytes(cost.peakMemoryBytes),
      ].map { #"<td class="number">\#($0)</td>"# }
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

  var incompleteRuns: Markup {
    let rows: [Markup] = summary.incompleteRuns.map { run in
      let what = run.status == .failed ? "failed" : "not finished"
      return """
        <tr><th scope="row">\(run.title)</th><td class="number">\
        \(Wording.grouped(run.pretrainImages))</td><td class="number">\
        \(Wording.grouped(run.labelledImages))</td><td class="number">\(String(run.seed))</td>\
        <td>\(what)</td><td class="message">\(run.message ?? "")</td></tr>
        """
    }
    return """
      <div class="scroll"><table><thead><tr><th scope="col">Method</th>\
      <th scope="col" class="number">N</th><th scope="col" class="number">L</th>\
      <th scope="col" class="number">Seed</th><th scope="col">State</th>\
      <th scope="col">Message</th></tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }
}
