import Study

/// The line that shows an interval.
enum Whisker {
  static func vertical(_ x: Double, _ low: Double, _ high: Double, _ style: SeriesStyle) -> Markup {
    """
    <path class="whisker \(style.cssClass)" d="M\(x - 4) \(low)h8M\(x) \(low)V\(high)M\(x - 4) \
    \(high)h8"/>
    """
  }

  static func horizontal(
    _ low: Double, _ high: Double, _ y: Double, _ style: SeriesStyle
  ) -> Markup {
    """
    <path class="whisker \(style.cssClass)" d="M\(low) \(y - 4)v8M\(low) \(y)H\(high)M\(high) \
    \(y - 4)v8"/>
    """
  }
}

/// One row a series, a point with its whisker in each: for results at one size.
struct DotPlot {
  var title: String
  var xLabel: String
  /// The first point of each is shown.
  var series: [ChartSeries]

  private static let rowHeight = 34.0

  /// The drawing; values are shares, shown in percent. Its height follows the number of rows.
  func svg(_ layout: ChartLayout) -> Markup {
    let (domain, ticks) = Scale.rounded(
      over: series.flatMap(\.extent), within: 0...1, count: layout.hasEndLabels ? 8 : 4)
    let names = series.map { ChartLayout.shortened($0.name, to: 27) }
    // On a phone the names stand above their rows.
    let beside = layout.hasEndLabels ? (names.map(ChartLayout.textWidth).max() ?? 0) + 22 : 14
    let rowHeight = layout.hasEndLabels ? Self.rowHeight : Self.rowHeight + 12
    let bottom = Double(series.count) * rowHeight + 8
    let height = bottom + 46
    let x = Scale(domain: domain, start: beside, end: layout.width - 66)
    let grid: [Markup] = ticks.map {
      """
      <line class="grid" x1="\(x($0))" y1="4.0" x2="\(x($0))" y2="\(bottom)"/>\
      <text class="tick" x="\(x($0))" y="\(bottom + 18)" text-anchor="middle">\
      \(Wording.number($0, digits: domain.upperBound - domain.lowerBound < 0.04 ? 1 : 0))</text>
      """
    }
    let rows: [Markup] = series.indices.map { index in
      let middle = Double(index) * rowHeight + rowHeight / 2 + 4
      return row(series[index], names[index], x, layout, middle)
    }
    return """
      <svg class="chart" viewBox="0 0 \(layout.width) \(height)" role="img" \
      aria-label="\(title)"><title>\(title)</title>\(grid)\(rows)
      <text class="axis-title" x="\((x.start + x.end) / 2)" y="\(height - 8)" \
      text-anchor="middle">\(xLabel)</text></svg>
      """
  }

  private func row(
    _ series: ChartSeries, _ name: String, _ x: Scale, _ layout: ChartLayout, _ middle: Double
  ) -> Markup {
    guard let point = series.points.first else { return "" }
    let y = layout.hasEndLabels ? middle : middle + 8
    let whisker = point.interval.map {
      Whisker.horizontal(x($0.lowerBound), x($0.upperBound), y, series.style)
    }
    let label: Markup =
      layout.hasEndLabels
      ? #"<text class="name" x="\#(x.start - 20)" y="\#(y + 4.5)" text-anchor="end">\#(name)</text>"#
      : #"<text class="name" x="\#(x.start)" y="\#(y - 12)">\#(name)</text>"#
    return """
      \(label)\(whisker ?? "")\(series.style.marker(x(point.y), y, radius: 5, note: point.note))\
      <text class="name value" x="\(layout.width)" y="\(y + 4.5)" text-anchor="end">\
      \(Wording.percent(point.y))</text>
      """
  }
}
