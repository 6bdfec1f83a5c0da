import Foundation

/// The average ranks of the rows of one backbone over blocks, which are sizes and data sets.
public struct Ranking: Encodable, Sendable {
  /// One row's place.
  public struct Row: Encodable, Sendable {
    /// The method's or baseline's name.
    public var method: String
    /// Its name for readers.
    public var title: String
    /// Whether it is a baseline.
    public var isBaseline: Bool
    /// The mean over the data sets of its mean rank over their sizes; 1 is the best. Rows with the
    /// same figure share their ranks.
    public var averageRank: Double
  }

  /// The network: no ranking mixes two.
  public var backbone: String
  /// The best first.
  public var rows: [Row]
  /// Sizes, summed over the data sets.
  public var blocks: Int
  /// The data sets.
  public var datasets: [String]
  /// Rows that are not in every block, and so cannot be ranked with the others.
  public var leftOut: [String]
  /// Average ranks that differ by more than this differ significantly (Nemenyi's test over data sets;
  /// Demšar 2006, "Statistical Comparisons of Classifiers over Multiple Data Sets", section 3.2.2);
  /// left out below ``fewestDatasets``.
  public var criticalDifference: Double?
  /// What the ranks say and do not say.
  public var note: String

  /// With fewer data sets than this ranks are not tested.
  public static let fewestDatasets = 6

  /// The rows after the first whose rank does not differ significantly from its own; empty where ranks
  /// are not tested.
  public var notWorseThanBest: [Row] {
    guard let criticalDifference else { return [] }
    return rows.dropFirst().filter {
      $0.averageRank - rows[0].averageRank <= criticalDifference
    }
  }

  /// One ranking for each backbone of the summaries, in their order; none for a backbone without two
  /// rows that are in every block.
  public static func byBackbone(_ summaries: [StudySummary]) -> [Ranking] {
    summaries.grouped(by: \.backbone).compactMap { Ranking(of: $0.members, $0.key) }
  }

  private init?(of summaries: [StudySummary], _ backbone: String) {
    var titles: [String: String] = [:]
    var order: [String] = []
    // By data set, then by size, the figures by method.
    var blocks: [String: [[String: Double]]] = [:]
    for summary in summaries {
      for size in summary.ownSizes {
        var figures: [String: Double] = [:]
        for row in summary.rows
        where row.otherBackbone == nil && (row.pretrainImages ?? size) == size {
          guard let mean = row.headline(summary.primaryMetric)?.mean else { continue }
          if titles[row.method] == nil { order.append(row.method) }
          titles[row.method] = row.title
          figures[row.method] = mean
        }
        if !figures.isEmpty { blocks[summary.dataset, default: []].append(figures) }
      }
    }
    let all = blocks.values.flatMap { $0 }
    let ranked = order.filter { method in all.allSatisfy { $0[method] != nil } }
    guard ranked.count > 1 else { return nil }
    let sets = blocks.keys.sorted()
    let means = sets.map { Self.meanRanks(ranked, in: blocks[$0] ?? []) }
    rows = ranked.map { method in
      Row(
        method: method, title: titles[method] ?? method,
        isBaseline: Baseline.all.contains(method),
        averageRank: means.reduce(0) { $0 + ($1[method] ?? 0) } / Double(sets.count))
    }.sorted { ($0.averageRank, $0.method) < ($1.averageRank, $1.method) }
    self.backbone = backbone
    self.blocks = all.count
    datasets = sets
    leftOut = order.filter { !ranked.contains($0) }.map { titles[$0] ?? $0 }
    if sets.count >= Self.fewestDatasets {
      let count = Double(ranked.count)
      criticalDifference =
        Self.nemenyi(ranked.count)
        * (count * (count + 1) / (6 * Double(sets.count))).squareRoot()
    }
    note = Self.note(sets: sets.count, critical: criticalDifference)
  }

  private static func note(sets: Int, critical: Double?) -> String {
    if let critical {
      return
        "Average ranks over \(Wording.count(sets, "data set")) differ significantly where they "
        + "differ by more than \(String(format: "%.2f", critical)) (Nemenyi)."
    }
    return "No critical-difference diagram: ranks are tested over data sets, and "
      + "\(sets == 1 ? "one is" : "\(sets) are") too few, at least \(fewestDatasets) are needed. "
      + "Sizes of one data set are not independent of each other. The average ranks describe what "
      + "was found; they are not tested."
  }

  /// Each method's rank, averaged over blocks.
  private static func meanRanks(
    _ methods: [String], in blocks: [[String: Double]]
  ) -> [String: Double] {
    var sums: [String: Double] = [:]
    for block in blocks {
      for method in methods {
        let figure = block[method] ?? 0
        let better = methods.count { (block[$0] ?? 0) > figure }
        let equal = methods.count { block[$0] == figure }
        sums[method, default: 0] += Double(better) + Double(equal + 1) / 2
      }
    }
    return sums.mapValues { $0 / Double(blocks.count) }
  }

  /// The 95% quantile of the range of `count` standard normal values, divided by √2: Demšar's
  /// table 5.
  static func nemenyi(_ count: Int) -> Double {
    func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
    /// The probability that the range stays below `width`.
    func below(_ width: Double) -> Double {
      stride(from: -8.0, to: 8, by: 0.01).reduce(0) { sum, x in
        let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        return sum + 0.01 * density * pow(normal(x) - normal(x - width), Double(count - 1))
      } * Double(count)
    }
    var (low, high) = (0.0, 20.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if below(middle) < Significance.confidence { low = middle } else { high = middle }
    }
    return high / 2.0.squareRoot()
  }
}
