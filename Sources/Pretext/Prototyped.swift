public import Torch

/// A task that gathers images about prototypes, so that a person can look at which fall together.
public protocol Prototyped: PretextTask {
  /// How near images `[N, C, H, W]`, standardised, are to each prototype, `float32` `[N, K]`: an image
  /// belongs to the one of its largest score. Of several clusterings side by side, the first's. Without
  /// gradients.
  func prototypeScores(of images: Tensor) -> Tensor
}

/// Cosines of embeddings `[N, D]` with prototypes `[K, D]`, `float32` `[N, K]`.
func cosines(_ embeddings: Tensor, _ prototypes: Tensor) -> Tensor {
  withoutAutocast(on: embeddings.device) {
    embeddings.to(.float32).normalized().matmul(
      prototypes.to(.float32).normalized().transposed())
  }
}
