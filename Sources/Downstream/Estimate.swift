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
  package var negated: Interval { Interval(lower: -upper, upper: -lower) }

  /// The part of the range within `bounds`.
  package func clamped(to bounds: ClosedRange<Double>) -> Interval {
    Interval(
      lower: min(max(lower, bounds.lowerBound), bounds.upperBound),
      upper: min(max(upper, bounds.lowerBound), bounds.upperBound))
  }
}

/// A mean over seeds or draws, and how sure it is.
public struct Estimate: Encodable, Hashable, Sendable {
  /// Coverage of the interval.
  public static let confidence = 0.95

  /// The mean.
  public var mean: Double
  /// The number of seeds or draws.
  public var n: Int
  /// The sample standard deviation (n - 1); nil with one.
  public var sd: Double?
  /// The 95% Student-t interval of the mean; nil with one, and nil if all values are the same:
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
    let t = StudentT.quantile((1 + Self.confidence) / 2, degrees: Double(n - 1))
    let half = t * spread / Double(n).squareRoot()
    interval = Interval(lower: mean - half, upper: mean + half)
  }
}
