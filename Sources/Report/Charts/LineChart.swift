import Study

/// Lines with interval bands over a logarithmic size axis, as inline SVG.
struct LineChart {
  var title: String
  var xLabel: String
  var yLabel: String
  var series: [ChartSeries]

  private static let longestName = 27
  private static let labelSpacing = 18.0

  /// The drawing; values are shares, shown in percent.
  func svg(_ layout: ChartLayout) -> Markup {
    var layout = layout
    if layout.hasEndLabels {
      layout.height = max(layout.height, Double(series.count) * Self.labelSpacing + 100)
    }
    let sizes = Set(series.filter { !$0.isLevel }.flatMap { $0.points.map(\.x) }).sorted()
    let (domain, ticks) = Scale.rounded(
      over: series.flatMap(\.extent), within: 0...1, count: 5)
    let names = series.map { endLabel($0) }
    let right =
      layout.hasEndLabels ? 40 + (names.map(ChartLayout.textWidth).max() ?? 0) : 20
    let (left, top, bottom) = (44.0, 34.0, layout.height - 46)
    // Room beside the first and the last size, so that markers do not sit on the axis.
    let inset = layout.hasEndLabels ? 24.0 : 14
    let x = Scale(
      domain: (sizes.first ?? 1)...(sizes.last ?? 1), start: left + inset,
      end: layout.width - right - inset, isLogarithmic: true)
    let y = Scale(domain: domain, start: bottom, end: top)
    let plotRight = layout.width - right
    return """
      <svg class="chart" viewBox="0 0 \(layout.width) \(layout.height)" role="img" \
      aria-label="\(title)"><title>\(title)</title>
      <text class="axis-title" x="0.0" y="14.0">\(yLabel)</text>
      \(ticks.map { yTick($0, y, left, plotRight) })
      \(xTicks(sizes, x, bottom))
      <text class="axis-title" x="\((left + plotRight) / 2)" y="\(layout.height - 6)" \
      text-anchor="middle">\(xLabel)</text>
      \(series.map { band($0, x, y, left, plotRight) })
      \(series.map { line($0, x, y, left, plotRight) })
      \(layout.hasEndLabels ? endLabels(names, x, y, plotRight) : "")
      </svg>
      """
  }

  /// The names of the lines, for a layout without labels at their ends.
  var legend: Markup {
    let largest = series.filter { !$0.isLevel }.flatMap { $0.points.map(\.x) }.max() ?? 0
    let items: [Markup] = series.map { one in
      let end = one.isLevel ? largest : one.points.last?.x ?? largest
      // Values at other sizes do not compare.
      let at = end < largest ? " at \(Wording.grouped(Int(end)))" : ""
      return "<li>\(one.swatch) \(endLabel(one) + at)</li>"
    }
    return #"<ul class="legend">\#(items)</ul>"#
  }

  private func endLabel(_ series: ChartSeries) -> String {
    let name = ChartLayout.shortened(series.name, to: Self.longestName)
    return series.points.last.map { "\(name) \(Wording.percent($0.y))" } ?? name
  }

  private func yTick(_ value: Double, _ y: Scale, _ left: Double, _ right: Double) -> Markup {
    let digits = y.domain.upperBound - y.domain.lowerBound < 0.04 ? 1 : 0
    return """
      <line class="grid" x1="\(left)" y1="\(y(value))" x2="\(right)" y2="\(y(value))"/>\
      <text class="tick" x="\(left - 8)" y="\(y(value) + 4)" text-anchor="end">\
      \(Wording.number(value, digits: digits))</text>
      """
  }

  /// A tick at every size; a label wherever there is room.
  private func xTicks(_ sizes: [Double], _ x: Scale, _ bottom: Double) -> [Markup] {
    var lastEnd = -Double.infinity
    return sizes.map { size in
      let text = Wording.grouped(Int(size))
      let half = ChartLayout.textWidth(text) / 2
      let isFree = x(size) - half > lastEnd + 6
      if isFree { lastEnd = x(size) + half }
      let label: Markup = """
        <text class="tick" x="\(x(size))" y="\(bottom + 19)" text-anchor="middle">\(text)</text>
        """
      return """
        <line class="tickmark" x1="\(x(size))" y1="\(bottom)" x2="\(x(size))" y2="\(bottom + 5)"/>\
        \(isFree ? label : "")
        """
    }
  }

  private func band(
    _ series: ChartSeries, _ x: Scale, _ y: Scale, _ left: Double, _ right: Double
  ) -> Markup {
    let shape = "band \(series.style.cssClass)"
    if series.isLevel {
      guard let interval = series.points.first?.interval else { return "" }
      let (top, bottom) = (y(interval.upperBound), y(interval.lowerBound))
      return """
        <rect class="\(shape)" x="\(left)" y="\(top)" width="\(right - left)" \
        height="\(bottom - top)"/>
        """
    }
    // Where a point has no interval (one seed), the band is interrupted.
    let runs = series.points.split { $0.interval == nil }
    let pieces: [Markup] = runs.map { run in
      if run.count == 1, let point = run.first, let interval = point.interval {
        return Whisker.vertical(
          x(point.x), y(interval.lowerBound), y(interval.upperBound), series.style)
      }
      let upper: [Markup] = run.map { "\(x($0.x)),\(y($0.interval?.upperBound ?? $0.y)) " }
      let lower: [Markup] = run.reversed().map {
        "\(x($0.x)),\(y($0.interval?.lowerBound ?? $0.y)) "
      }
      return #"<polygon class="\#(shape)" points="\#(upper)\#(lower)"/>"#
    }
    return "\(pieces)"
  }

  private func line(
    _ series: ChartSeries, _ x: Scale, _ y: Scale, _ left: Double, _ right: Double
  ) -> Markup {
    let shape = "line \(series.style.cssClass)"
    if series.isLevel, let point = series.points.first {
      return """
        <line class="\(shape)" x1="\(left)" y1="\(y(point.y))" x2="\(right)" y2="\(y(point.y))">\
        <title>\(point.note)</title></line>\(series.style.marker(left + 12, y(point.y), note: point.note))
        """
    }
    let points: [Markup] = series.points.map { "\(x($0.x)),\(y($0.y)) " }
    let markers = series.points.map { series.style.marker(x($0.x), y($0.y), note: $0.note) }
    return #"<polyline class="\#(shape)" points="\#(points)"/>\#(markers)"#
  }

  private func endLabels(
    _ names: [String], _ x: Scale, _ y: Scale, _ right: Double
  ) -> Markup {
    let wanted = series.map { y($0.points.last?.y ?? 0) }
    let placed = LabelPlacement.spread(
      wanted, spacing: Self.labelSpacing, within: (y.end + 6)...(y.start - 6))
    let labels: [Markup] = series.indices.map { index in
      let one = series[index]
      let from = one.isLevel ? right : x(one.points.last?.x ?? 0) + 7
      return """
        <polyline class="leader" points="\(from),\(wanted[index]) \(right + 4),\(wanted[index]) \
        \(right + 18),\(placed[index])"/>\
        <circle class="mark \(one.style.cssClass)" cx="\(right + 24)" cy="\(placed[index])" r="3"/>\
        <text class="name" x="\(right + 32)" y="\(placed[index] + 4.5)">\(names[index])</text>
        """
    }
    return "\(labels)"
  }
}
