public import Torch

/// The directions along which points vary most, and where the points lie along them.
///
/// As scikit-learn's `PCA`, the sign of a direction being such that its largest number is positive.
public struct PrincipalComponents {
  /// The mean of the points, `float64` `[D]`.
  public let mean: Tensor
  /// One direction of length 1 a row, `float64` `[count, D]`.
  public let directions: Tensor
  /// The part of all variance along each direction; 0 where nothing varies.
  public let explained: [Double]

  /// Finds directions.
  /// - Parameters:
  ///   - points: `[N, D]`, finite: traps if not.
  ///   - count: how many, at most D.
  public init(_ points: Tensor, count: Int) {
    let points = points.points
    precondition(
      (1...points.size(1)).contains(count),
      "PrincipalComponents: \(count) of \(points.size(1)) dimensions")
    (mean, directions, explained) = withoutGradient {
      let mean = points.mean(over: 0)
      let (values, vectors) = (points - mean).columnProducts.symmetricEigen()
      let rows = vectors.transposed().flipped(0)[0..<count]
      let largest = rows.gathered(rows.abs().argmax(along: 1).unsqueezed(1), along: 1)
      let total = values.sum().scalar
      let spread = values.flipped(0)[0..<count].clamped(from: 0).array(of: Double.self)
      return (mean, rows * largest.sign(), spread.map { total > 0 ? $0 / total : 0 })
    }
  }

  /// The places of `points` `[N, D]` along the directions, `float64` `[N, count]`.
  public func callAsFunction(_ points: Tensor) -> Tensor {
    withoutGradient { (points.points - mean).linear(directions) }
  }
}
