import Backbones
import Torch

extension Backbone {
  /// Features of the parts of images `[N, C, H, W]`, before they are pooled: `[N, features, h, w]`.
  /// A network of neither kind has none, and traps.
  func spatialFeatures(_ images: Tensor) -> Tensor {
    if let network = self as? ResNet { return network.featureMap(images) }
    guard let network = self as? VisionTransformer, let patch = spec.patch else {
      preconditionFailure("spatialFeatures: \(spec.id)")
    }
    let tokens = network.tokens(images)
    return tokens.sliced(1..<tokens.size(1), along: 1).transposed()
      .reshaped(images.size(0), features, images.size(2) / patch, images.size(3) / patch)
  }
}
