package import Torch

/// A fitted linear classifier of raw features.
package struct LinearClassifier {
  /// The weights on raw features, `float64` `[D, K]`.
  package let weights: Tensor
  /// `float64` `[K]`.
  package let bias: Tensor
  /// The class of each of the K columns, ascending.
  package let present: [Int]

  /// The scores (logits) of the K columns for each row of `features` `[N, D]`, `float64` `[N, K]`.
  func scores(of features: Tensor) -> Tensor { features.to(.float64).matmul(weights) + bias }

  /// The most likely class of each row of `features` `[N, D]`.
  package func classes(of features: Tensor) -> [Int] {
    logits(of: features).flatMap { $0.argmax(along: 1).ints.map { present[$0] } }
  }

  /// The softmax of each row of `features` `[N, D]` over `classes` classes, of which those that are
  /// not present have 0.
  package func probabilities(of features: Tensor, classes: Int) -> ClassScores {
    var values = [Double](repeating: 0, count: features.size(0) * classes)
    var row = 0
    for block in logits(of: features) {
      let shares = block.softmax(along: 1).array(of: Double.self)
      for start in stride(from: 0, to: shares.count, by: present.count) {
        for (column, label) in present.enumerated() {
          values[row * classes + label] = shares[start + column]
        }
        row += 1
      }
    }
    return ClassScores(values, classes: classes)
  }

  /// `[B, K]`, block after block.
  private func logits(of features: Tensor) -> [Tensor] {
    features.blocks(of: 4096).map { scores(of: $0.values) }
  }
}
