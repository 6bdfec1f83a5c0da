public import Augment
public import Backbones
import Torch
public import TorchNN

/// NNCLR: "With a Little Help from My Friends: Nearest-Neighbor Contrastive Learning of Visual
/// Representations", Dwibedi, Aytar, Tompson, Sermanet and Zisserman, ICCV 2021 (arXiv 2104.14548),
/// section 3.2 and algorithm 1.
public final class NNCLR: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.2
    /// Embeddings in the support set; at most half of the images.
    public var queue = 65536
    /// Width of the projector's two hidden layers.
    public var hidden = 2048
    /// Width of the predictor's hidden layer.
    public var width = 4096
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "nnclr", title: "NNCLR", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "With a Little Help from My Friends: Nearest-Neighbor Contrastive Learning of Visual "
        + "Representations",
      authors: "Dwibedi, Aytar, Tompson et al.", year: 2021, venue: "ICCV, arXiv 2104.14548"),
    learnsFrom:
      "A predicted view must find not its other view but the earlier image that is nearest "
      + "to that view, among the neighbours of all images of the batch.",
    loss: "−log exp(NN(z₀)·p₁/τ) / Σ_batch exp(NN(z₀)·pₖ/τ), both ways",
    needs: "Negatives come from the batch: 128 or more images; a queue of up to half the images.",
    lowData: "Not in the study of Konstantakos et al. (2025). Among few images the nearest one may "
      + "be of another class.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-5),
        learningRate: 0.4, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "solo-learn, ImageNet-100, ResNet-18", images: .large,
        optimizer: .lars(weightDecay: 1e-5), learningRate: 0.4, warmUpEpochs: 10, epochs: 400,
        batch: 128, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let support: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, predictor and the support set.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.hidden, options.output],
      normalisesOutput: true, random: context.random)
    predictor = ProjectionHead.perceptron(
      [options.output, options.width, options.output], random: context.random)
    support = FeatureQueue(
      context.queueLength(options.queue), options.output, random: context.random)
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// InfoNCE between each view's neighbour and the other view's prediction. The support set takes
  /// the first views, after the neighbours were looked up (algorithm 1).
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let p = z.map { predictor($0) }
    let unit = z.map { $0.detached().to(.float32).normalized() }
    let neighbours = unit.map { support.nearest(to: $0) }
    let losses = [(0, 1), (1, 0)].map { view, other in
      infoNCE(neighbours[view], p[other], temperature: options.temperature)
    }
    support.push(unit[0])
    return PretextLoss((losses[0] + losses[1]) / 2, features: h[0], partners: h[1])
  }
}
