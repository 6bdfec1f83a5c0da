import Study

/// The chart of a study: accuracy against size, or one row a method if there is one size only.
struct SummaryChart {
  let summary: StudySummary

  var markup: Markup {
    let series = self.series
    guard !series.isEmpty else { return "" }
    if summary.sizes.count > 1 {
      let chart = LineChart(
        title: title, xLabel: xLabel, yLabel: Wording.sentence(measure) + ", %", series: series)
      return """
        <div class="wide">\(chart.svg(.wide))</div>\
        <div class="narrow">\(chart.legend)\(chart.svg(.narrow))</div>
        """
    }
    let chart = DotPlot(
      title: title, xLabel: Wording.sentence(measure) + ", %", series: series)
    return """
      <div class="wide">\(chart.svg(.wide))</div><div class="narrow">\(chart.svg(.narrow))</div>
      """
  }

  private var measure: String { "test \(summary.primaryMetric.title)" }

  private var title: String {
    summary.sizes.count > 1
      ? "\(Wording.sentence(measure)) against the number of images pretrained on"
      : "\(Wording.sentence(measure)) of each method"
  }

  private var xLabel: String {
    switch summary.design {
    case .allLabelled: "N = L: images pretrained on, all labelled (log scale)"
    case .fewLabels: "N: images pretrained on (log scale)"
    }
  }

  private var series: [ChartSeries] {
    var methods = 0
    var baselines = 0
    return summary.curves.map { curve in
      let style: SeriesStyle
      if curve.isBaseline {
        style = .baseline(baselines)
        baselines += 1
      } else {
        style = .method(methods)
        methods += 1
      }
      let points =
        curve.constant.map { [point(curve.title, nil, $0)] }
        ?? curve.points.map { point(curve.title, $0.size, $0.estimate) }
      return ChartSeries(
        name: curve.title, style: style, points: points, isLevel: curve.constant != nil)
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
