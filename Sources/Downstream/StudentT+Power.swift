import Foundation

extension StudentT {
  /// The power of the two-sided t-test: the probability that it rejects "no difference" at `level`
  /// when the true difference is `noncentrality` standard errors.
  ///
  /// By the midpoint rule over the deviation S = √(χ²/degrees) of the noncentral t distribution,
  /// T = (Z + noncentrality) / S; right to 1e-5.
  public static func power(noncentrality: Double, degrees: Double, level: Double) -> Double {
    precondition(degrees > 0, "degrees of freedom must be positive, found \(degrees)")
    let cut = quantile(1 - level / 2, degrees: degrees)
    let half = degrees / 2
    let scale = log(2) + half * log(half) - logGamma(half)
    let points = 4000
    let step = (1 + 10 / degrees.squareRoot()) / Double(points)
    var power = 0.0
    for point in 0..<points {
      let deviation = (Double(point) + 0.5) * step
      let density = exp(
        scale + (degrees - 1) * log(deviation) - half * deviation * deviation)
      power +=
        density
        * (normal(noncentrality - cut * deviation) + normal(-noncentrality - cut * deviation))
    }
    return min(1, power * step)
  }

  /// The standard normal distribution function.
  private static func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
}
