public import Augment
public import Backbones
import Torch
public import TorchNN

/// MoCo v2: "Improved Baselines with Momentum Contrastive Learning", Chen, Fan, Girshick and He, 2020
/// (arXiv 2003.04297), on He et al., CVPR 2020 (arXiv 1911.05722), algorithm 1.
///
/// Both views are queries in turn, as in solo-learn's MoCo v2+. The paper shuffles images between
/// processes so that batch statistics do not give the positive away; within one process all images
/// share them, and there is nothing to shuffle.
public final class MoCoV2: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.2
    /// Negatives kept of each view; at most half of the images.
    public var queue = 32768
    /// The key encoder's momentum at the beginning of the run.
    public var momentum = 0.99
    /// Its momentum at the end.
    public var finalMomentum = 0.999
    /// Width of the projector's hidden layer.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "moco-v2", title: "MoCo v2", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "Improved Baselines with Momentum Contrastive Learning",
      authors: "Chen, Fan, Girshick, He", year: 2020, venue: "arXiv 2003.04297"),
    learnsFrom: "A view must find its other view, as a slowly moving copy of the network sees it, "
      + "among a queue of earlier images; negatives do not depend on the batch.",
    loss: "−log exp(q·k₊/τ) / (exp(q·k₊/τ) + Σ_queue exp(q·kᵢ/τ))",
    needs: "Small batches do; a queue of up to half the images, and a second copy of the network.",
    lowData: "Not in the study of Konstantakos et al. (2025). The queue cannot be longer than the "
      + "images allow, so with few images it has SimCLR's negatives and a teacher's stability.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18 (MoCo v2+)", optimizer: .sgd(weightDecay: 1e-4),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Chen et al. 2020, ImageNet, ResNet-50", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.03, warmUpEpochs: 0, epochs: 200,
        batch: 256,
        options: [
          "queue": .number(65536), "momentum": .number(0.999), "output": .number(128),
          "blur": .bool(true),
        ]),
    ],
    revision: 2)

  /// The network being pretrained: the query encoder.
  public let backbone: Backbone
  private let projector: Sequential
  private let teacher: Teacher
  private let queues: [FeatureQueue]
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector, the key encoder and a queue for each view.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    func head() -> Sequential {
      ProjectionHead.perceptron(
        [context.backbone.features, options.hidden, options.output], normalisesHidden: false,
        random: context.random)
    }
    projector = head()
    teacher = Teacher(context, following: projector, head: head())
    queues = (0..<2).map { _ in
      FeatureQueue(
        context.queueLength(options.queue), options.output, random: context.random)
    }
  }

  /// Two views of SimCLR's recipe at half its strength of colour.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: 0.5, blur: options.blur))
  }

  /// InfoNCE of each view against the other's key and the queue of the other's keys.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let q = h.map { projector($0).to(.float32).normalized() }
    let k = views.images.map { teacher($0).to(.float32).normalized() }
    let losses = [(0, 1), (1, 0)].map { query, key in
      infoNCE(
        q[query], k[key], queue: queues[key].embeddings, temperature: options.temperature)
    }
    for (queue, keys) in zip(queues, k) { queue.push(keys) }
    return PretextLoss((losses[0] + losses[1]) / 2, features: h[0], partners: h[1])
  }

  /// Moves the key encoder.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(
      momentum: teacherMomentum(from: options.momentum, to: options.finalMomentum, progress))
  }
}
