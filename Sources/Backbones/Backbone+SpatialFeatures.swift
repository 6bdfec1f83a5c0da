public import Torch

extension Backbone {
  /// Features of the parts of images `[N, C, H, W]`, before they are pooled: `[N, features, h, w]`.
  /// A network of neither kind has none, and traps.
  public func spatialFeatures(_ images: Tensor) -> Tensor {
    if let network = self as? ConvNet { return network.featureMap(images) }
    guard let network = self as? VisionTransformer, let patch = spec.patch else {
      preconditionFailure("spatialFeatures: \(spec.id)")
    }
    return network.patchTokens(of: network.tokens(images)).transposed()
      .reshaped(images.size(0), features, images.size(2) / patch, images.size(3) / patch)
  }
}
