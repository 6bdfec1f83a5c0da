import Foundation
import Study

/// A critical-difference diagram (Demšar 2006, figure 1): average ranks on one axis, and bars that join
/// rows whose ranks do not differ significantly.
struct RankDiagram {
  private let rows: [Ranking.Row]
  private let critical: Double

  private static let rowHeight = 26.0

  /// nil where ranks are not tested.
  init?(ranking: Ranking) {
    guard let critical = ranking.criticalDifference else { return nil }
    rows = ranking.rows
    self.critical = critical
  }

  /// The largest groups of neighbouring rows whose ranks lie within the critical difference: places of
  /// the first and the last.
  var groups: [ClosedRange<Int>] {
    var groups: [ClosedRange<Int>] = []
    for first in rows.indices {
      let last =
        rows.lastIndex { $0.averageRank - rows[first].averageRank <= critical } ?? first
      if last > first, groups.last.map({ $0.upperBound < last }) ?? true {
        groups.append(first...last)
      }
    }
    return groups
  }

  var figure: Markup {
    """
    <figure><div class="wide">\(svg(.wide))</div><div class="narrow">\(svg(.narrow))</div>\
    <figcaption>Critical-difference diagram. A bar at the right joins rows whose average ranks do not \
    differ significantly.</figcaption></figure>
    """
  }

  private func svg(_ layout: ChartLayout) -> Markup {
    let names = rows.map { ChartLayout.shortened($0.title, to: layout.hasEndLabels ? 30 : 18) }
    let beside = (names.map(ChartLayout.textWidth).max() ?? 0) + 16
    let bars = Double(groups.count) * 10 + 12
    let top = 40.0
    let bottom = top + Double(rows.count) * Self.rowHeight
    let x = Scale(
      domain: 1...Double(max(2, rows.count)), start: beside, end: layout.width - bars - 12)
    let title = "Average ranks and their critical difference"
    let ticks: [Markup] = (1...max(2, rows.count)).map { rank in
      """
      <line class="grid" x1="\(x(Double(rank)))" y1="\(top - 6)" x2="\(x(Double(rank)))" \
      y2="\(bottom)"/><text class="tick" x="\(x(Double(rank)))" y="\(bottom + 18)" \
      text-anchor="middle">\(String(rank))</text>
      """
    }
    let marks: [Markup] = rows.indices.map { index in
      let y = top + (Double(index) + 0.5) * Self.rowHeight
      let style: SeriesStyle = rows[index].isBaseline ? .baseline(0) : .method(0)
      let rank = String(format: "%.2f", rows[index].averageRank)
      return """
        <text class="name" x="\(beside - 14)" y="\(y + 4.5)" text-anchor="end">\(names[index])</text>\
        \(style.marker(x(rows[index].averageRank), y, note: "\(rows[index].title): rank \(rank)"))
        """
    }
    let joined: [Markup] = groups.enumerated().map { place, group in
      let at = layout.width - bars + Double(place) * 10 + 8
      let from = top + (Double(group.lowerBound) + 0.2) * Self.rowHeight
      let to = top + (Double(group.upperBound) + 0.8) * Self.rowHeight
      return #"<line class="clique" x1="\#(at)" y1="\#(from)" x2="\#(at)" y2="\#(to)"/>"#
    }
    let span = x(min(1 + critical, Double(rows.count)))
    return """
      <svg class="chart" viewBox="0 0 \(layout.width) \(bottom + 42)" role="img" \
      aria-label="\(title)"><title>\(title)</title>\
      \(Whisker.horizontal(x(1), span, 20, .baseline(1)))\
      <text class="axis-title" x="\(x(1))" y="12.0">critical difference \
      \(String(format: "%.2f", critical))</text>\(ticks)\(marks)\(joined)\
      <text class="axis-title" x="\((x.start + x.end) / 2)" y="\(bottom + 36)" \
      text-anchor="middle">average rank</text></svg>
      """
  }
}
