import Downstream

/// How small a difference a number of seeds can tell, by the power of the t-test (noncentral t).
///
/// The test is the study's own: residual variance pooled over the rows of a size, at the level of the
/// first of Holm's steps, which is the strictest; later steps find smaller differences. The interval
/// over test images, which must agree, is not counted: with few test images the power is lower.
public struct Sensitivity: Encodable, Sendable {
  /// The deviation of a run's figure when its row and block are taken out, in 0...1.
  public var deviation: Double
  /// Whether ``deviation`` comes from runs; else it is ``assumedDeviation``.
  public var isMeasured: Bool
  /// Rows that share the variance.
  public var rows: Int
  /// Comparisons that are adjusted together.
  public var comparisons: Int

  /// The probability with which a difference should be found.
  public static let power = 0.8
  /// What is assumed before there are runs: 1.5 points, of the order of what linear probes of small
  /// networks on a thousand images spread over seeds.
  public static let assumedDeviation = 0.015
  /// More seeds than this are not counted out.
  public static let mostSeeds = 100

  /// - Parameter deviation: that of earlier runs, if there are any.
  public init(deviation: Double? = nil, rows: Int, comparisons: Int) {
    self.deviation = deviation ?? Self.assumedDeviation
    isMeasured = deviation != nil
    self.rows = rows
    self.comparisons = comparisons
  }

  /// The smallest true difference that so many seeds find with ``power``; nil for one seed or row.
  public func detectable(seeds: Int) -> Double? {
    guard seeds > 1, rows > 1, deviation > 0 else { return nil }
    var (low, high) = (0.0, 1.0)
    while power(of: high, seeds: seeds) < Self.power { high *= 2 }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if power(of: middle, seeds: seeds) < Self.power { low = middle } else { high = middle }
    }
    return high
  }

  /// The fewest seeds that find a true difference with ``power``; nil if ``mostSeeds`` do not.
  public func seeds(toDetect difference: Double) -> Int? {
    guard rows > 1 else { return nil }
    var (low, high) = (1, Self.mostSeeds)
    guard power(of: difference, seeds: high) >= Self.power else { return nil }
    while high - low > 1 {
      let middle = (low + high) / 2
      if power(of: difference, seeds: middle) < Self.power { low = middle } else { high = middle }
    }
    return high
  }

  private func power(of difference: Double, seeds: Int) -> Double {
    let error = deviation * (2 / Double(seeds)).squareRoot()
    return StudentT.power(
      noncentrality: abs(difference) / error, degrees: Double((seeds - 1) * (rows - 1)),
      level: Significance.level / Double(max(1, comparisons)))
  }
}

extension StudyPlan {
  /// What the plan's seeds can tell.
  /// - Parameter deviation: the residual deviation of earlier runs of the study.
  public func sensitivity(deviation: Double? = nil) -> Sensitivity {
    let own = methods.filter { !Baseline.all.contains($0) }.count
    let baselines = methods.count - own
    func compared(_ methods: Int, sizes: Int) -> Int {
      sizes * (methods * baselines + methods * (methods - 1) / 2)
    }
    return Sensitivity(
      deviation: deviation, rows: methods.count,
      comparisons: compared(own, sizes: sizes.count)
        + compared(transferred.count, sizes: transfer?.sizes.count ?? 0))
  }
}

extension Sensitivity {
  /// What so many seeds can tell, in a sentence.
  func sentence(seeds: Int) -> String {
    guard let smallest = detectable(seeds: seeds) else {
      let lacking = [seeds < 2 ? "two seeds or more" : nil, rows < 2 ? "a baseline" : nil]
        .compactMap { $0 }
      return "\(Wording.count(seeds, "seed")): no difference can be told from chance"
        + (lacking.isEmpty ? "." : "; give \(Wording.list(lacking)).")
    }
    return "With \(Wording.count(seeds, "seed")) and \(Wording.count(rows, "row")), a true "
      + "difference of \(Wording.points(smallest)) or more is found with \(Self.percent)% "
      + "probability (\(spread); Holm's first step over "
      + "\(Wording.count(comparisons, "comparison"))); smaller ones may be missed."
  }

  /// What so many seeds can tell, to be read with ``explanation``.
  func brief(seeds: Int) -> String {
    guard let smallest = detectable(seeds: seeds) else { return "no difference from chance" }
    return "\(Wording.points(smallest)) or more (\(Wording.count(seeds, "seed")), "
      + "\(Wording.count(rows, "row")), \(Wording.count(comparisons, "comparison")); \(spread))"
  }

  /// What several brief figures mean.
  public static let explanation =
    "A true difference of so many points is found with \(percent)% probability, by Holm's first step "
    + "over the comparisons; smaller ones may be missed. One seed, or one row, tells none."

  private static var percent: String { Wording.number(power, digits: 0) }

  private var spread: String {
    "runs spread by \(Wording.points(deviation)), \(isMeasured ? "measured" : "assumed")"
  }
}

extension StudySummary {
  /// What the study's seeds can tell at the largest size that was tested; nil before that.
  public var sensitivity: Sensitivity? {
    guard let spread = spreads.max(by: { $0.pretrainImages < $1.pretrainImages }),
      let deviation = spread.deviation, deviation > 0
    else { return nil }
    return Sensitivity(
      deviation: deviation, rows: spread.rows, comparisons: adjustedOver)
  }
}
