import Foundation

/// Student's t distribution: the intervals and tests over a handful of seeds rest on it.
public enum StudentT {
  /// The probability that |T| exceeds |t| with `degrees` of freedom: the two-sided p-value.
  public static func twoSidedP(_ t: Double, degrees: Double) -> Double {
    precondition(degrees > 0, "degrees of freedom must be positive, found \(degrees)")
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    let square = t * t
    // P(|T| > t) = I_x(df/2, 1/2) with x = df / (df + t²); 1 - x is given exactly, since a
    // difference from 1 would lose the digits of a small t.
    return incompleteBeta(
      x: degrees / (degrees + square), oneMinusX: square / (degrees + square), a: degrees / 2,
      b: 0.5)
  }

  /// The value that T stays below with this probability, in 0.5..<1: 0.975 for a 95% interval.
  public static func quantile(_ probability: Double, degrees: Double) -> Double {
    precondition(
      (0.5..<1).contains(probability), "probability must be in 0.5..<1, found \(probability)")
    let tail = 2 * (1 - probability)
    var low = 0.0
    var high = 1.0
    while twoSidedP(high, degrees: degrees) > tail { high *= 2 }
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if twoSidedP(middle, degrees: degrees) > tail { low = middle } else { high = middle }
    }
  }

  /// The regularised incomplete beta function I_x(a, b).
  private static func incompleteBeta(x: Double, oneMinusX: Double, a: Double, b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard oneMinusX > 0 else { return 1 }
    // The fraction converges fast only below the mean; above it, I_x(a, b) = 1 - I_{1-x}(b, a).
    if x > (a + 1) / (a + b + 2) {
      return 1 - incompleteBeta(x: oneMinusX, oneMinusX: x, a: b, b: a)
    }
    let logFront =
      a * log(x) + b * log(oneMinusX) + logGamma(a + b) - logGamma(a) - logGamma(b)
    return exp(logFront) / (a * continuedFraction(x: x, a: a, b: b))
  }

  /// The fraction 1 + d₁/(1 + d₂/(1 + …)) of the incomplete beta function (DLMF 8.17.22), by
  /// Lentz's method.
  private static func continuedFraction(x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    var value = 1.0
    var numerator = 1.0
    var denominator = 0.0
    for step in 1...1000 {
      let m = Double(step / 2)
      let term =
        step.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      denominator = 1 + term * denominator
      denominator = 1 / (denominator == 0 ? tiny : denominator)
      numerator = 1 + term / numerator
      if numerator == 0 { numerator = tiny }
      let factor = numerator * denominator
      value *= factor
      if abs(factor - 1) < 1e-15 { break }
    }
    return value
  }

  /// ln Γ(x) for x > 0, by Stirling's series. (The C function's signature differs by platform.)
  static func logGamma(_ x: Double) -> Double {
    var shift = 0.0
    var x = x
    while x < 15 {
      shift += log(x)
      x += 1
    }
    let square = 1 / (x * x)
    let series =
      (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x
    return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - shift
  }
}
