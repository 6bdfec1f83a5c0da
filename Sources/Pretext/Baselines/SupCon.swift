public import Augment
public import Backbones
import Torch
public import TorchNN

/// SupCon: "Supervised Contrastive Learning", Khosla, Teterwak, Wang et al., NeurIPS 2020
/// (arXiv 2004.11362). It is given the labels, and so stands beside the methods as a reference for
/// what contrasting could learn if it knew which images belong together.
public final class SupCon: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.1
    /// Width of the projector's hidden layer.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 128
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the baseline.
  public static let card = MethodCard(
    name: "supcon", title: "SupCon (labels)", role: .baseline,
    paper: .init(
      title: "Supervised Contrastive Learning", authors: "Khosla, Teterwak, Wang et al.",
      year: 2020, venue: "NeurIPS, arXiv 2004.11362"),
    learnsFrom: "Class labels: a view must find all views of its class among those of the batch.",
    loss:
      "mean over p of its class: −log exp(zᵢ·zₚ/τ) / Σ_{a≠i} exp(zᵢ·zₐ/τ), z on the unit sphere",
    usesLabels: true,
    needs: "Labels; batches that hold several images of each class, 128 or more.",
    lowData: "Not in the study of Konstantakos et al. (2025). It learns from the labelled images "
      + "only.",
    recipes: [
      PublishedRecipe(
        source: "Khosla et al. 2020, the authors' code, CIFAR-10, ResNet-50",
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.125, warmUpEpochs: 10, epochs: 1000,
        batch: 1024),
      PublishedRecipe(
        source: "solo-learn, ImageNet-100, ResNet-18", images: .large,
        optimizer: .sgd(weightDecay: 1e-5), learningRate: 0.5, warmUpEpochs: 10, epochs: 400,
        batch: 128,
        options: ["temperature": .number(0.2), "output": .number(512), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being trained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projection network, one hidden layer (section 3.1).
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard context.classCount > 1, context.targets == nil else {
      throw .unsuitable(
        method: "supcon",
        "needs labelled images of at least two classes; put each class in a folder of its own")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.output], normalisesHidden: false,
      random: context.random)
  }

  /// Two views of SimCLR's recipe at half its strength of colour, crops of at least a fifth.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    var recipe = Augmentation.simCLR(strength: 0.5, blur: options.blur)
    recipe.crop = RandomResizedCrop(scale: 0.2...1)
    return .two(size: imageSize, recipe)
  }

  /// The supervised contrastive loss of both views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    guard let labels = views.labels else {
      preconditionFailure("SupCon.loss: views without labels")
    }
    return twoViewLoss(views, backbone, projector) {
      supConLoss($0, $1, labels: labels, temperature: options.temperature)
    }
  }
}
