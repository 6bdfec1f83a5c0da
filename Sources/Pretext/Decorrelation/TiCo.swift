public import Augment
public import Backbones
public import Torch
public import TorchNN

/// TiCo: "Transformation Invariance and Covariance Contrast for Self-Supervised Visual
/// Representation Learning", Zhu, Moraes, Karakulak, Sobol, Canziani and LeCun, 2022 (arXiv
/// 2206.10698).
///
/// Only the first view is embedded by the student and only the second by its teacher, as lightly
/// has it: the two views are not alike.
public final class TiCo: Module, PretextTask {
  /// Hyper-parameters; defaults are lightly's for Imagenette.
  public struct Options: MethodOptions {
    /// ρ, the weight of the covariance contrast. lightly takes 8; the paper tries up to 20.
    public var contrast = 8.0
    /// β, how much of the covariance is kept at each step.
    public var memory = 0.9
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.996
    /// Width of the projector's hidden layer.
    public var hidden = 1024
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "tico", title: "TiCo", role: .selfSupervised(.decorrelation),
    secondary: [.selfDistillation],
    paper: .init(
      title: "TiCo: Transformation Invariance and Covariance Contrast for Self-Supervised Visual "
        + "Representation Learning",
      authors: "Zhu, Moraes, Karakulak et al.", year: 2022, venue: "arXiv 2206.10698"),
    learnsFrom: "A view has the embedding that a slowly moving copy of the network gives the "
      + "other, and avoids the directions in which the embeddings of recent batches already lie.",
    loss: "1 − cos(zᵢ, z′ⱼ) + ρ·zᵢᵀCzᵢ, C ← β·C + (1 − β)·ZᵀZ/N",
    needs: "Small batches do, since the covariance remembers; a second copy of the network.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "lightly, Imagenette at 128 pixels, ResNet-18", optimizer: .sgd(weightDecay: 1e-4),
        learningRate: 0.3, warmUpEpochs: 40, epochs: 800, batch: 256),
      PublishedRecipe(
        source: "lightly, ImageNet, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1.5e-6, trust: 0.001, clips: false), learningRate: 0.2,
        warmUpEpochs: 10, epochs: 100, batch: 256,
        options: ["momentum": .number(0.99), "hidden": .number(4096), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let teacher: Teacher
  private let covariance: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector, the teacher and the covariance, which begins at zero.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (0..<1).contains(options.memory) else {
      throw .option(method: "tico", "memory is \(options.memory); it must be in 0..<1")
    }
    self.options = options
    backbone = context.backbone
    func head() -> Sequential {
      ProjectionHead.perceptron(
        [context.backbone.features, options.hidden, options.output], random: context.random)
    }
    projector = head()
    teacher = Teacher(context, following: projector, head: head())
    covariance = Buffer(.zeros([options.output, options.output]))
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// The distance from the teacher's embedding and the contrast with the covariance, which takes in
  /// the batch first.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let z = projector(h)
    covariance.value = tiCoCovariance(z, previous: covariance.value, memory: options.memory)
    let value = tiCoLoss(
      z, teacher(views.images[1]), covariance: covariance.value, contrast: options.contrast)
    return PretextLoss(value, features: h)
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}

/// TiCo's loss (Zhu et al. 2022), as lightly computes it: 1 − z̄·z̄′ + ρ·z̄ᵀCz̄ of unit
/// vectors, averaged over the batch.
/// - Parameters:
///   - z: the student's embeddings `[N, D]`, normalised in here.
///   - target: the teacher's, normalised in here.
///   - covariance: C `[D, D]`, without gradients: see ``tiCoCovariance(_:previous:memory:)``.
///   - contrast: ρ.
public func tiCoLoss(_ z: Tensor, _ target: Tensor, covariance: Tensor, contrast: Double)
  -> Tensor
{
  withoutAutocast(on: z.device) {
    let unit = z.to(.float32).normalized()
    let spread = (unit.matmul(covariance) * unit).sum(over: 1).mean()
    return 1 - cosineSimilarity(z, target) + contrast * spread
  }
}

/// β·C + (1 − β)·Z̄ᵀZ̄/N, without gradients: the uncentred covariance of the unit embeddings of a
/// batch, averaged over the last batches (Zhu et al. 2022).
/// - Parameters:
///   - z: embeddings `[N, D]`, normalised in here.
///   - previous: C `[D, D]` of the step before, zero before the first.
///   - memory: β.
public func tiCoCovariance(_ z: Tensor, previous: Tensor, memory: Double) -> Tensor {
  withoutGradient {
    withoutAutocast(on: z.device) {
      let unit = z.detached().to(.float32).normalized()
      let batch = unit.transposed().matmul(unit) / Double(z.size(0))
      return batch.lerp(to: previous, memory)
    }
  }
}
