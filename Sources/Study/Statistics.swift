import Downstream
import Foundation

/// The levels at which a study speaks of certainty.
public enum Significance {
  /// Coverage of every interval.
  public static let confidence = 0.95
  /// A Holm-adjusted p-value below this makes a difference significant.
  public static let level = 0.05
}

/// A range of values.
public struct Interval: Codable, Hashable, Sendable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double

  /// Makes the range from `lower` to `upper`.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// The range of the opposite values.
  var negated: Interval { Interval(lower: -upper, upper: -lower) }

  /// The part of the range within `bounds`.
  func clamped(to bounds: ClosedRange<Double>) -> Interval {
    Interval(
      lower: min(max(lower, bounds.lowerBound), bounds.upperBound),
      upper: min(max(upper, bounds.lowerBound), bounds.upperBound))
  }
}

/// A mean over seeds and how sure it is.
public struct Estimate: Encodable, Hashable, Sendable {
  /// The mean.
  public var mean: Double
  /// The number of seeds.
  public var n: Int
  /// The sample standard deviation (n - 1); nil with one seed.
  public var sd: Double?
  /// The 95% Student-t interval of the mean; nil with one seed, and nil if all values are the same:
  /// without spread there is nothing to tell the certainty from, and ±0 would be a false claim.
  public var interval: Interval?

  /// The mean and 95% Student-t interval of `values`; nil if there are none.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    n = values.count
    mean = values.reduce(0, +) / Double(n)
    guard n > 1 else { return }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let spread = (squares / Double(n - 1)).squareRoot()
    let largest = values.reduce(0) { max($0, abs($1)) }
    let hasSpread = spread > 16 * Double.ulpOfOne * largest
    sd = hasSpread ? spread : 0
    guard hasSpread else { return }
    let t = StudentT.quantile((1 + Significance.confidence) / 2, degrees: Double(n - 1))
    let half = t * spread / Double(n).squareRoot()
    interval = Interval(lower: mean - half, upper: mean + half)
  }
}

/// The difference of two methods on the same seeds, with its paired t-test.
public struct PairedDifference: Hashable, Sendable {
  /// The mean difference and its interval.
  public var estimate: Estimate
  /// The two-sided p-value of "no difference"; nil with one pair, and nil if all pairs differ by
  /// the same amount other than 0, since then there is no spread to test on.
  public var p: Double?

  /// Compares `pairs` of values that share dataset, size and seed (first minus second); nil if
  /// there are none.
  public init?(_ pairs: [(Double, Double)]) {
    guard let estimate = Estimate(pairs.map { $0.0 - $0.1 }) else { return nil }
    self.estimate = estimate
    guard let sd = estimate.sd else { return }
    if sd > 0 {
      let t = estimate.mean / (sd / Double(estimate.n).squareRoot())
      p = StudentT.twoSidedP(t, degrees: Double(estimate.n - 1))
    } else if estimate.mean == 0 {
      p = 1
    }
  }
}

/// Holm's step-down correction: p-values adjusted for all comparisons of one family, in the order
/// given.
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  var adjusted = pValues
  var largest = 0.0
  let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}
