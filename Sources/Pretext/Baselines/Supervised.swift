public import Augment
public import Backbones
public import Torch
public import TorchNN

/// Training from scratch with labels: what pretraining is held against. It runs in the same loop,
/// for the same number of steps, on the labelled images only. Classes are learnt by cross-entropy,
/// tags by the binary cross-entropy of each, numbers by the squared error.
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
  private let head: Linear
  private let targets: Targets.Kind?
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a linear classifier to a backbone.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard context.classCount > 1 || context.targets != nil else {
      throw .unsuitable(
        method: "supervised",
        "needs labelled images of at least two classes; put each class in a folder of its own")
    }
    self.options = options
    backbone = context.backbone
    targets = context.targets
    let outputs = context.targets == .numbers ? 1 : context.classCount
    head = Linear(context.backbone.features, outputs, random: context.random)
  }

  /// One mildly augmented view.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// The loss of the labels.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let outputs = head(h)
    return withoutAutocast(on: h.device) {
      let outputs = outputs.to(.float32)
      switch (targets, views.targets, views.labels) {
      case (.tags, let targets?, _):
        return PretextLoss((outputs.softplus() - targets * outputs).mean(), features: h)
      case (.numbers, let targets?, _):
        return PretextLoss((outputs - targets).square().mean(), features: h)
      case (nil, _, let labels?):
        return PretextLoss(
          outputs.crossEntropy(labels, labelSmoothing: options.labelSmoothing), features: h,
          diagnostics: [("accuracy", (outputs.argmax(along: 1) .== labels).to(.float32).mean())])
      default: preconditionFailure("Supervised.loss: views without labels")
      }
    }
  }

  /// Class scores of images.
  public func logits(_ images: Tensor) -> Tensor { head(backbone(images)) }
}
