public import Augment
public import Backbones
import Torch
public import TorchNN

/// NNBYOL: BYOL whose target is the nearest neighbour of the teacher's other view in a queue of the
/// teacher's embeddings, after "With a Little Help from My Friends", Dwibedi, Aytar, Tompson, Sermanet
/// and Zisserman, ICCV 2021 (arXiv 2104.14548), section 3, as solo-learn carries it over to BYOL.
public final class NNBYOL: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// Embeddings that neighbours are looked for among; at most half of the images.
    public var queue = 65536
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.99
    /// Width of the hidden layers of projector and predictor.
    public var hidden = 4096
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "nnbyol", title: "NNBYOL", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "With a Little Help from My Friends: Nearest-Neighbor Contrastive Learning of Visual "
        + "Representations",
      authors: "Dwibedi, Aytar, Tompson et al.", year: 2021, venue: "ICCV, arXiv 2104.14548"),
    learnsFrom: "From one view it predicts what a slowly moving copy of the network said of the "
      + "earlier image that is nearest to the other view; no negatives.",
    loss: "2 − 2·cos(q(zᵢ), nn(z′ⱼ)), both ways",
    needs: "Batches of 64 or more for its batch statistics; a second copy of the network and a "
      + "queue.",
    lowData: "Not in the study of Konstantakos et al. (2025). With few images the queue is short, "
      + "and neighbours are less alike.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-5),
        learningRate: 1.0, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Grill et al. 2020 for BYOL, ImageNet, section 3.3, ResNet-50; NNBYOL has none for "
          + "large images",
        images: .large, optimizer: .lars(weightDecay: 1.5e-6, trust: 0.001, clips: false),
        learningRate: 0.2, warmUpEpochs: 10, epochs: 1000, batch: 4096,
        options: ["momentum": .number(0.996), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained: the online encoder.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let teacher: Teacher
  private let queue: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, predictor, target network and queue.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    func head(_ input: Int) -> Sequential {
      ProjectionHead.perceptron([input, options.hidden, options.output], random: context.random)
    }
    projector = head(context.backbone.features)
    predictor = head(options.output)
    teacher = Teacher(
      context, following: projector, head: head(context.backbone.features))
    queue = FeatureQueue(
      context.queueLength(options.queue), options.output, random: context.random)
  }

  /// Two views that differ in blur and solarisation.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// The distance of each prediction from the neighbour of the other view, summed over both
  /// directions. Neighbours are found before the batch joins the queue.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let p = h.map { predictor(projector($0)) }
    let unit = views.images.map { teacher($0).to(.float32).normalized() }
    let neighbours = unit.map { queue.nearest(to: $0) }
    queue.push(unit[0])
    return PretextLoss(
      byolLoss(p[0], neighbours[1]) + byolLoss(p[1], neighbours[0]), features: h[0],
      partners: h[1])
  }

  /// Moves the target network.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}
