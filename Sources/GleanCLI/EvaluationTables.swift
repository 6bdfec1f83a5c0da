import CommandLineKit
import Glean

/// What one network was found to be worth, for a terminal: a line a protocol, and as many metrics side
/// by side as fit.
struct EvaluationTables {
  private let reports: [NetworkReport]
  private let classes: [String]

  init(_ reports: [NetworkReport], classes: [String]) {
    self.reports = reports
    self.classes = classes
  }

  /// The tables one below the other, at most `width` columns wide where a single metric is no wider.
  func render(width: Int) -> String {
    let metrics = Metric.allCases.filter { metric in reports.contains { $0.value(metric) != nil } }
    var groups: [[Metric]] = []
    for metric in metrics {
      if let last = groups.last, isWithin(width, figures(last + [metric])) {
        groups[groups.count - 1].append(metric)
      } else {
        groups.append([metric])
      }
    }
    var tables = groups.map(figures) + [settings]
    if let confusion { tables.append(confusion) }
    return tables.map { $0.render() }.joined(separator: "\n")
  }

  private func isWithin(_ width: Int, _ table: Table) -> Bool {
    table.render().split(separator: "\n").allSatisfy { $0.count <= width }
  }

  /// The protocols that have any of some metrics.
  private func figures(_ metrics: [Metric]) -> Table {
    var table = Table(["test images"] + metrics.map(heading))
    for report in reports {
      let cells = metrics.map { report.value($0).map(text) }
      if cells.contains(where: { $0 != nil }) {
        table.add([report.evaluation.rawValue] + cells.map { $0 ?? "–" })
      }
    }
    return table
  }

  private var settings: Table {
    var table = Table(["protocol", "setting"], alignments: [.left, .left])
    for report in reports where !report.setting.isEmpty {
      table.add([report.evaluation.rawValue, report.setting])
    }
    return table
  }

  /// Errors are in the unit of what is predicted.
  private func isShare(_ metric: Metric) -> Bool { metric != .meanAbsoluteError }

  private func heading(_ metric: Metric) -> String {
    metric.title + (isShare(metric) ? " %" : "")
      + (metric.isHigherBetter ? "" : " (less is better)")
  }

  /// `84.2 (82.0–86.1)`.
  private func text(_ figure: MetricFigure) -> String {
    func number(_ value: Double) -> String {
      isShare(figure.metric)
        ? Human.fixed(100 * value, decimals: 1) : Human.fixed(value, decimals: 3)
    }
    let interval = figure.interval.map { " (\(number($0.lowerBound))–\(number($0.upperBound)))" }
    return number(figure.value) + (interval ?? "")
  }

  /// More classes than this make no table that fits a terminal; `--json` has them all.
  private static let mostClasses = 12

  /// How often each class (row) was taken for each class (column, by number), by the first protocol
  /// that takes images for one.
  private var confusion: Table? {
    guard let report = reports.first(where: { $0.confusion != nil }),
      let matrix = report.confusion, classes.count <= Self.mostClasses
    else { return nil }
    var table = Table(
      ["\(report.evaluation.rawValue): is, taken for"] + classes.indices.map { "\($0 + 1)" },
      alignments: [.left])
    for (index, counts) in matrix.enumerated() {
      table.add(["\(index + 1) \(classes[index])"] + counts.map(String.init))
    }
    return table
  }
}

extension NetworkReport {
  fileprivate func value(_ metric: Metric) -> MetricFigure? {
    figures.first { $0.metric == metric }
  }
}
