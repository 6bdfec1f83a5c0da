public import Torch

/// A backbone that makes a map of features and pools it.
public class ConvNet: Backbone {
  /// Stages of every network of this kind; each but the first halves the map's sides.
  public static let stageCount = 4

  /// The last stage's features of the image's parts, `[N, features, h, w]`, of which there are
  /// ``BackboneSpec/places(along:)`` a side.
  public func featureMap(_ images: Tensor) -> Tensor {
    featureMap(images, stage: ConvNet.stageCount)
  }

  /// The features of the image's parts after stage 1, 2, 3 or 4: an earlier one's map is larger, by a
  /// factor of 2 a side and stage, and has fewer channels.
  public func featureMap(_ images: Tensor, stage: Int) -> Tensor {
    fatalError("\(type(of: self)) does not say what it computes")
  }

  /// What a feature map `[N, features, h, w]` is pooled to, `[N, features]`: its mean.
  public func feature(of map: Tensor) -> Tensor { map.mean(over: 2, 3) }

  /// The feature of images, `[N, features]`.
  public override func callAsFunction(_ images: Tensor) -> Tensor {
    feature(of: featureMap(images))
  }
}
