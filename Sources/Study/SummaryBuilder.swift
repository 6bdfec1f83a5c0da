import Foundation
import Training

/// What a summary is made for.
public struct SummaryOptions: Sendable {
  /// Only runs on this data set count.
  public var dataset: String
  /// Only runs of this backbone are compared: no ranking mixes backbones.
  public var backbone: String
  /// The backbone of the general weights, whose rows are shown even where it is another.
  public var generalBackbone: String?
  /// Accuracy, or balanced accuracy if the classes are imbalanced.
  public var primaryMetric: Metric
  /// Names for readers, by method name ("simclr": "SimCLR"); a method without one keeps its own.
  public var titles: [String: String]

  /// Says what a summary is made for.
  public init(
    dataset: String, backbone: String, generalBackbone: String? = nil,
    primaryMetric: Metric = .accuracy, titles: [String: String] = [:]
  ) {
    self.dataset = dataset
    self.backbone = backbone
    self.generalBackbone = generalBackbone
    self.primaryMetric = primaryMetric
    self.titles = titles
  }

  func title(of method: String) -> String {
    let baselines = [
      Baseline.random: "random features", Baseline.supervised: "supervised from scratch",
    ]
    return titles[method] ?? baselines[method] ?? method
  }

  /// Whether a run belongs to the summary.
  func includes(_ key: RunKey) -> Bool {
    key.dataset == dataset
      && (key.backbone == backbone
        || StudyRow(key.method).isFromGeneral && key.backbone == generalBackbone)
  }
}

extension StudySummary {
  /// Summarises the runs of one plan, which has one L for each N.
  ///
  /// - Parameters:
  ///   - runs: the plan's runs. (A database may hold runs of other plans, with other budgets; the
  ///     caller leaves those out.)
  ///   - scores: the scores of these runs; others are ignored.
  ///   - outcomes: which test images each run named rightly, for the intervals over test images.
  ///   - device: the kind of device that the runs were made on: see ``PlanStanding``.
  public init(
    runs: [RunRecord], scores: [Score], outcomes: TestOutcomes = TestOutcomes(),
    device: StudyDevice = StudyDevice(), options: SummaryOptions
  ) {
    let ours = runs.filter { options.includes($0.key) }
    let scoresByRun = Dictionary(grouping: scores, by: \.runId)
    let (cells, leftOut) = Self.cells(of: ours, scores: scoresByRun)
    let methodRuns = ours.filter(\.key.dependsOnPretrainingSize)

    dataset = options.dataset
    backbone = options.backbone
    design =
      methodRuns.allSatisfy { $0.key.labelledImages == $0.key.pretrainImages }
      ? .allLabelled : .fewLabels
    primaryMetric = options.primaryMetric
    sizes = Set(methodRuns.map(\.key.pretrainImages)).sorted()
    labelledImages = Set(ours.map(\.key.labelledImages)).sorted()
    seeds = Set(ours.map(\.key.seed)).sorted()
    let family = ComparisonFamily(cells: cells, outcomes: outcomes, options: options)
    comparisons = family.comparisons
    adjustedOver = family.adjustedOver
    pairs = family.pairs
    testGroups = outcomes.groups.map { Set($0).count }
    spreads = family.spreads
    crossings = CrossingPoint.all(cells, options: options)
    growth = CurveGrowth.all(cells, options: options)
    families = FamilySummary.all(cells, options: options)
    rows = cells.map { $0.row(options: options) }
    costs = MethodCost.of(cells, options: options)
    features = cells.compactMap { FeatureSummary($0, options: options) }
    incompleteRuns = ours.filter { $0.status != .finished }.map {
      IncompleteRun(
        id: $0.id, title: options.title(of: $0.key.method), pretrainImages: $0.key.pretrainImages,
        labelledImages: $0.key.labelledImages, seed: $0.key.seed, status: $0.status,
        message: $0.message)
    }
    supersededRuns = leftOut.superseded
    self.device = device
    limits = []
    verdict = Verdict(outcome: .noVerdict, headline: "", anchor: .results, sentences: [])
    markBest()
    ranking = Ranking.byBackbone([self]).first
    limits = Limits.sentences(for: self) + leftOut.sentences(options)
    verdict = Verdict(of: self)
  }

  /// Finished runs that are in no cell.
  private struct LeftOut {
    /// Those with a later one of the same method, sizes and seed.
    var superseded = 0
    /// Of an earlier revision of their method, under seeds that the newer one has not been run with.
    var outdated: [RunRecord] = []

    func sentences(_ options: SummaryOptions) -> [String] {
      Dictionary(grouping: outdated, by: \.key.method).sorted { $0.key < $1.key }.map {
        method, runs in
        "\(options.title(of: method)): \(Wording.count(runs.count, "run")) of an earlier revision of "
          + "the method \(runs.count == 1 ? "is" : "are") left out, since a mean of both would be of "
          + "neither; the command of the study makes them anew."
      }
    }
  }

  /// The finished runs by method and sizes, in the order of the rows: of each method those of the newest
  /// revision alone, at all sizes, which curves and joint means run through.
  private static func cells(
    of runs: [RunRecord], scores: [String: [Score]]
  ) -> (cells: [Cell], leftOut: LeftOut) {
    let finished = runs.filter { $0.status == .finished }.sorted { $0.startedAt < $1.startedAt }
    let revisions = finished.map { RunIdentity.methodRevision(of: $0.key) }
    let newest = Dictionary(
      zip(finished.map(\.key.method), revisions), uniquingKeysWith: max)
    var cells: [Cell.Place: Cell] = [:]
    var leftOut = LeftOut()
    for (run, revision) in zip(finished, revisions) {
      let place = Cell.Place(run.key)
      guard revision == newest[run.key.method] else {
        leftOut.outdated.append(run)
        continue
      }
      var cell =
        cells[place] ?? Cell(place: place, family: run.key.family, backbone: run.key.backbone)
      if cell.runs[run.key.seed] != nil { leftOut.superseded += 1 }
      cell.runs[run.key.seed] = Cell.Run(record: run, scores: scores[run.id] ?? [])
      cells[place] = cell
    }
    let all = leftOut.outdated.count
    leftOut.outdated.removeAll { cells[Cell.Place($0.key)]?.runs[$0.key.seed] != nil }
    leftOut.superseded += all - leftOut.outdated.count
    return (cells.values.sorted { $0.place < $1.place }, leftOut)
  }

  /// Sets `isBest` where the highest mean at a size is significantly above all compared with it.
  private mutating func markBest() {
    var winsBySize: [Int: Int] = [:]
    for size in sizes {
      let candidates = rows.indices.filter {
        rows[$0].otherBackbone == nil
          && (rows[$0].pretrainImages == size || rows[$0].pretrainImages == nil)
      }
      let means = candidates.compactMap { index in
        rows[index].headline(primaryMetric).map { (index: index, mean: $0.mean) }
      }
      guard let top = means.max(by: { $0.mean < $1.mean })?.index else { continue }
      let method = rows[top].method
      let against = comparisons.filter {
        $0.pretrainImages == size && ($0.method == method || $0.reference == method)
      }
      let wins = against.allSatisfy { $0.method == method ? $0.result.isWin : $0.result.isLoss }
      if wins, !against.isEmpty { winsBySize[size] = top }
    }
    for top in Set(winsBySize.values) {
      // A row that does not depend on N is best only if it is so at every N.
      rows[top].isBest =
        rows[top].pretrainImages != nil || sizes.allSatisfy { winsBySize[$0] == top }
    }
  }
}

extension FeatureSummary {
  /// `nil` where no run of the cell has its features measured.
  init?(_ cell: Cell, options: SummaryOptions) {
    let states = cell.ordered.compactMap(\.record.features)
    if states.isEmpty { return nil }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    method = cell.place.method
    title = options.title(of: method)
    pretrainImages = cell.place.pretrainImages
    runs = states.count
    collapsedRuns = states.count { $0.isCollapsed }
    rank = mean(states.map(\.rank)) ?? 0
    deviation = mean(states.map(\.deviation)) ?? 0
    uniformity = mean(states.map(\.uniformity)) ?? 0
    alignment = mean(states.compactMap(\.alignment))
  }
}

extension MethodCost {
  static func of(_ cells: [Cell], options: SummaryOptions) -> [MethodCost] {
    cells.grouped(by: \.place.method).compactMap { method, cells in
      let costs = cells.flatMap { $0.ordered.compactMap(\.record.cost) }
      guard !costs.isEmpty else { return nil }
      func mean(_ value: (RunCost) -> Double) -> Double {
        costs.map(value).reduce(0, +) / Double(costs.count)
      }
      return MethodCost(
        method: method, title: options.title(of: method), runs: costs.count,
        secondsPerRun: mean(\.seconds), totalSeconds: costs.map(\.seconds).reduce(0, +),
        stepsPerRun: mean { Double($0.steps) }, imagesSeenPerRun: mean { Double($0.imagesSeen) },
        imagesPerSecond: mean(\.imagesPerSecond),
        peakMemoryBytes: costs.map(\.peakMemoryBytes).max() ?? 0)
    }
  }
}
