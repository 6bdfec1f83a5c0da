/// Whether the orders of methods that others published hold in one's own study.
public struct PublishedOrders: Encodable, Sendable {
  /// What one group of the overview says of an order.
  public struct Finding: Encodable, Sendable {
    /// The upper row minus the lower one, paired as in the joint analysis.
    public var difference: Estimate
    /// The two-sided p-value; left out where no test is possible.
    public var p: Double?
    /// The p-value after Holm's correction over all orders tested.
    public var adjustedP: Double? {
      didSet {
        outcome = Outcome(
          TestResult(difference, adjustedP: adjustedP, imagesInterval: imagesInterval))
      }
    }
    /// The 95% interval over test images, which must agree, as in ``JointComparison``; left out where
    /// it is not known, as after fine-tuning.
    public var imagesInterval: Interval?
    /// Data sets on which the upper row has the higher mean.
    public var setsInOrder: Int
    /// Data sets that have both rows.
    public var sets: Int
    /// What follows.
    public internal(set) var outcome = Outcome.untested
  }

  /// What a study says of an order.
  public enum Outcome: String, Encodable, Sendable, CaseIterable {
    /// Significant, as published.
    case holds
    /// Significant, the other way round.
    case reversed
    /// No significant difference.
    case open = "not told apart"
    /// One seed, or no spread.
    case untested = "not tested"
    /// Published of random weights that were fine-tuned, which is training with labels from scratch;
    /// here they were judged frozen.
    case incomparable = "not comparable"

    init(_ result: TestResult) {
      self =
        switch result {
        case .better: .holds
        case .worse: .reversed
        case .notSignificant: .open
        case .notTested: .untested
        }
    }
  }

  /// One row above another in most of the published experiments.
  public struct Order: Encodable, Sendable {
    /// The row published as the higher one.
    public var upper: String
    /// The row published as the lower one.
    public var lower: String
    /// Published experiments in which the upper row is higher.
    public var publishedInOrder: Int
    /// Published experiments that have both.
    public var published: Int
    /// Upper minus lower over these, as a share.
    public var publishedMean: Double
    /// By group of the overview; `nil` where it lacks a row.
    public var findings: [Finding?]
  }

  /// What was published, and by whom.
  public var study: PublishedStudy
  /// By group of the overview, what networks are judged by that were not trained with labels: after
  /// fine-tuning, as those published, where all parts have that, else the linear probe.
  public var protocols: [EvaluationProtocol]
  /// The orders of two methods, then those of a method and a baseline.
  public var orders: [Order]

  /// What became of the orders in a group of the overview; `nil` if it has both rows of none.
  package func sentence(of group: Int, titled title: String) -> String? {
    let found = orders.compactMap { $0.findings[group]?.outcome }
    guard !found.isEmpty else { return nil }
    let clauses = Outcome.allCases.compactMap { outcome -> String? in
      let count = found.count { $0 == outcome }
      guard count > 0 else { return nil }
      let verb = count == 1 ? "is" : "are"
      return switch outcome {
      case .holds: "\(count) \(count == 1 ? "holds" : "hold")"
      case .reversed: "\(count) \(verb) the other way round"
      case .open: "\(count) \(verb) not told apart"
      case .untested: "\(count) cannot be tested"
      case .incomparable:
        "\(count) cannot be compared (of random weights, which were fine-tuned there)"
      }
    }
    let judged = protocols[group] == .fineTune ? "fine-tuning" : "the linear probe"
    return
      "On \(title), by \(judged), of \(Wording.count(found.count, "order")) that \(study.name) "
      + "published, \(Wording.list(clauses))."
  }
}

extension PublishedOrders {
  /// - Parameters:
  ///   - groups: the overview's joint analyses, with the parts of each.
  /// - Returns: `nil` if no group has two of the published methods.
  init?(_ published: PublishedStudy, _ groups: [(analysis: JointAnalysis, parts: [OverviewPart])]) {
    study = published
    let methods = published.rows.map(\.method).filter { !Baseline.all.contains($0) }
    let hasTwo = groups.contains { group in
      group.analysis.rows.count { methods.contains($0.method) } > 1
    }
    guard hasTwo else { return nil }
    let baselines = [Baseline.random, Baseline.supervised, Baseline.general]
    var pairs: [(String, String)] = []
    for (place, method) in methods.enumerated() {
      pairs += methods.dropFirst(place + 1).map { (method, $0) }
    }
    pairs += methods.flatMap { method in baselines.map { (method, $0) } }
    let compared = groups.map(ComparedGroup.init)
    protocols = compared.map { $0.isFineTuned ? .fineTune : .linear }
    orders = pairs.compactMap { first, second in
      guard var order = Order(published, first, second) else { return nil }
      order.findings = compared.map { $0.finding(order) }
      return order.findings.contains { $0 != nil } ? order : nil
    }
    adjust()
  }

  /// Holm over all that is tested here: a family of its own, since the orders were declared by others.
  private mutating func adjust() {
    let tested = orders.indices.flatMap { order in
      orders[order].findings.indices.compactMap { group in
        orders[order].findings[group]?.p.map { (order: order, group: group, p: $0) }
      }
    }
    for (place, adjusted) in zip(tested, holmAdjusted(tested.map(\.p))) {
      orders[place.order].findings[place.group]?.adjustedP = adjusted
    }
  }
}

extension PublishedOrders.Order {
  /// The published order of two rows, a baseline on the network of the method that it is compared with.
  fileprivate init?(_ published: PublishedStudy, _ first: String, _ second: String) {
    guard let one = published.rows(of: first).first else { return nil }
    let others = published.rows(of: second)
    guard let other = others.first(where: { $0.network == one.network }) ?? others.first else {
      return nil
    }
    let differences = zip(one.figures, other.figures).compactMap { figure, against in
      figure.flatMap { figure in against.map { (figure - $0) / 100 } }
    }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let (ahead, behind) = (differences.count { $0 > 0 }, differences.count { $0 < 0 })
    guard ahead != behind else { return nil }
    let isFirst = ahead > behind
    (upper, lower) = isFirst ? (first, second) : (second, first)
    publishedInOrder = isFirst ? ahead : behind
    self.published = differences.count
    publishedMean = isFirst ? mean : -mean
    findings = []
  }
}

/// A group of the overview, judged as much like the published figures as it was run.
private struct ComparedGroup {
  /// Whether all its parts were fine-tuned, as published.
  let isFineTuned: Bool
  private let parts: [OverviewPart]
  private let methods: [String]
  private let bySeed: [[Int: Double]]
  private let model: BlockModel
  /// `nil` after fine-tuning, of which no interval over test images is kept.
  private let images: ImagesIntervals?

  init(_ analysis: JointAnalysis, _ parts: [OverviewPart]) {
    let filled = parts.filter { !$0.sizes.isEmpty }
    let isFineTuned = !filled.isEmpty && filled.allSatisfy(\.isFineTuned)
    self.isFineTuned = isFineTuned
    self.parts = filled
    methods = analysis.rows.map(\.method)
    bySeed =
      isFineTuned
      ? methods.map { Self.tuned($0, filled) } : analysis.rows.map(\.bySeed)
    model = BlockModel(bySeed)
    images = isFineTuned ? nil : ImagesIntervals(filled)
  }

  /// After fine-tuning; of what was trained with the labels from the start, its own predictions.
  private static func tuned(_ method: String, _ parts: [OverviewPart]) -> [Int: Double] {
    JointAnalysis.bySeed(method, parts.map { ($0.summary, $0.sizes) }) {
      $0.headlineProtocol == .endToEnd ? $0.bySeed : $0.tunedBySeed
    }
  }

  func finding(_ order: PublishedOrders.Order) -> PublishedOrders.Finding? {
    guard let upper = methods.firstIndex(of: order.upper),
      let lower = methods.firstIndex(of: order.lower),
      let difference = model.difference(upper, lower)
    else { return nil }
    let isComparable = isFineTuned || ![order.upper, order.lower].contains(Baseline.random)
    let seeds = Set(bySeed[upper].keys).intersection(bySeed[lower].keys)
    let means = parts.compactMap { mean(order, on: $0) }
    return PublishedOrders.Finding(
      difference: difference.estimate, p: isComparable ? difference.p : nil,
      imagesInterval: images?.joined(order.upper, order.lower, seeds: seeds),
      setsInOrder: means.count { $0 > 0 }, sets: means.count,
      outcome: isComparable ? .untested : .incomparable)
  }

  /// Upper minus lower on one set.
  private func mean(_ order: PublishedOrders.Order, on part: OverviewPart) -> Double? {
    func values(_ method: String) -> [Int: Double] {
      isFineTuned
        ? Self.tuned(method, [part])
        : JointAnalysis.bySeed(method, [(summary: part.summary, sizes: part.sizes)])
    }
    let (upper, lower) = (values(order.upper), values(order.lower))
    return PairedDifference(
      upper.sorted { $0.key < $1.key }.compactMap { seed, value in
        lower[seed].map { (value, $0) }
      })?.estimate.mean
  }
}
