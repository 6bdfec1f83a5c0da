import Downstream
import Torch

extension Tensor {
  /// The rows as points to measure: detached, on the processor, in double precision.
  var points: Tensor {
    precondition(rank == 2, "Insight: features are [N, D], not \(shape)")
    return detached().to(.cpu).to(.float64)
  }

  /// The same minus the mean row.
  var centred: Tensor { self - mean(over: 0, keepingAxes: true) }

  /// The products of all pairs of columns, `[D, D]`.
  var columnProducts: Tensor { transposed().matmul(self) }

  /// Whether all elements are finite.
  package var isAllFinite: Bool { isFinite().to(.uint8).min().scalar == 1 }

  /// Successive rows, few enough that a number for each pair of them and all rows takes little memory.
  var pairBlocks: [(start: Int, values: Tensor)] {
    blocks(of: Swift.max(1, (4 << 20) / size(0)))
  }

  /// The squared Euclidean distances from each row to each row of `others`, `[N, M]`.
  ///
  /// From products, so centre the points first: digits are lost where they are far from 0.
  func squaredDistances(to others: Tensor) -> Tensor {
    let lengths = square().sum(over: 1, keepingAxes: true)
    let products = linear(others * -2, others.square().sum(over: 1))
    return (products + lengths).clamped(from: 0)
  }
}
