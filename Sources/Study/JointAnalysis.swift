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

    /// The seeds that count for both.
    func seeds(sharedWith other: Row) -> Set<Int> {
      Set(bySeed.keys).intersection(other.bySeed.keys)
    }
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
  /// What tells it from other groups of its backbone and arm: "with pretraining on photos".
  public var distinctions: [String]
  /// The data sets.
  public var datasets: [DataSet]
  /// Data sets without a result, which are left out.
  public var emptyDatasets: [String]
  /// The methods, then the baselines, the highest mean first.
  public var rows: [Row]
  /// Rows that lack a block in every seed, and so stand beside no other.
  public var leftOut: [String]
  /// Of them, the methods.
  public var leftOutMethods: [String]
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
  /// "resnet18-w8, 200 steps", or "resnet18-w8, steps arm" where that differs by data set, and what
  /// tells it from other such groups.
  public var title: String {
    let budgets = Set(datasets.map(\.budget))
    let budget = budgets.count == 1 ? budgets.first : nil
    return ([backbone, budget ?? "\(arm.rawValue) arm"] + distinctions.filter { $0 != budget })
      .joined(separator: ", ")
  }
  /// Whether all figures lie in 0...1.
  let areShares: Bool
  /// The p-values of the other pairs of methods, among which those of the best were picked.
  private(set) var undeclaredP: [Double]

  private enum CodingKeys: String, CodingKey {
    case backbone, arm, distinctions, datasets, emptyDatasets, rows, leftOut, leftOutMethods
    case incompleteSeeds, comparisons, blocks, degreesOfFreedom, deviation, unevenRow, ranking
    case crossings
  }
}

extension JointAnalysis {
  init(_ group: OverviewGroup) {
    let filled = group.parts.filter { !$0.sizes.isEmpty }
    backbone = group.backbone
    arm = group.arm
    distinctions = group.distinctions
    emptyDatasets = group.parts.filter(\.sizes.isEmpty).map(\.summary.dataset)
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
    (leftOut, leftOutMethods) = ([], [])
    areShares = datasets.allSatisfy(\.metric.isShare)
    for row in Self.allRows(filled) {
      let values = Self.bySeed(row.method, filled.map { ($0.summary, $0.sizes) })
      guard let estimate = Estimate(bySeed: values, areShares: areShares) else {
        leftOut.append(row.title)
        if !row.isBaseline { leftOutMethods.append(row.title) }
        continue
      }
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
    (comparisons, undeclaredP) = ([], [])
    let images = ImagesIntervals(filled)
    let methods = self.rows.indices.filter { !self.rows[$0].isBaseline }
    for method in methods {
      for baseline in self.rows.indices.dropFirst(methods.count) {
        append(method, baseline, model, images)
      }
    }
    // The highest mean stands first.
    let others = methods.dropFirst()
    for other in others { append(0, other, model, images) }
    undeclaredP = others.flatMap { first in
      others.filter { $0 > first }.compactMap { model.difference(first, $0)?.p }
    }
  }

  private mutating func append(
    _ row: Int, _ other: Int, _ model: BlockModel, _ images: ImagesIntervals
  ) {
    guard let difference = model.difference(row, other) else { return }
    let (method, reference) = (rows[row], rows[other])
    comparisons.append(
      JointComparison(
        method: method.method, title: method.title, reference: reference.method,
        referenceTitle: reference.title, difference: difference.estimate, p: difference.p,
        imagesInterval: images.joined(
          method.method, reference.method, seeds: method.seeds(sharedWith: reference))))
  }

  /// The rows of the study's own backbone, each once.
  private static func allRows(_ parts: [OverviewPart]) -> [SummaryRow] {
    parts.flatMap(\.summary.rows).filter { $0.otherBackbone == nil }.uniqued(on: \.method)
  }

  /// A row's figures by seed: the mean over the data sets of the mean over their sizes, for the seeds
  /// that have all of them.
  /// - Parameter figures: those of the row at one size.
  static func bySeed(
    _ method: String, _ places: [(summary: StudySummary, sizes: [Int])],
    _ figures: (SummaryRow) -> [Int: Double] = \.bySeed
  ) -> [Int: Double] {
    average(
      places.map { place in
        average(place.sizes.map { place.summary.row(method, at: $0).map(figures) ?? [:] })
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
}

extension StudySummary {
  /// The row of a method at a size, or the one that does not depend on it.
  package func row(_ method: String, at size: Int) -> SummaryRow? {
    rows.first {
      $0.method == method && $0.otherBackbone == nil && ($0.pretrainImages ?? size) == size
    }
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
