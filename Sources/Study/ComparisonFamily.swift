/// The comparisons that a study declares beforehand, adjusted together.
///
/// Which method is the best is known only afterwards, so its comparisons with the others are picked
/// among all pairs of methods, and Holm counts them all: with those alone that are declared, methods
/// that tie above their baselines would be called different in 10% of studies.
///
/// Of studies of seven methods, five baselines and three sizes some difference is claimed by the seeds'
/// test, where the methods are equal and all rows spread alike, in 3.1% to 3.9% (3 to 10 seeds); where
/// methods spread over twice as far as baselines, which the pooled variance supposes away, in 10% to
/// 13% (20,000 simulated studies each: RESULTS.md, `Benchmarks/python/study_statistics.py simulate`).
struct ComparisonFamily {
  private(set) var comparisons: [Comparison] = []
  private(set) var spreads: [PooledSpread] = []
  /// Pairs of methods that are not declared.
  private(set) var pairs: [MethodPair] = []
  /// How many comparisons Holm's correction counts.
  private(set) var adjustedOver = 0
  private let options: SummaryOptions
  private let outcomes: TestOutcomes
  /// The cells of each comparison and of each pair.
  private var compared: [(first: Cell, second: Cell)] = []
  private var paired: [(first: Cell, second: Cell)] = []
  /// Of the pairs that are not declared.
  private var pairP: [Double] = []

  init(cells: [Cell], outcomes: TestOutcomes, options: SummaryOptions) {
    self.options = options
    self.outcomes = outcomes
    let comparable = cells.filter { $0.backbone == options.backbone }
    let methods = comparable.filter { !$0.place.isBaseline && $0.place.pretrainImages != nil }
    let sizes = methods.grouped { [$0.place.pretrainImages, $0.place.labelledImages] }
    for here in sizes.map(\.members) {
      let baselines = comparable.filter {
        $0.place.isBaseline && Self.isComparable($0.place, here[0].place)
      }
      compare(here, with: baselines)
    }
    let tested = comparisons.indices.filter { comparisons[$0].p != nil }
    let adjusted = holmAdjusted(tested.compactMap { comparisons[$0].p } + pairP)
    adjustedOver = adjusted.count
    for (index, p) in zip(tested, adjusted) { comparisons[index].adjustedP = p }
    let intervals = outcomes.intervals(of: compared + paired, options.primaryMetric)
    for (index, interval) in intervals.enumerated() {
      if index < comparisons.count {
        comparisons[index].imagesInterval = interval
      } else {
        pairs[index - comparisons.count].imagesInterval = interval
      }
    }
    for index in comparisons.indices {
      comparisons[index].result = TestResult(
        comparisons[index].difference, adjustedP: comparisons[index].adjustedP,
        imagesInterval: comparisons[index].imagesInterval)
    }
  }

  /// The same labels, and the same N where the baseline depends on it.
  private static func isComparable(_ baseline: Cell.Place, _ method: Cell.Place) -> Bool {
    baseline.labelledImages == method.labelledImages
      && (baseline.pretrainImages == nil || baseline.pretrainImages == method.pretrainImages)
  }

  /// Each method of one size with each baseline, and the best with the other methods.
  private mutating func compare(_ methods: [Cell], with baselines: [Cell]) {
    let rows = methods + baselines
    let values = rows.map { $0.headlines(options.primaryMetric) }
    let model = BlockModel(values)
    for method in methods.indices {
      for baseline in rows.indices.dropFirst(methods.count) {
        append(method, baseline, of: rows, model)
      }
    }
    func mean(_ row: Int) -> Double {
      values[row].values.reduce(0, +) / Double(values[row].count)
    }
    let judged = methods.indices.filter { !values[$0].isEmpty }
    if let best = judged.max(by: { mean($0) < mean($1) }) {
      for other in methods.indices where other != best { append(best, other, of: rows, model) }
      for first in methods.indices where first != best {
        for second in methods.indices where second > first && second != best {
          append(methods[first], methods[second])
          if let p = model.difference(first, second)?.p { pairP.append(p) }
        }
      }
    }
    if let place = methods.first?.place, let size = place.pretrainImages {
      spreads.append(
        PooledSpread(
          pretrainImages: size, labelledImages: place.labelledImages, rows: rows.count,
          seeds: Set(values.flatMap(\.keys)).sorted(),
          isBalanced: Set(values.map { Set($0.keys) }).count == 1,
          degreesOfFreedom: model.degreesOfFreedom, deviation: model.deviation,
          unevenRow: model.unevenRow.map { options.title(of: rows[$0].place.method) }))
    }
  }

  private mutating func append(_ first: Cell, _ second: Cell) {
    guard let size = first.place.pretrainImages else { return }
    paired.append((first, second))
    pairs.append(
      MethodPair(
        method: first.place.method, reference: second.place.method, pretrainImages: size))
  }

  private mutating func append(_ row: Int, _ other: Int, of rows: [Cell], _ model: BlockModel) {
    let (cell, reference) = (rows[row], rows[other])
    guard let difference = model.difference(row, other), let size = cell.place.pretrainImages
    else { return }
    compared.append((cell, reference))
    comparisons.append(
      Comparison(
        method: cell.place.method, title: options.title(of: cell.place.method),
        reference: reference.place.method,
        referenceTitle: options.title(of: reference.place.method),
        pretrainImages: size, labelledImages: cell.place.labelledImages,
        evaluation: cell.headlineProtocol, referenceProtocol: reference.headlineProtocol,
        difference: difference.estimate,
        degreesOfFreedom: difference.p == nil ? nil : model.degreesOfFreedom, p: difference.p))
  }
}

/// Two methods of one size that are no declared comparison: which of several studies' methods is the
/// best is known only when they are joined.
public struct MethodPair: Encodable, Sendable {
  /// The first method's name.
  public var method: String
  /// The second's.
  public var reference: String
  /// N of both.
  public var pretrainImages: Int
  /// The 95% interval of first minus second over test images; left out where it is not known.
  public var imagesInterval: Interval?
}
