/// The finished runs of one method at one size: one for each seed.
struct Cell {
  /// Where it stands in the table.
  struct Place: Hashable, Comparable {
    var method: String
    var pretrainImages: Int?
    var labelledImages: Int

    init(_ key: RunKey) {
      method = key.method
      pretrainImages = key.dependsOnPretrainingSize ? key.pretrainImages : nil
      labelledImages = key.labelledImages
    }

    var isBaseline: Bool { Baseline.all.contains(method) }

    private var order: (Int, Int, Int, String) {
      let kind = Baseline.all.firstIndex(of: method).map { $0 + 1 } ?? 0
      return (pretrainImages ?? .max, labelledImages, kind, method)
    }
    static func < (a: Place, b: Place) -> Bool { a.order < b.order }
  }

  struct Run {
    var record: RunRecord
    var scores: [Score]

    func value(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Double? {
      scores.first { $0.evaluation == evaluation && $0.metric == metric }?.value
    }
  }

  var place: Place
  var family: String?
  /// The network of all its runs.
  var backbone: String
  /// By seed.
  var runs: [Int: Run] = [:]

  /// End-to-end where the network itself was trained to classify, else the linear probe.
  var headlineProtocol: EvaluationProtocol {
    let isTrained = protocols.contains(.endToEnd)
    return isTrained ? .endToEnd : .linear
  }

  /// All that any run was judged by, in the order of the tables.
  private var protocols: [EvaluationProtocol] {
    Set(runs.values.flatMap { $0.scores.map(\.evaluation) }).sorted()
  }

  /// The figure that is compared, of one seed.
  func headline(seed: Int, _ metric: Metric) -> Double? {
    runs[seed]?.value(headlineProtocol, metric)
  }

  func estimate(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Estimate? {
    let values = runs.sorted { $0.key < $1.key }.compactMap { $0.value.value(evaluation, metric) }
    guard var estimate = Estimate(values) else { return nil }
    if metric.isShare { estimate.interval = estimate.interval?.clamped(to: 0...1) }
    return estimate
  }

  /// The mean of the runs' own intervals.
  private func withinRuns(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Interval? {
    let intervals = runs.values.compactMap { run in
      run.scores.first { $0.evaluation == evaluation && $0.metric == metric }?.interval
    }
    guard !intervals.isEmpty else { return nil }
    let count = Double(intervals.count)
    return Interval(
      lower: intervals.map(\.lower).reduce(0, +) / count,
      upper: intervals.map(\.upper).reduce(0, +) / count)
  }

  func row(options: SummaryOptions) -> SummaryRow {
    SummaryRow(
      method: place.method, title: options.title(of: place.method), family: family,
      isBaseline: place.isBaseline, otherBackbone: backbone == options.backbone ? nil : backbone,
      pretrainImages: place.pretrainImages,
      labelledImages: place.labelledImages, runs: runs.count, headlineProtocol: headlineProtocol,
      figures: protocols.flatMap { evaluation in
        Metric.allCases.compactMap { metric in
          estimate(evaluation, metric).map {
            Figure(
              evaluation: evaluation, metric: metric, estimate: $0,
              withinRuns: withinRuns(evaluation, metric))
          }
        }
      }, isBest: false)
  }
}

/// The comparisons that a study declares beforehand, adjusted together.
struct ComparisonFamily {
  var comparisons: [Comparison] = []

  init(cells: [Cell], options: SummaryOptions) {
    let comparable = cells.filter { $0.backbone == options.backbone }
    let methods = comparable.filter { !$0.place.isBaseline }
    let baselines = comparable.filter(\.place.isBaseline)
    for cell in methods {
      for baseline in baselines where Self.isComparable(baseline.place, cell.place) {
        append(cell, baseline, options)
      }
    }
    let sizes = Set(methods.compactMap(\.place.pretrainImages)).sorted()
    for size in sizes {
      let here = methods.filter { $0.place.pretrainImages == size }
      func mean(_ cell: Cell) -> Double {
        cell.estimate(cell.headlineProtocol, options.primaryMetric)?.mean ?? -1
      }
      guard let best = here.max(by: { mean($0) < mean($1) }) else { continue }
      for other in here where other.place.method != best.place.method {
        append(best, other, options)
      }
    }
    let tested = comparisons.indices.filter { comparisons[$0].p != nil }
    let adjusted = holmAdjusted(tested.compactMap { comparisons[$0].p })
    for (index, p) in zip(tested, adjusted) { comparisons[index].adjustedP = p }
  }

  /// The same labels, and the same N where the baseline depends on it.
  private static func isComparable(_ baseline: Cell.Place, _ method: Cell.Place) -> Bool {
    baseline.labelledImages == method.labelledImages
      && (baseline.pretrainImages == nil || baseline.pretrainImages == method.pretrainImages)
  }

  private mutating func append(_ cell: Cell, _ reference: Cell, _ options: SummaryOptions) {
    let pairs = cell.runs.keys.sorted().compactMap { seed -> (Double, Double)? in
      guard let first = cell.headline(seed: seed, options.primaryMetric),
        let second = reference.headline(seed: seed, options.primaryMetric)
      else { return nil }
      return (first, second)
    }
    guard let difference = PairedDifference(pairs), let size = cell.place.pretrainImages else {
      return
    }
    comparisons.append(
      Comparison(
        method: cell.place.method, title: options.title(of: cell.place.method),
        reference: reference.place.method,
        referenceTitle: options.title(of: reference.place.method),
        pretrainImages: size, labelledImages: cell.place.labelledImages,
        evaluation: cell.headlineProtocol, referenceProtocol: reference.headlineProtocol,
        difference: difference.estimate, p: difference.p))
  }
}
