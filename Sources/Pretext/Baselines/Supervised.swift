public import Augment
public import Backbones
public import Torch
public import TorchNN

/// Training from scratch with labels: what pretraining is held against. It runs in the same loop,
/// for the same number of steps, on the labelled images only. Classes are learnt by cross-entropy,
/// tags by the binary cross-entropy of each, numbers by the squared error, masks by the cross-entropy
/// of their pixels.
public final class Supervised: Module, PretextTask, Classifier {
  /// Hyper-parameters.
  public struct Options: MethodOptions {
    /// Mass that the loss spreads over the other classes.
    public var labelSmoothing = 0.0
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the baseline.
  public static let card = MethodCard(
    name: "supervised", title: "supervised from scratch", role: .baseline,
    learnsFrom: "Class labels, from random weights.", loss: "cross-entropy(W·h, class)",
    usesLabels: true, needs: "Labels; any batch.",
    lowData: "With few labels it over-fits; with many it is hard to beat on its own set "
      + "(Konstantakos et al. 2025).",
    recipes: [
      PublishedRecipe(
        source: "He et al. 2016, CIFAR-10, section 4.2", optimizer: .sgd(weightDecay: 1e-4),
        learningRate: 0.2, warmUpEpochs: 0, epochs: 164, batch: 128),
      PublishedRecipe(
        source: "He et al. 2016, ImageNet, section 3.4", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 0, epochs: 120,
        batch: 256),
    ],
    revision: 2)

  /// The network being trained.
  public let backbone: Backbone
  private let head: Linear?
  private let segmentation: SegmentationHead?
  private let targets: Targets.Kind?
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a linear classifier to a backbone, of its feature or, to learn masks, of its maps.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard context.classCount > 1 || [.tags, .numbers].contains(context.targets) else {
      throw .unsuitable(
        method: "supervised",
        "needs labelled images of at least two classes; put each class in a folder of its own")
    }
    self.options = options
    backbone = context.backbone
    targets = context.targets
    if targets == .masks {
      head = nil
      segmentation = SegmentationHead(
        context.backbone, imageSize: context.imageSize, classes: context.classCount,
        random: context.random)
    } else {
      let outputs = targets == .numbers ? 1 : context.classCount
      head = Linear(context.backbone.features, outputs, random: context.random)
      segmentation = nil
    }
  }

  /// One mildly augmented view.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// The loss of the labels.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (outputs, h) = output(of: views.images[0])
    return withoutAutocast(on: h.device) {
      let outputs = outputs.to(.float32)
      switch (targets, views.targets, views.labels) {
      case (.tags, let targets?, _):
        return PretextLoss((outputs.softplus() - targets * outputs).mean(), features: h)
      case (.numbers, let targets?, _):
        return PretextLoss((outputs - targets).square().mean(), features: h)
      case (.masks, _, _):
        return PretextLoss(pixelLoss(outputs, views.masks[0]), features: h)
      case (nil, _, let labels?):
        return PretextLoss(
          outputs.crossEntropy(labels, labelSmoothing: options.labelSmoothing), features: h,
          diagnostics: [("accuracy", (outputs.argmax(along: 1) .== labels).to(.float32).mean())])
      default: preconditionFailure("Supervised.loss: views without labels")
      }
    }
  }

  /// Class scores of images, or of their parts where masks are learnt.
  public func logits(_ images: Tensor) -> Tensor { output(of: images).scores }

  private func output(of images: Tensor) -> (scores: Tensor, features: Tensor) {
    if let segmentation { return segmentation(images, backbone) }
    guard let head else { preconditionFailure("Supervised: no head") }
    let h = backbone(images)
    return (head(h), h)
  }

  /// The mean cross-entropy of the pixels that count in masks `[N, H, W]`, for scores `[N, K, h, w]`,
  /// which are enlarged to them.
  private func pixelLoss(_ scores: Tensor, _ masks: Tensor) -> Tensor {
    // Crops may miss all pixels that count: nothing is learnt of them.
    guard masks.max().scalar >= 0 else { return scores.sum() * 0 }
    return scores.resized(height: masks.size(1), width: masks.size(2))
      .crossEntropy(masks, labelSmoothing: options.labelSmoothing)
  }
}
