import Study

/// The chart of a study: accuracy against size, or one row a method if there is one size only.
struct SummaryChart {
  let summary: StudySummary
  /// What its title names first, where several stand on a page.
  var name = ""
  /// How curves look, by title, where they shall look alike in several charts; else by their order.
  var styles: [String: SeriesStyle] = [:]

  var markup: Markup {
    guard !series.isEmpty else { return "" }
    let wide: Markup = summary.sizes.count > 1 ? lines.svg(.wide) : dots.svg(.wide)
    return #"<div class="wide">\#(wide)</div><div class="narrow">\#(small)</div>"#
  }

  /// As for a phone, with its legend.
  var small: Markup {
    if series.isEmpty { return "" }
    return summary.sizes.count > 1 ? "\(lines.legend)\(lines.svg(.narrow))" : dots.svg(.narrow)
  }

  private var lines: LineChart {
    LineChart(
      title: title, xLabel: xLabel, yLabel: Wording.sentence(measure) + ", %", series: series)
  }

  private var dots: DotPlot {
    DotPlot(title: title, xLabel: Wording.sentence(measure) + ", %", series: series)
  }

  private var measure: String { "test \(summary.primaryMetric.title)" }

  private var title: String {
    (name.isEmpty ? "" : "\(name): ")
      + (summary.sizes.count > 1
        ? "\(Wording.sentence(measure)) against the number of images pretrained on"
        : "\(Wording.sentence(measure)) of each method")
  }

  private var xLabel: String {
    switch summary.design {
    case .allLabelled: "N = L: images pretrained on, all labelled (log scale)"
    case .fewLabels: "N: images pretrained on (log scale)"
    }
  }

  /// Colours and markers for methods, and greys for baselines, in the order of the curves.
  static func styles(_ curves: [LearningCurve]) -> [String: SeriesStyle] {
    var (styles, methods, baselines): ([String: SeriesStyle], Int, Int) = ([:], 0, 0)
    for curve in curves where styles[curve.title] == nil {
      styles[curve.title] = curve.isBaseline ? .baseline(baselines) : .method(methods)
      if curve.isBaseline { baselines += 1 } else { methods += 1 }
    }
    return styles
  }

  private var series: [ChartSeries] {
    let styles = self.styles.isEmpty ? Self.styles(summary.curves) : self.styles
    return summary.curves.map { curve in
      let points =
        curve.constant.map { [point(curve.title, nil, $0)] }
        ?? curve.points.map { point(curve.title, $0.size, $0.estimate) }
      return ChartSeries(
        name: curve.title, style: styles[curve.title] ?? .method(0), points: points,
        isLevel: curve.constant != nil)
    }
  }

  private func point(_ title: String, _ size: Int?, _ estimate: Estimate) -> ChartPoint {
    let at = size.map { ", N = \(Wording.grouped($0))" } ?? ""
    let range = estimate.interval.map { " (95% interval \(Wording.range($0)))" } ?? ""
    return ChartPoint(
      x: Double(size ?? 0), y: estimate.mean,
      interval: estimate.interval.map { $0.lower...max($0.lower, $0.upper) },
      note: "\(title)\(at): \(Wording.percent(estimate.mean))\(range), "
        + Wording.count(estimate.n, "seed"))
  }
}
