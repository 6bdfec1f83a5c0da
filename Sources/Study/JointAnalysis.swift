/// A difference over several blocks of images, sizes and seeds.
public struct JointComparison: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// The name of what it is compared with: a baseline or another method.
  public var reference: String
  /// Its name for readers.
  public var referenceTitle: String
  /// Method minus reference, the mean over data sets of their means over sizes; `n` and `sd` are of the
  /// seeds.
  public var difference: Estimate
  /// The two-sided p-value; left out where no test is possible.
  public var p: Double?
  /// The p-value after Holm's correction over all comparisons of the overview.
  public var adjustedP: Double?
  /// The 95% interval over test images, joined from those of the parts; left out where a part has none.
  public var imagesInterval: Interval?

  /// Whether both agree that there is a difference, as ``Comparison/isSignificant``.
  public var isSignificant: Bool { isWin || isLoss }
  /// Significant, and the method is better.
  public var isWin: Bool {
    (adjustedP ?? 1) < Significance.level && difference.mean > 0
      && (imagesInterval?.lower ?? 1) > 0
  }
  /// Significant, and the method is worse.
  public var isLoss: Bool {
    (adjustedP ?? 1) < Significance.level && difference.mean < 0
      && (imagesInterval?.upper ?? -1) < 0
  }
}

/// The rows of one backbone and arm of the budget, compared over all its data sets and sizes.
///
/// Values are paired within blocks (data set, size, seed). Blocks of one seed are not independent: its
/// subsets are nested, its initial weights are the same on every set, and a baseline that does not
/// depend on the size is the same run at each. So they are averaged, the sizes of a set first and then
/// the sets, which weigh alike; what is tested is value = seed + row on these averages, the residual
/// variance pooled over the rows (``BlockModel``). The conclusion is of these data sets: how it would
/// carry over to others, ranks over many of them can tell.
public struct JointAnalysis: Encodable, Sendable {
  /// One row over all blocks.
  public struct Row: Encodable, Sendable {
    /// The method's or baseline's name.
    public var method: String
    /// Its name for readers.
    public var title: String
    /// Its family; left out for baselines.
    public var family: String?
    /// Whether it is a baseline.
    public var isBaseline: Bool
    /// Over the seeds that have all their blocks.
    public var estimate: Estimate
    /// The average over the blocks of each seed.
    public var bySeed: [Int: Double]
  }

  /// One data set of it.
  public struct DataSet: Encodable, Sendable {
    /// Its name.
    public var name: String
    /// Its sizes N.
    public var sizes: [Int]
    /// The seeds that have a run.
    public var seeds: [Int]
    /// What its figures are.
    public var metric: Metric
    /// "200 steps".
    public var budget: String
  }

  /// The network.
  public var backbone: String
  /// The arm of the budget.
  public var arm: StudyOverview.Arm
  /// The data sets.
  public var datasets: [DataSet]
  /// Data sets without a result, which are left out.
  public var emptyDatasets: [String]
  /// The methods, then the baselines, the highest mean first.
  public var rows: [Row]
  /// Rows that lack a block in every seed, and so stand beside no other.
  public var leftOut: [String]
  /// Seeds that some rows lack in some block, and are not counted for them.
  public var incompleteSeeds: [Int]
  /// Each method against each baseline, and the best against the others.
  public var comparisons: [JointComparison]
  /// Blocks (data set, size, seed) that have any run.
  public var blocks: Int
  /// Residual degrees of freedom.
  public var degreesOfFreedom: Int
  /// The deviation of the residuals; left out without degrees of freedom.
  public var deviation: Double?
  /// A row that spreads much more over the seeds than the others, and so widens all intervals.
  public var unevenRow: String?
  /// Average ranks over the data sets.
  public var ranking: Ranking?
  /// Where curves cross, by data set.
  public var crossings: [[CrossingPoint]]
  /// "resnet18-w8, 200 steps", or "resnet18-w8, steps arm" where that differs by data set.
  public var title: String {
    let budgets = Set(datasets.map(\.budget))
    let budget = budgets.count == 1 ? budgets.first : nil
    return "\(backbone), \(budget ?? "\(arm.rawValue) arm")"
  }
  /// Whether all figures lie in 0...1.
  var areShares: Bool { datasets.allSatisfy(\.metric.isShare) }
}

extension JointAnalysis {
  /// - Parameter parts: of one backbone and arm, at least one.
  init(_ parts: [OverviewPart]) {
    let filled = parts.filter { !$0.sizes.isEmpty }
    backbone = parts[0].backbone
    arm = parts[0].arm
    emptyDatasets = parts.filter(\.sizes.isEmpty).map(\.summary.dataset)
    datasets = filled.map {
      DataSet(
        name: $0.summary.dataset, sizes: $0.sizes, seeds: $0.summary.seeds,
        metric: $0.summary.primaryMetric, budget: "\($0.plan.budget)")
    }
    crossings = filled.map(\.summary.crossings)
    let name = backbone
    ranking =
      Ranking.byBackbone(
        filled.map { part in
          var summary = part.summary
          summary.backbone = name
          return summary
        }
      ).first
    blocks = datasets.reduce(0) { $0 + $1.sizes.count * $1.seeds.count }

    var rows: [Row] = []
    var seeds: Set<Int> = []
    leftOut = []
    for row in Self.allRows(filled) {
      let values = Self.bySeed(row.method, filled.map { ($0.summary, $0.sizes) })
      let areShares = datasets.allSatisfy(\.metric.isShare)
      guard let estimate = Estimate(bySeed: values, areShares: areShares) else {
        leftOut.append(row.title)
        continue
      }
      seeds.formUnion(values.keys)
      rows.append(
        Row(
          method: row.method, title: row.title, family: row.family, isBaseline: row.isBaseline,
          estimate: estimate, bySeed: values))
    }
    self.rows = rows.sorted {
      ($0.isBaseline ? 1 : 0, -$0.estimate.mean, $0.method)
        < ($1.isBaseline ? 1 : 0, -$1.estimate.mean, $1.method)
    }
    let known = Set(filled.flatMap(\.summary.seeds))
    incompleteSeeds = known.filter { seed in rows.contains { $0.bySeed[seed] == nil } }.sorted()
    let model = BlockModel(self.rows.map(\.bySeed))
    degreesOfFreedom = model.degreesOfFreedom
    deviation = model.deviation
    unevenRow = model.unevenRow.map { [rows = self.rows] in rows[$0].title }
    comparisons = []
    let methods = self.rows.indices.filter { !self.rows[$0].isBaseline }
    for method in methods {
      for baseline in self.rows.indices.dropFirst(methods.count) {
        append(method, baseline, model, filled)
      }
    }
    // The highest mean stands first.
    for other in methods.dropFirst() { append(0, other, model, filled) }
  }

  private mutating func append(
    _ row: Int, _ other: Int, _ model: BlockModel, _ parts: [OverviewPart]
  ) {
    guard let difference = model.difference(row, other) else { return }
    let (method, reference) = (rows[row], rows[other])
    comparisons.append(
      JointComparison(
        method: method.method, title: method.title, reference: reference.method,
        referenceTitle: reference.title, difference: difference.estimate, p: difference.p,
        imagesInterval: Self.imagesInterval(method.method, reference.method, parts)))
  }

  /// The rows of the study's own backbone, each once.
  private static func allRows(_ parts: [OverviewPart]) -> [SummaryRow] {
    var known: Set<String> = []
    return parts.flatMap(\.summary.rows).filter {
      $0.otherBackbone == nil && known.insert($0.method).inserted
    }
  }

  /// A row's figures by seed: the mean over the data sets of the mean over their sizes, for the seeds
  /// that have all of them.
  static func bySeed(
    _ method: String, _ places: [(summary: StudySummary, sizes: [Int])]
  ) -> [Int: Double] {
    average(
      places.map { place in
        average(place.sizes.map { place.summary.row(method, at: $0)?.bySeed ?? [:] })
      })
  }

  /// The means of the seeds that all have.
  static func average(_ figures: [[Int: Double]]) -> [Int: Double] {
    guard let first = figures.first else { return [:] }
    let shared = first.keys.filter { seed in figures.allSatisfy { $0[seed] != nil } }
    return Dictionary(
      uniqueKeysWithValues: shared.map { seed in
        (seed, figures.reduce(0) { $0 + ($1[seed] ?? 0) } / Double(figures.count))
      })
  }

  /// The sizes of a set share its test images, so their half-widths are averaged as if they moved
  /// together; test images of two sets are drawn apart, so the squares of theirs add up. nil where a
  /// part has not tested the pair.
  private static func imagesInterval(
    _ method: String, _ reference: String, _ parts: [OverviewPart]
  ) -> Interval? {
    var (middle, squares) = (0.0, 0.0)
    for part in parts {
      let intervals = part.sizes.compactMap {
        part.summary.imagesInterval(method, reference, at: $0)
      }
      guard intervals.count == part.sizes.count else { return nil }
      let count = Double(intervals.count)
      middle += intervals.reduce(0) { $0 + ($1.lower + $1.upper) / 2 } / count
      let half = intervals.reduce(0) { $0 + ($1.upper - $1.lower) / 2 } / count
      squares += half * half
    }
    let count = Double(parts.count)
    let half = squares.squareRoot() / count
    return Interval(lower: middle / count - half, upper: middle / count + half)
  }
}

extension StudySummary {
  /// The row of a method at a size, or the one that does not depend on it.
  package func row(_ method: String, at size: Int) -> SummaryRow? {
    rows.first {
      $0.method == method && $0.otherBackbone == nil && ($0.pretrainImages ?? size) == size
    }
  }

  /// The interval over test images of a declared comparison, whichever way round.
  fileprivate func imagesInterval(
    _ method: String, _ reference: String, at size: Int
  ) -> Interval? {
    let known =
      comparisons.map { ($0.method, $0.reference, $0.pretrainImages, $0.imagesInterval) }
      + pairs.map { ($0.method, $0.reference, $0.pretrainImages, $0.imagesInterval) }
    for (first, second, place, interval) in known where place == size {
      if (first, second) == (method, reference) { return interval }
      if (second, first) == (method, reference) { return interval?.negated }
    }
    return nil
  }
}

extension Estimate {
  /// The mean over seeds; nil without any.
  /// - Parameter areShares: whether the values, and so their interval, lie in 0...1.
  init?(bySeed values: [Int: Double], areShares: Bool) {
    self.init(values.sorted { $0.key < $1.key }.map(\.value))
    if areShares { interval = interval?.clamped(to: 0...1) }
  }
}
