import Torch

/// The Hilbert-Schmidt independence criterion of the linear kernels of some images in two networks,
/// estimated without bias (Song et al. 2012, eq. 5), for all images and without each of them.
///
/// With the Gram matrices K̃ and L̃ without their diagonals, it is tr(K̃L̃) + 1ᵀK̃1 1ᵀL̃1 / ((n − 1)(n − 2))
/// − 2 / (n − 2) 1ᵀK̃L̃1, over n(n − 3). An image that is left out takes a row and a column of each sum
/// with it, so that all n values cost little more than one. Costs N·D² and no N×N matrix where D is
/// less than N.
struct UnbiasedHSIC {
  /// Of each image the products with all others, Σⱼ K̃ᵢⱼ L̃ᵢⱼ.
  private let products: [Double]
  /// Row sums of K̃ and L̃. Those of centred Gram matrices are 0, so that without the diagonal they
  /// are minus it.
  private let (first, second): ([Double], [Double])
  /// K̃ times the row sums of L̃, plus L̃ times those of K̃.
  private let mixed: [Double]

  /// Of centred points `[N, D]` and `[N, D′]` of the same images, at least 4; 5 to leave one out.
  init(_ x: Tensor, _ y: Tensor) {
    let k = x.square().sum(over: 1)
    let l = y.square().sum(over: 1)
    // By features or by images, whichever are fewer.
    let wide = min(x.size(1), y.size(1)) > x.size(0)
    let rows =
      wide
      ? (x.linear(x) * y.linear(y)).sum(over: 1)
      : (x.matmul(x.transposed().matmul(y)) * y).sum(over: 1)
    func times(_ points: Tensor, _ diagonal: Tensor, _ sums: Tensor) -> Tensor {
      let all = points.transposed().matmul(sums.unsqueezed(1))
      return points.matmul(all).reshaped(-1) - diagonal * sums
    }
    products = (rows - k * l).array(of: Double.self)
    first = (-k).array(of: Double.self)
    second = (-l).array(of: Double.self)
    mixed = (times(x, k, -l) + times(y, l, -k)).array(of: Double.self)
  }

  /// Of all images.
  var value: Double {
    Self.value(
      products.count, trace: products.reduce(0, +), first: first.reduce(0, +),
      second: second.reduce(0, +), path: zip(first, second).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// Without each image.
  var valuesWithoutOne: [Double] {
    let (trace, one, other) = (
      products.reduce(0, +), first.reduce(0, +), second.reduce(0, +)
    )
    let path = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    return products.indices.map { image in
      Self.value(
        products.count - 1, trace: trace - 2 * products[image], first: one - 2 * first[image],
        second: other - 2 * second[image],
        path: path - first[image] * second[image] - mixed[image] + products[image])
    }
  }

  private static func value(
    _ images: Int, trace: Double, first: Double, second: Double, path: Double
  ) -> Double {
    let n = Double(images)
    return (trace + first * second / ((n - 1) * (n - 2)) - 2 / (n - 2) * path) / (n * (n - 3))
  }
}
