import Study

/// A column of figures: one protocol and metric, or a metric under each row's headline protocol.
struct ResultColumn {
  var title: String
  var evaluation: EvaluationProtocol?
  var metric: Metric

  func estimate(_ row: SummaryRow) -> Estimate? {
    row.estimate(evaluation ?? row.headlineProtocol, metric)
  }

  /// Whether the verdict rests on the row's figure in this column.
  func isHeadline(_ row: SummaryRow, _ summary: StudySummary) -> Bool {
    metric == summary.primaryMetric && (evaluation ?? row.headlineProtocol) == row.headlineProtocol
  }

  /// The columns in which any row has a figure: the plain protocols, and balanced accuracy.
  static func of(_ summary: StudySummary) -> [ResultColumn] {
    let plain = summary.protocols.filter { $0.condition == nil }.map {
      ResultColumn(title: $0.heading, evaluation: $0, metric: summary.shownMetric)
    }
    let balanced = ResultColumn(
      title: Wording.sentence(Metric.balancedAccuracy.title), evaluation: nil,
      metric: .balancedAccuracy)
    return (plain + [balanced]).filter { $0.isFilled(summary) }
  }

  /// Columns of the protocols under some conditions.
  static func of(
    _ summary: StudySummary, where isWanted: (EvaluationProtocol.Condition) -> Bool
  ) -> [ResultColumn] {
    // Older studies have corruptions measured by plain accuracy alone.
    let isBalanced = summary.primaryMetric == .balancedAccuracy
    let shares: [Metric] =
      (isBalanced ? [.relativeBalancedRobustness] : []) + [.relativeRobustness]
    return summary.protocols.filter { $0.condition.map(isWanted) ?? false }.flatMap { evaluation in
      func first(of metrics: [Metric], _ title: (Metric) -> String) -> [ResultColumn] {
        let columns = metrics.map {
          ResultColumn(title: title($0), evaluation: evaluation, metric: $0)
        }
        return Array(columns.filter { $0.isFilled(summary) }.prefix(1))
      }
      return first(of: [summary.primaryMetric, .accuracy]) { _ in evaluation.heading }
        + first(of: shares) { Wording.sentence($0.title) }
    }
  }

  /// The columns of the other metrics, under each row's headline protocol.
  static func others(of summary: StudySummary) -> [ResultColumn] {
    let shown: Set<Metric> = [
      .relativeRobustness, .relativeBalancedRobustness, .meanAbsoluteError,
    ]
    return Metric.allCases.filter { !shown.contains($0) }.map {
      ResultColumn(title: Wording.sentence($0.title), evaluation: nil, metric: $0)
    }.filter { column in
      summary.rows.contains { $0.testInterval(column.metric) != nil }
    }
  }

  private func isFilled(_ summary: StudySummary) -> Bool {
    summary.rows.contains { estimate($0) != nil }
  }
}

/// Rows of one size under a heading.
struct RowGroup {
  var title: String
  var rows: [SummaryRow]

  /// The rows by size; those that do not depend on it last.
  static func of(_ summary: StudySummary) -> [RowGroup] {
    var groups: [RowGroup] = []
    for row in summary.rows {
      let title: String
      if let size = row.pretrainImages {
        let labels =
          size == row.labelledImages ? "= L" : "· L = \(Wording.grouped(row.labelledImages))"
        title = "N = \(Wording.grouped(size)) \(labels)"
      } else {
        title = "At every N · L = \(Wording.grouped(row.labelledImages))"
      }
      if groups.last?.title == title {
        groups[groups.count - 1].rows.append(row)
      } else {
        groups.append(RowGroup(title: title, rows: [row]))
      }
    }
    return groups
  }
}

extension StudySummary {
  /// What stands out in the tables, as a sentence goes on after a colon; nil where nothing does.
  var bestNote: String? {
    let best = rows.filter(\.isBest)
    guard !best.isEmpty else { return nil }
    return "the highest mean, significantly better than all that it is compared with"
      + (best.contains(where: \.isBaseline)
        ? " (a baseline: with the methods, not with other baselines)" : "")
  }

  /// The comparisons, by size.
  var comparisonsBySize: [(size: Int, comparisons: [Comparison])] {
    sizes.map { size in (size, comparisons.filter { $0.pretrainImages == size }) }
      .filter { !$0.1.isEmpty }
  }
}

extension StudySummary {
  /// All that any row was judged by, in the order of the tables.
  var protocols: [EvaluationProtocol] {
    Set(rows.flatMap { $0.figures.map(\.evaluation) }).sorted()
  }

  /// The metric that a table shows first: plain accuracy even where balanced accuracy decides.
  var shownMetric: Metric { primaryMetric == .balancedAccuracy ? .accuracy : primaryMetric }
}
