public import Augment
public import Backbones
public import Torch
public import TorchNN

/// SimSiam: "Exploring Simple Siamese Representation Learning", Chen and He, CVPR 2021
/// (arXiv 2011.10566), algorithm 1.
public final class SimSiam: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's, which solo-learn takes for CIFAR-10 too.
  public struct Options: MethodOptions {
    /// Width of the projector's layers.
    public var width = 2048
    /// Width of the predictor's hidden layer.
    public var bottleneck = 512
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "simsiam", title: "SimSiam", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "Exploring Simple Siamese Representation Learning", authors: "Chen, He", year: 2021,
      venue: "CVPR, arXiv 2011.10566"),
    learnsFrom: "From one view it predicts its own embedding of the other, through which no "
      + "gradient flows; neither negatives nor a teacher.",
    loss: "−½ cos(q(z₀), sg(z₁)) − ½ cos(q(z₁), sg(z₀))",
    needs: "Any batch from 64 on; one network.",
    lowData: "Not in the study of Konstantakos et al. (2025). Small networks collapse more easily "
      + "with few images (Li et al., ECCV 2022, arXiv 2209.15007): mind the effective rank.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18; the predictor's constant rate is left out",
        optimizer: .sgd(weightDecay: 1e-5), learningRate: 0.5, warmUpEpochs: 10, epochs: 1000,
        batch: 256),
      PublishedRecipe(
        source:
          "Chen and He 2021, ImageNet, section 3, ResNet-50; the predictor's constant rate is "
          + "left out", images: .large, optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.05,
        warmUpEpochs: 0, epochs: 100, batch: 512, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector and the predictor.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    let width = options.width
    projector = ProjectionHead.perceptron(
      [context.backbone.features, width, width, width], normalisesOutput: true,
      random: context.random)
    predictor = ProjectionHead.perceptron(
      [width, options.bottleneck, width], random: context.random)
  }

  /// Two views of SimCLR's recipe at half its strength of colour.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: 0.5, blur: options.blur))
  }

  /// The mean of both directions.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let p = z.map { predictor($0) }
    return PretextLoss(
      (simSiamLoss(p[0], z[1]) + simSiamLoss(p[1], z[0])) / 2, features: h[0], partners: h[1])
  }
}

/// −cos of a prediction and an embedding that no gradient flows to (Chen and He 2021, eq. 1 and 3),
/// averaged over the batch.
/// - Parameters:
///   - prediction: `[N, D]`, normalised in here.
///   - target: `[N, D]`, normalised in here.
public func simSiamLoss(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  -cosineSimilarity(prediction, target.detached())
}
