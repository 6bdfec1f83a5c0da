import Augment
import Backbones
import Torch
import TorchNN

/// What SimCLR's relatives do with their two views: both pass through backbone and projector at once,
/// so that they share batch statistics, and the loss compares the two halves.
func twoViewLoss(
  _ views: Views, _ backbone: Backbone, _ projector: Layer, _ loss: (Tensor, Tensor) -> Tensor
) -> PretextLoss {
  let h = backbone(concatenated(views.images))
  let (z0, z1) = projector(h).halves()
  let (h0, h1) = h.halves()
  return PretextLoss(loss(z0, z1), features: h0, partners: h1)
}

/// Recipes of SimCLR for methods that change its loss alone.
extension PublishedRecipe {
  /// solo-learn's for CIFAR-10.
  static let simCLRWithAnotherLoss = PublishedRecipe(
    source: "solo-learn's SimCLR, CIFAR-10, ResNet-18, with this loss",
    optimizer: .lars(weightDecay: 1e-4), learningRate: 0.4, warmUpEpochs: 10, epochs: 1000,
    batch: 256)

  /// lightly's for ImageNet: 0.075 · √batch (Chen et al. 2020, appendix B.1).
  static func lightlyImageNet(_ name: String) -> PublishedRecipe {
    PublishedRecipe(
      source: "lightly, \(name) on ImageNet, ResNet-50", images: .large,
      optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 1.2,
      scaling: .squareRoot, warmUpEpochs: 10, epochs: 100, batch: 256,
      options: ["output": .number(128), "colorStrength": .number(1), "blur": .bool(true)])
  }
}
