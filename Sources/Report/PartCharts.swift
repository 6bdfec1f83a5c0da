import Study

/// A chart for each part of an overview, side by side, in which a method looks the same everywhere.
struct PartCharts {
  let context: OverviewReport.Context

  init(_ context: OverviewReport.Context) { self.context = context }

  /// As many columns as there is room for: one on a phone.
  static let style: Markup = """
    .charts { display: grid; gap: 32px; align-items: start;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
    .charts figure { min-width: 0; } .charts figcaption { margin: 0 0 8px; font-size: 14px; }
    .charts .legend { font-size: 12px; gap: 2px 12px; }
    """

  var markup: Markup {
    let styles = SummaryChart.styles(context.parts.flatMap(\.summary.curves))
    let figures: [Markup] = context.parts.indices.map { index in
      let part = context.parts[index]
      let chart = SummaryChart(summary: part.summary, name: part.title, styles: styles).small
      return .when(
        !chart.text.isEmpty,
        """
        <figure><figcaption><a href="\(context.address(index))">\(part.title)</a></figcaption>\(chart)\
        <details><summary>Figures</summary>\(table(part.summary))</details></figure>
        """)
    }
    guard figures.contains(where: { !$0.text.isEmpty }) else { return "" }
    return """
      <div class="charts">\(figures)</div><p class="note">Mean over seeds on the test images: linear \
      probe on frozen features; for networks trained on labels, their own predictions. Bands and bars \
      are 95% Student-t intervals over seeds. A legend names each curve's value at its end. Each part \
      has a scale of its own.</p>
      """
  }

  /// The same as the chart shows.
  private func table(_ summary: StudySummary) -> Markup {
    let sizes = Set(summary.curves.flatMap { $0.points.map(\.size) }).sorted()
    let rows: [Markup] = summary.curves.map { curve in
      let cells: [Markup] = sizes.map { size in
        HTMLPage.cell(curve.constant ?? curve.points.first { $0.size == size }?.estimate)
      }
      return #"<tr><th scope="row">\#(curve.title)</th>\#(cells)</tr>"#
    }
    let heads: [Markup] = sizes.map { HTMLPage.column("N = \(Wording.grouped($0))") }
    return HTMLPage.table(
      "\(HTMLPage.column("Method", isNumber: false))\(heads)", "<tbody>\(rows)</tbody>")
  }
}
