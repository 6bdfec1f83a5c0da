import Torch

/// The cosines of two views' embeddings with each other, the stuff of NT-Xent's relatives.
struct PairSimilarities {
  /// Each of the 2N rows with its partner, `[2N]`.
  let positives: Tensor
  /// Every row with every row, `[2N, 2N]`.
  let all: Tensor
  private let count: Int

  /// Compares the embeddings of N images.
  /// - Parameters:
  ///   - z0: embeddings of the first views `[N, D]`, normalised in here.
  ///   - z1: embeddings of the second views, row i of the same image as row i of `z0`.
  init(_ z0: Tensor, _ z1: Tensor) {
    let (a, b) = (z0.to(.float32).normalized(), z1.to(.float32).normalized())
    let own = (a * b).sum(over: 1)
    let z = concatenated([a, b])
    positives = concatenated([own, own])
    all = z.matmul(z.transposed())
    count = z0.size(0)
  }

  /// Where a row meets itself, `bool` `[2N, 2N]`.
  var itself: Tensor { .identity(2 * count, dtype: .bool, device: all.device) }

  /// Where a row meets any view of its own image, `bool` `[2N, 2N]`.
  var ownImage: Tensor {
    let one = Tensor.identity(count, dtype: .bool, device: all.device)
    let row = concatenated([one, one], along: 1)
    return concatenated([row, row])
  }
}
