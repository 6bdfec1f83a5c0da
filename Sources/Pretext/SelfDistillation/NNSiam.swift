public import Augment
public import Backbones
import Torch
public import TorchNN

/// NNSiam: SimSiam whose target is the nearest neighbour of the other view in a queue, after "With a
/// Little Help from My Friends", Dwibedi, Aytar, Tompson, Sermanet and Zisserman, ICCV 2021
/// (arXiv 2104.14548), section 3, as solo-learn carries it over to SimSiam.
public final class NNSiam: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// Embeddings that neighbours are looked for among; at most half of the images.
    public var queue = 65536
    /// Width of the projector's layers.
    public var width = 2048
    /// Width of the predictor's hidden layer.
    public var hidden = 4096
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "nnsiam", title: "NNSiam", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "With a Little Help from My Friends: Nearest-Neighbor Contrastive Learning of Visual "
        + "Representations",
      authors: "Dwibedi, Aytar, Tompson et al.", year: 2021, venue: "ICCV, arXiv 2104.14548"),
    learnsFrom: "From one view it predicts the embedding of the earlier image that is nearest to "
      + "the other view; neither negatives nor a teacher.",
    loss: "−½ cos(q(z₀), nn(z₁)) − ½ cos(q(z₁), nn(z₀))",
    needs: "Batches of 64 or more for its batch statistics; one network and a queue.",
    lowData: "Not in the study of Konstantakos et al. (2025). With few images the queue is short, "
      + "and neighbours are less alike.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18; the predictor's constant rate is left out",
        optimizer: .sgd(weightDecay: 1e-5), learningRate: 0.5, warmUpEpochs: 10, epochs: 1000,
        batch: 256),
      PublishedRecipe(
        source: "Chen and He 2021 for SimSiam, ImageNet, section 3, ResNet-50; NNSiam has none for "
          + "large images",
        images: .large, optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.05, warmUpEpochs: 0,
        epochs: 100, batch: 512, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let queue: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector, the predictor and the queue.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    let width = options.width
    projector = ProjectionHead.perceptron(
      [context.backbone.features, width, width, width], normalisesOutput: true,
      random: context.random)
    predictor = ProjectionHead.perceptron([width, options.hidden, width], random: context.random)
    queue = FeatureQueue(context.queueLength(options.queue), width, random: context.random)
  }

  /// Two views that differ in blur and solarisation.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// The mean of both directions. Neighbours are found before the batch joins the queue.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let p = z.map { predictor($0) }
    let unit = z.map { $0.to(.float32).normalized() }
    let neighbours = unit.map { queue.nearest(to: $0) }
    queue.push(unit[0])
    return PretextLoss(
      (simSiamLoss(p[0], neighbours[1]) + simSiamLoss(p[1], neighbours[0])) / 2, features: h[0],
      partners: h[1])
  }
}
