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
    var scores: [EvaluationProtocol: [Metric: Score]]

    init(record: RunRecord, scores: [Score]) {
      self.record = record
      self.scores = Dictionary(grouping: scores, by: \.evaluation).mapValues { scores in
        Dictionary(scores.map { ($0.metric, $0) }) { first, _ in first }
      }
    }

    func value(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Double? {
      scores[evaluation]?[metric]?.value
    }
  }

  var place: Place
  var family: String?
  /// The network of all its runs.
  var backbone: String
  /// By seed.
  var runs: [Int: Run] = [:]
  /// The runs in the order of their seeds, in which sums are the same in every process.
  var ordered: [Run] { runs.sorted { $0.key < $1.key }.map(\.value) }

  /// End-to-end where the network itself was trained to classify, else the linear probe.
  var headlineProtocol: EvaluationProtocol {
    runs.values.contains { $0.scores[.endToEnd] != nil } ? .endToEnd : .linear
  }

  /// All that any run was judged by, in the order of the tables.
  private var protocols: [EvaluationProtocol] {
    Set(runs.values.flatMap(\.scores.keys)).sorted()
  }

  /// The figures that are compared, by seed.
  func headlines(_ metric: Metric) -> [Int: Double] {
    let evaluation = headlineProtocol
    return runs.compactMapValues { $0.value(evaluation, metric) }
  }

  func estimate(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Estimate? {
    let values = ordered.compactMap { $0.value(evaluation, metric) }
    guard var estimate = Estimate(values) else { return nil }
    if metric.isShare { estimate.interval = estimate.interval?.clamped(to: 0...1) }
    return estimate
  }

  /// The mean of the runs' own intervals.
  private func withinRuns(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Interval? {
    let intervals = ordered.compactMap { $0.scores[evaluation]?[metric]?.interval }
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
      }, bySeed: headlines(options.primaryMetric),
      tunedBySeed: runs.compactMapValues { $0.value(.fineTune, options.primaryMetric) },
      isBest: false)
  }
}
