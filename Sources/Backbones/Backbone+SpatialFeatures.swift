public import Torch

extension Backbone {
  /// Features of the parts of images `[N, C, H, W]`, before they are pooled, `[N, D, h, w]`: a
  /// ``ConvNet``'s feature map, or a ``VisionTransformer``'s encoded patches where they lie.
  /// - Parameter stage: after which of a ConvNet's four stages, each half as wide and high as the one
  ///   before; `nil` for the last, whose D is ``features``. A transformer has none, and traps. So does
  ///   a network of neither kind.
  public func spatialFeatures(_ images: Tensor, stage: Int? = nil) -> Tensor {
    if let network = self as? ConvNet {
      return network.featureMap(images, stage: stage ?? ConvNet.stageCount)
    }
    guard let network = self as? VisionTransformer, stage == nil else {
      preconditionFailure("spatialFeatures: \(spec.id), stage \(stage ?? 0)")
    }
    let patch = network.patch
    return network.patchTokens(of: network.tokens(images)).transposed()
      .reshaped(images.size(0), features, images.size(2) / patch, images.size(3) / patch)
  }
}
