public import Augment
public import Backbones
import Torch
public import TorchNN

/// SimCLR: "A Simple Framework for Contrastive Learning of Visual Representations",
/// Chen, Kornblith, Norouzi and Hinton, ICML 2020 (arXiv 2002.05709), algorithm 1.
public final class SimCLR: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss. The paper tunes it in 0.1...1; solo-learn takes 0.2.
    public var temperature = 0.2
    /// Width of the projector's hidden layer.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Strength of the colour changes, s in the paper's appendix A; 0.5 is its CIFAR-10 setting.
    public var colorStrength = 0.5
    /// Whether views are blurred; the paper leaves it out on CIFAR-10 (appendix B.9).
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "simclr", title: "SimCLR", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "A Simple Framework for Contrastive Learning of Visual Representations",
      authors: "Chen, Kornblith, Norouzi, Hinton", year: 2020, venue: "ICML, arXiv 2002.05709"),
    learnsFrom: "Two random views of an image must find each other among the views of all other "
      + "images in the batch; the backbone learns what survives cropping and colour changes.",
    loss: "−log exp(zᵢ·zⱼ/τ) / Σ_{k≠i} exp(zᵢ·zₖ/τ), z on the unit sphere",
    needs: "Negatives come from the batch: 128 or more images; memory of two views an image.",
    lowData: "Below about 50,000 images it stays within a point or two of supervised training on "
      + "the set itself and behind self-distillation in transfer (Konstantakos et al. 2025, 2023 "
      + "tables).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-4),
        learningRate: 0.4, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Chen et al. 2020, ImageNet, appendix B.1, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 1.2,
        scaling: .squareRoot, warmUpEpochs: 10, epochs: 800, batch: 4096,
        options: [
          "temperature": .number(0.1), "output": .number(128), "colorStrength": .number(1),
          "blur": .bool(true),
        ]),
    ],
    revision: 2)

  /// f(·), the network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector g(·) to a backbone f(·).
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.temperature > 0 else {
      throw .option(method: "simclr", "temperature is \(options.temperature); it must be above 0")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.output], random: context.random)
  }

  /// Two views of one recipe.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: options.colorStrength, blur: options.blur))
  }

  /// NT-Xent between the projections of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    twoViewLoss(views, backbone, projector) {
      ntXent($0, $1, temperature: options.temperature)
    }
  }
}
