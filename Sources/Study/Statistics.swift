import Downstream
import Foundation

/// The levels at which a study speaks of certainty.
public enum Significance {
  /// Coverage of every interval.
  public static let confidence = Estimate.confidence
  /// A Holm-adjusted p-value below this makes a difference significant.
  public static let level = 0.05
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
