public import Augment
import Backbones
public import Torch

/// A task that paints images from what its network sees of them, so that a person can look at how far it
/// got.
public protocol Reconstructing: PretextTask {
  /// What it paints of images `[N, C, H, W]`, standardised and of the size that it was built for, without
  /// gradients.
  /// - Parameter random: decides what is hidden, or the noise.
  func reconstruction(of images: Tensor, random: RandomStream) -> Reconstruction
}

extension MaskedView {
  /// A batch `[N, C, S, S]` as the only view.
  init(of images: Tensor, patch: Int, random: RandomStream) {
    self.init(
      number: 0, count: images.size(0), size: images.size(2), patch: patch, random: random)
  }
}

extension VisionTransformer {
  /// Puts patches `[N, T, patch² · C]` together again to what ``patches(of:)`` cut them from.
  func image(of patches: Tensor, like images: Tensor) -> Tensor {
    let (count, channels) = (images.size(0), images.size(1))
    let (rows, columns) = (images.size(2) / patch, images.size(3) / patch)
    return patches.reshaped(count, rows, columns, patch, patch, channels)
      .permuted(0, 5, 1, 3, 2, 4).reshaped(images.shape)
  }
}
