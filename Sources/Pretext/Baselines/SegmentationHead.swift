import Backbones
import Torch
import TorchNN

/// Tells the class of each part of an image by linear layers, 1×1 convolutions, on the backbone's maps.
///
/// A ViT has one map. A ConvNet's last is too coarse to draw a border with, so that each stage from the
/// one that a linear probe reads (`BackboneSpec.segmentingStage`) has a layer of its own; the scores
/// are enlarged to the finest map and summed. These are the skips of Long, Shelhamer and Darrell,
/// "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015, section 4.2.
final class SegmentationHead: Module {
  private let layers: [Conv2d]

  /// Random layers for `classes` on a backbone that is shown images of `imageSize` pixels.
  init(_ backbone: Backbone, imageSize: Int, classes: Int, random: RandomStream) {
    let spec = backbone.spec
    let widths =
      spec.segmentingStage(at: imageSize).map { first in
        (first...ConvNet.stageCount).map(spec.channels(afterStage:))
      } ?? [backbone.features]
    layers = widths.map { Conv2d($0, classes, kernel: 1, bias: true, random: random) }
  }

  /// The scores of the parts of images `[N, C, H, W]`, `[N, K, h, w]`, and the images' features
  /// `[N, D]`.
  func callAsFunction(
    _ images: Tensor, _ backbone: Backbone
  ) -> (scores: Tensor, features: Tensor) {
    let maps: [Tensor]
    let features: Tensor
    if let network = backbone as? ConvNet {
      maps = network.featureMaps(images, from: ConvNet.stageCount + 1 - layers.count)
      features = network.feature(of: maps[maps.count - 1])
    } else {
      maps = [backbone.spatialFeatures(images)]
      features = maps[0].mean(over: 2, 3)
    }
    let scores = zip(layers, maps).map { layer, map in layer(map) }
    let sum = scores.dropFirst().reduce(scores[0]) { sum, scores in
      sum + scores.resized(height: sum.size(2), width: sum.size(3))
    }
    return (sum, features)
  }
}
