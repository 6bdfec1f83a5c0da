public import Torch

/// A backbone that makes a map of features and pools it.
public class ConvNet: Backbone {
  /// Stages of every network of this kind; each but the first halves the map's sides.
  public static let stageCount = 4

  /// The last stage's features of the image's parts, `[N, features, h, w]`, of which there are
  /// ``BackboneSpec/places(along:)`` a side.
  public final func featureMap(_ images: Tensor) -> Tensor {
    featureMap(images, stage: ConvNet.stageCount)
  }

  /// The features of the image's parts after stage 1, 2, 3 or 4: an earlier one's map is larger, by a
  /// factor of 2 a side and stage, and has fewer channels.
  public final func featureMap(_ images: Tensor, stage: Int) -> Tensor {
    featureMap(images, stages: stage) { _ in }
  }

  /// The features of the image's parts after each stage from `first` to the last, in one pass.
  public final func featureMaps(_ images: Tensor, from first: Int) -> [Tensor] {
    var maps: [Tensor] = []
    _ = featureMap(images, stages: ConvNet.stageCount) { maps.append($0) }
    // The stem's map comes before the first stage's.
    return Array(maps.dropFirst(first))
  }

  /// The features after the first `stages` stages; `visit` gets what the stem and each of them give, in
  /// order, `[N, C, h, w]`.
  func featureMap(_ images: Tensor, stages: Int, visit: (Tensor) -> Void) -> Tensor {
    fatalError("\(type(of: self)) does not say what it computes")
  }

  /// What a feature map `[N, features, h, w]` is pooled to, `[N, features]`: its mean.
  public func feature(of map: Tensor) -> Tensor { map.mean(over: 2, 3) }

  /// The feature of images, `[N, features]`.
  public override func callAsFunction(_ images: Tensor) -> Tensor {
    feature(of: featureMap(images))
  }

  /// The mean over places of what the stem (after its norm, activation and pooling) and each of the
  /// four stages give, as `stem` and `stage1` to `stage4`, then the feature.
  public override func layerFeatures(of images: Tensor) -> [LayerFeature] {
    var layers: [LayerFeature] = []
    let map = featureMap(images, stages: ConvNet.stageCount) { map in
      let name = layers.isEmpty ? "stem" : "stage\(layers.count)"
      layers.append(LayerFeature(name: name, values: map.mean(over: 2, 3)))
    }
    return layers + [LayerFeature(name: LayerFeature.last, values: feature(of: map))]
  }
}
