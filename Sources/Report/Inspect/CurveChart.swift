import Foundation
import Study

/// Lines over any two axes, named at their ends, as inline SVG.
struct CurveChart {
  /// What an axis shows.
  enum Axis {
    /// Numbers at even distances.
    case linear
    /// Shares, shown in percent.
    case percent
    /// Powers of ten at even distances; values are above 0.
    case logarithmic
    /// Places 0, 1, 2, … with names.
    case named([String])
  }

  /// A line.
  struct Curve {
    var name: String
    var style: SeriesStyle
    var points: [ChartPoint]
    /// Drawn thin and dashed, and not named: another part of the same network.
    var isSecond = false
    /// Whether each point has a marker.
    var hasMarkers = false
  }

  var title: String
  var xLabel: String
  var yLabel: String
  var x = Axis.linear
  var y = Axis.linear
  var curves: [Curve]

  private static let labelSpacing = 17.0

  /// The drawing for screens and that for phones.
  var markup: Markup {
    let named = curves.filter { !$0.isSecond }
    let legend: [Markup] = named.map {
      "<li>\(ChartSeries(name: $0.name, style: $0.style, points: []).swatch) \($0.name)</li>"
    }
    return """
      <div class="wide">\(svg(ChartLayout(width: 860, height: 340, hasEndLabels: true)))</div>\
      <div class="narrow"><ul class="legend">\(legend)</ul>\
      \(svg(ChartLayout(width: 360, height: 280, hasEndLabels: false)))</div>
      """
  }

  private func svg(_ layout: ChartLayout) -> Markup {
    let named = curves.filter { !$0.isSecond }
    let names = named.map { ChartLayout.shortened($0.name, to: 24) }
    let right =
      layout.hasEndLabels ? 34 + (names.map(ChartLayout.textWidth).max() ?? 0) : 14
    let points = curves.flatMap(\.points)
    let (left, top, bottom) = (52.0, 30.0, layout.height - 44)
    let (xScale, xTicks) = scale(
      x, points.map(\.x), start: left + 10, end: layout.width - right,
      count: layout.hasEndLabels ? 8 : 4)
    let (yScale, yTicks) = scale(
      y,
      points.flatMap {
        [$0.y, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 }
      },
      start: bottom, end: top, count: 5)
    let plotRight = layout.width - right
    let grid: [Markup] = yTicks.map {
      """
      <line class="grid" x1="\(left)" y1="\(yScale($0.value))" x2="\(plotRight)" \
      y2="\(yScale($0.value))"/><text class="tick" x="\(left - 6)" y="\(yScale($0.value) + 4)" \
      text-anchor="end">\($0.text)</text>
      """
    }
    return """
      <svg class="chart" viewBox="0 0 \(layout.width) \(layout.height)" role="img" \
      aria-label="\(title)"><title>\(title)</title>
      <text class="axis-title" x="0.0" y="13.0">\(yLabel)</text>\(grid)
      \(xMarks(xTicks, xScale, bottom))
      <text class="axis-title" x="\((left + plotRight) / 2)" y="\(layout.height - 5)" \
      text-anchor="middle">\(xLabel)</text>
      \(curves.map { line($0, xScale, yScale) })
      \(layout.hasEndLabels ? endLabels(named, names, xScale, yScale, plotRight) : "")</svg>
      """
  }

  private func line(_ curve: Curve, _ x: Scale, _ y: Scale) -> Markup {
    let points: [Markup] = curve.points.map { "\(x($0.x)),\(y($0.y)) " }
    let held: Markup = curve.isSecond ? " held" : ""
    let whiskers: [Markup] = curve.points.compactMap { point in
      point.interval.map {
        Whisker.vertical(x(point.x), y($0.lowerBound), y($0.upperBound), curve.style)
      }
    }
    let marks: [Markup] =
      curve.hasMarkers
      ? curve.points.map { curve.style.marker(x($0.x), y($0.y), radius: 3.5, note: $0.note) } : []
    return """
      \(whiskers)<polyline class="line \(curve.style.cssClass)\(held)" points="\(points)">\
      <title>\(curve.name)</title></polyline>\(marks)
      """
  }

  /// Ticks of the x axis, named wherever there is room.
  private func xMarks(
    _ ticks: [(value: Double, text: String)], _ x: Scale, _ bottom: Double
  ) -> [Markup] {
    var lastEnd = -Double.infinity
    return ticks.map { tick in
      let half = ChartLayout.textWidth(tick.text) / 2
      let isFree = x(tick.value) - half > lastEnd + 4
      if isFree { lastEnd = x(tick.value) + half }
      let label: Markup = """
        <text class="tick" x="\(x(tick.value))" y="\(bottom + 19)" text-anchor="middle">\
        \(tick.text)</text>
        """
      return """
        <line class="tickmark" x1="\(x(tick.value))" y1="\(bottom)" x2="\(x(tick.value))" \
        y2="\(bottom + 5)"/>\(isFree ? label : "")
        """
    }
  }

  private func endLabels(
    _ curves: [Curve], _ names: [String], _ x: Scale, _ y: Scale, _ right: Double
  ) -> Markup {
    let wanted = curves.map { $0.points.last.map { y($0.y) } ?? y.start }
    let placed = LabelPlacement.spread(
      wanted, spacing: Self.labelSpacing, within: (y.end + 4)...(y.start - 4))
    let labels: [Markup] = curves.indices.map { index in
      let from = x(curves[index].points.last?.x ?? 0) + 5
      return """
        <polyline class="leader" points="\(from),\(wanted[index]) \(max(from, right + 4)),\
        \(wanted[index]) \(right + 16),\(placed[index])"/>\
        <text class="name" x="\(right + 20)" y="\(placed[index] + 4.5)">\(names[index])</text>
        """
    }
    return "\(labels)"
  }

  private func scale(
    _ axis: Axis, _ values: [Double], start: Double, end: Double, count: Int
  ) -> (Scale, ticks: [(value: Double, text: String)]) {
    switch axis {
    case .named(let names):
      let domain = 0...max(1, Double(names.count - 1))
      return (
        Scale(domain: domain, start: start, end: end),
        names.enumerated().map { (Double($0.offset), $0.element) }
      )
    case .logarithmic:
      let positive = values.filter { $0 > 0 }
      let (low, high) = (positive.min() ?? 1, positive.max() ?? 10)
      let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
      let ticks = powers.flatMap { power in
        (high > low * 200 ? [1] : [1, 2, 5]).map { $0 * pow(10.0, Double(power)) }
      }.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
      return (
        Scale(domain: low...max(high, low * 1.01), start: start, end: end, isLogarithmic: true),
        ticks.map { ($0, Self.short($0)) }
      )
    case .linear, .percent:
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let (domain, ticks) = Scale.rounded(
        over: [low, max(high, low)], within: low...max(high, low + 1e-6), count: count)
      if case .percent = axis {
        return (
          Scale(domain: domain, start: start, end: end),
          ticks.map { ($0, Wording.number($0, digits: 0)) }
        )
      }
      return (
        Scale(domain: domain, start: start, end: end), ticks.map { ($0, Self.short($0)) }
      )
    }
  }

  /// "0.001", "40", "−1.5": no more digits than it takes.
  static func short(_ value: Double) -> String {
    let text = String(format: "%.4g", abs(value) < 1e-12 ? 0 : abs(value))
    return (value < -1e-12 ? "−" : "") + text
  }
}
