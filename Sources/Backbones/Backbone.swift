public import Torch
public import TorchNN

/// A network that turns images into features: what is pretrained, and what outlives pretraining.
///
/// Pretext tasks that need more than the pooled feature ask for ``ConvNet`` or ``VisionTransformer``.
open class Backbone: Layer {
  /// Which network this is; weight files carry it.
  public let spec: BackboneSpec
  /// The size of the pooled feature.
  public let features: Int

  /// For subclasses: what the network is and how long its features are.
  public init(spec: BackboneSpec, features: Int) {
    self.spec = spec
    self.features = features
  }

  /// A file's tensors, by name, made to fit this network where its size or images differ in a way that
  /// can be made up for. What does not fit is left for ``Module/load(_:)`` to refuse.
  func fitted(_ tensors: [String: Tensor]) -> [String: Tensor] { adaptedToChannels(tensors) }

  /// Pooled features of images `[N, C, H, W]` at every depth of the network, in one pass: the first
  /// layer's first, the network's own feature last. By default only that.
  open func layerFeatures(of images: Tensor) -> [LayerFeature] {
    [LayerFeature(name: LayerFeature.last, values: self(images))]
  }

  /// Pooled features `[N, features]` of images `[N, C, H, W]`.
  open override func callAsFunction(_ images: Tensor) -> Tensor {
    fatalError("\(type(of: self)) does not say what it computes")
  }

  /// Puts the network into use mode, on a device and laid out for it. Returns it.
  @discardableResult
  public func ready(on device: Device) -> Self {
    move(to: device)
    useChannelsLast()
    train(false)
    return self
  }
}

/// What a layer of a backbone says of images.
public struct LayerFeature {
  /// Which layer: `stem`, `stage1`, `block1.patches`, …
  public let name: String
  /// One row an image, `[N, D]`; D differs between layers.
  public let values: Tensor

  /// The name of the network's own feature.
  public static let last = "feature"
}
