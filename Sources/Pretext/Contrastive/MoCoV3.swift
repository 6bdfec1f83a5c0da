public import Augment
public import Backbones
import Torch
public import TorchNN

/// MoCo v3: "An Empirical Study of Training Self-Supervised Vision Transformers", Chen, Xie and He,
/// ICCV 2021 (arXiv 2104.02057), algorithm 1.
public final class MoCoV3: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.2
    /// The momentum encoder's momentum at the beginning; it ends at 1.
    public var momentum = 0.99
    /// Width of the hidden layers of projector and predictor.
    public var hidden = 4096
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Whether a transformer's patch projection stays random (section 4.2).
    public var freezesPatches = true
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "moco-v3", title: "MoCo v3", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "An Empirical Study of Training Self-Supervised Vision Transformers",
      authors: "Chen, Xie, He", year: 2021, venue: "ICCV, arXiv 2104.02057"),
    learnsFrom: "A predicted view must find its other view, as a slowly moving copy of the network "
      + "sees it, among the other images of the batch.",
    loss: "2τ · −log exp(q·k₊/τ) / Σ_batch exp(q·kᵢ/τ), both ways",
    needs: "Negatives come from the batch: 128 or more images; a second copy of the network.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-6),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Chen et al. 2021, ImageNet, ViT, section 4 and appendix", images: .large,
        optimizer: .adamW(weightDecay: 0.1), learningRate: 1.5e-4, warmUpEpochs: 40, epochs: 300,
        batch: 4096, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let teacher: Teacher
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, predictor and momentum encoder; transformers get a deeper projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    let transformer = context.backbone as? VisionTransformer
    if options.freezesPatches { transformer?.freezePatchProjection() }
    let layers = transformer == nil ? 1 : 2
    func head() -> Sequential {
      ProjectionHead.perceptron(
        [context.backbone.features] + Array(repeating: options.hidden, count: layers)
          + [options.output], normalisesOutput: true, random: context.random)
    }
    projector = head()
    predictor = ProjectionHead.perceptron(
      [options.output, options.hidden, options.output], normalisesOutput: transformer != nil,
      random: context.random)
    teacher = Teacher(context, following: projector, head: head())
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// 2τ times the sum of InfoNCE in both directions.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let q = h.map { predictor(projector($0)) }
    let k = views.images.map { teacher($0) }
    let tau = options.temperature
    let losses = infoNCE(q[0], k[1], temperature: tau) + infoNCE(q[1], k[0], temperature: tau)
    return PretextLoss(2 * tau * losses, features: h[0], partners: h[1])
  }

  /// Moves the momentum encoder.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}
