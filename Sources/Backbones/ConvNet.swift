public import Torch

/// A backbone that makes a map of features and pools it.
public class ConvNet: Backbone {
  /// The last stage's features of the image's parts, `[N, features, h, w]`, of which there are
  /// ``BackboneSpec/places(along:)`` a side.
  public func featureMap(_ images: Tensor) -> Tensor {
    fatalError("\(type(of: self)) does not say what it computes")
  }

  /// What a feature map `[N, features, h, w]` is pooled to, `[N, features]`: its mean.
  public func feature(of map: Tensor) -> Tensor { map.mean(over: 2, 3) }

  /// The feature of images, `[N, features]`.
  public override func callAsFunction(_ images: Tensor) -> Tensor {
    feature(of: featureMap(images))
  }
}
