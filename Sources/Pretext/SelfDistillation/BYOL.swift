public import Augment
public import Backbones
public import Torch
public import TorchNN

/// BYOL: "Bootstrap Your Own Latent", Grill et al., NeurIPS 2020 (arXiv 2006.07733), section 3 and
/// algorithm 1.
public final class BYOL: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
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
    name: "byol", title: "BYOL", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning",
      authors: "Grill, Strub, Altché et al.", year: 2020, venue: "NeurIPS, arXiv 2006.07733"),
    learnsFrom: "From one view it predicts what a slowly moving copy of the network says of the "
      + "other; a predictor on one side only, and no negatives.",
    loss: "2 − 2·cos(q(zᵢ), sg(z′ⱼ)), both ways",
    needs: "Batches of 64 or more for its batch statistics; a second copy of the network.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has DINO for this family.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-5),
        learningRate: 1.0, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Grill et al. 2020, ImageNet, section 3.3, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1.5e-6, trust: 0.001, clips: false), learningRate: 0.2,
        warmUpEpochs: 10, epochs: 1000, batch: 4096,
        options: ["momentum": .number(0.996), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained: the online encoder.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let teacher: Teacher
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, predictor and target network.
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
  }

  /// Two views that differ in blur and solarisation.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// The distance of each prediction from the teacher's projection of the other view, summed over
  /// both directions.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let p = h.map { predictor(projector($0)) }
    let z = views.images.map { teacher($0) }
    return PretextLoss(
      byolLoss(p[0], z[1]) + byolLoss(p[1], z[0]), features: h[0], partners: h[1])
  }

  /// Moves the target network.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}

/// ‖p̄ − z̄‖² of unit vectors, that is 2 − 2·cos (Grill et al. 2020, eq. 2), averaged over the batch.
/// solo-learn's; lightly's is −cos, which differs by the scale of its gradients.
/// - Parameters:
///   - prediction: `[N, D]`, normalised in here.
///   - target: `[N, D]`, normalised in here; no gradients flow to it.
public func byolLoss(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  2 - 2 * cosineSimilarity(prediction, target.detached())
}
