/// A value in a chart, with its interval and a note that shows on hovering.
struct ChartPoint {
  var x = 0.0
  var y: Double
  var interval: ClosedRange<Double>?
  var note: String
}

/// How a series looks: a colour of the palette and a marker, or a grey baseline.
enum SeriesStyle {
  case method(Int)
  case baseline(Int)

  /// The style sheet knows colours `m0`...`m7` and `b0`...`b1`.
  var cssClass: String {
    switch self {
    case .method(let index): "m\(index % 8)"
    case .baseline(let index): "b\(index % 2)"
    }
  }

  /// The number of the marker's outline.
  private var outline: Int {
    switch self {
    case .method(let index): index % 4
    case .baseline(let index): index / 2 % 4
    }
  }

  /// The marker around a point: its shape says the same as the colour, and tells baselines of one grey
  /// apart.
  func marker(_ x: Double, _ y: Double, radius r: Double = 4.5, note: String = "") -> Markup {
    let title: Markup = note.isEmpty ? "" : "<title>\(note)</title>"
    let shape = "mark \(cssClass)"
    if outline == 0 {
      return #"<circle class="\#(shape)" cx="\#(x)" cy="\#(y)" r="\#(r)">\#(title)</circle>"#
    }
    let corners: [(Double, Double)] =
      switch outline {
      case 1: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
      case 2: [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
      default: [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
      }
    let points: [Markup] = corners.map { "\(x + r * $0.0),\(y + r * $0.1) " }
    return #"<polygon class="\#(shape)" points="\#(points)">\#(title)</polygon>"#
  }
}

/// One line, or one level that holds across the chart.
struct ChartSeries {
  var name: String
  var style: SeriesStyle
  var points: [ChartPoint]
  /// A horizontal line at the only point's value.
  var isLevel = false

  /// The extreme values that the chart must hold.
  var extent: [Double] {
    points.flatMap { [$0.y, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
  }

  /// A short piece of the line, for a legend.
  var swatch: Markup {
    """
    <svg class="swatch" width="26" height="12" viewBox="0 0 26 12" aria-hidden="true">\
    <line class="line \(style.cssClass)" x1="1" y1="6" x2="25" y2="6"/>\
    \(style.marker(13, 6, radius: 3.5))</svg>
    """
  }
}

/// The size of a chart, in CSS pixels at full size, and whether lines are named at their ends.
struct ChartLayout {
  var width: Double
  var height: Double
  var hasEndLabels: Bool

  /// For a screen or a page.
  static let wide = ChartLayout(width: 860, height: 400, hasEndLabels: true)
  /// For a phone: lines are named in a legend.
  static let narrow = ChartLayout(width: 360, height: 300, hasEndLabels: false)

  /// Roughly how wide a text of the chart's 13 pixels is.
  static func textWidth(_ text: String) -> Double { Double(text.count) * 6.9 }

  /// `text` cut to at most `count` characters.
  static func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : String(text.prefix(count - 1)) + "…"
  }
}
