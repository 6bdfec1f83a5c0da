/// Whether the orders of methods that others published hold in one's own study.
public struct PublishedOrders: Encodable, Sendable {
  /// What one backbone and arm of the budget say of an order.
  public struct Finding: Encodable, Sendable {
    /// The upper row minus the lower one, paired as in the joint analysis.
    public var difference: Estimate
    /// The two-sided p-value; left out where no test is possible.
    public var p: Double?
    /// The p-value after Holm's correction over all orders tested.
    public var adjustedP: Double?
    /// Data sets on which the upper row has the higher mean.
    public var setsInOrder: Int
    /// Data sets that have both rows.
    public var sets: Int

    /// What follows.
    public var outcome: Outcome {
      guard p != nil else { return .untested }
      guard (adjustedP ?? 1) < Significance.level else { return .open }
      return difference.mean > 0 ? .holds : .reversed
    }
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

  /// Who published.
  public var name: String
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
      }
    }
    return "On \(title), of \(Wording.count(found.count, "order")) that \(name) published, "
      + "\(Wording.list(clauses))."
  }
}

extension PublishedOrders {
  /// - Parameters:
  ///   - groups: the overview's joint analyses, with the parts of each.
  /// - Returns: `nil` if no group has two of the published methods.
  init?(_ published: PublishedStudy, _ groups: [(analysis: JointAnalysis, parts: [OverviewPart])]) {
    name = published.name
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
    let models = groups.map { BlockModel($0.analysis.rows.map(\.bySeed)) }
    orders = pairs.compactMap { first, second in
      guard var order = Order(published, first, second) else { return nil }
      order.findings = zip(groups, models).map { Finding(order, $0.analysis, $0.parts, $1) }
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

extension PublishedOrders.Finding {
  fileprivate init?(
    _ order: PublishedOrders.Order, _ group: JointAnalysis, _ parts: [OverviewPart],
    _ model: BlockModel
  ) {
    guard let upper = group.rows.firstIndex(where: { $0.method == order.upper }),
      let lower = group.rows.firstIndex(where: { $0.method == order.lower }),
      let difference = model.difference(upper, lower)
    else { return nil }
    self.difference = difference.estimate
    p = difference.p
    let means = parts.compactMap { part -> Double? in
      let places = [(summary: part.summary, sizes: part.sizes)]
      let (upper, lower) = (
        JointAnalysis.bySeed(order.upper, places), JointAnalysis.bySeed(order.lower, places)
      )
      return PairedDifference(
        upper.sorted { $0.key < $1.key }.compactMap { seed, value in
          lower[seed].map { (value, $0) }
        })?.estimate.mean
    }
    sets = means.count
    setsInOrder = means.count { $0 > 0 }
  }
}
