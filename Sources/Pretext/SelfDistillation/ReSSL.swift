public import Augment
public import Backbones
public import Torch
public import TorchNN

/// ReSSL: "ReSSL: Relational Self-Supervised Learning with Weak Augmentation", Zheng, You, Wang, Qian,
/// Zhang, Wang and Xu, NeurIPS 2021 (arXiv 2107.09282), section 3 and algorithm 1.
public final class ReSSL: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the student.
    public var studentTemperature = 0.1
    /// τ of the teacher: lower, so that its relations are the sharper ones.
    public var teacherTemperature = 0.04
    /// Earlier images that relations are measured to; at most half of the images.
    public var queue = 65536
    /// The teacher's momentum at the beginning of the run.
    public var momentum = 0.99
    /// Its momentum at the end.
    public var finalMomentum = 1.0
    /// Width of the projector's hidden layer.
    public var hidden = 4096
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// The least share of the image's area that either view keeps.
    public var crop = 0.08
    /// Whether half of the student's views are blurred, as they are on CIFAR-10 too.
    public var blur = true
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "ressl", title: "ReSSL", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "ReSSL: Relational Self-Supervised Learning with Weak Augmentation",
      authors: "Zheng, You, Wang et al.", year: 2021, venue: "NeurIPS, arXiv 2107.09282"),
    learnsFrom: "From a view with changed colours the student predicts how similar the image is to "
      + "each of a queue of others; a slowly moving copy says so from a view that is only cropped "
      + "and flipped. Other images are not pushed away.",
    loss: "−Σ_queue softmax(k·Q/τₜ) · log softmax(q·Q/τₛ)",
    needs: "Small batches do; a queue of up to half the images, and a second copy of the network.",
    lowData: "Not in the study of Konstantakos et al. (2025). With few images the queue that "
      + "relations are measured to is short.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .sgd(weightDecay: 1e-4),
        learningRate: 0.05, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Zheng et al. 2021 and its code, ImageNet, ResNet-50", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.05, warmUpEpochs: 5, epochs: 200,
        batch: 256,
        options: [
          "queue": .number(131072), "momentum": .number(0.999), "finalMomentum": .number(0.999),
          "output": .number(512), "crop": .number(0.2),
        ]),
    ],
    revision: 1)

  /// The network being pretrained: the student.
  public let backbone: Backbone
  private let projector: Sequential
  private let teacher: Teacher
  private let queue: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector, the teacher and the queue.
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
    queue = FeatureQueue(
      context.queueLength(options.queue), options.output, random: context.random)
  }

  /// The student's view with BYOL's colours, then the teacher's, cropped and flipped (section 3.2:
  /// the weak augmentation is what makes the relations worth learning).
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    let scale = options.crop...1
    return ViewPlan([
      ViewGroup(
        size: imageSize,
        augmentation: .byolView(blur: options.blur ? 0.5 : 0, solarize: 0, scale: scale)),
      ViewGroup(
        size: imageSize,
        augmentation: Augmentation(crop: RandomResizedCrop(scale: scale), flip: 0.5)),
    ])
  }

  /// The relations of the student's view against those of the teacher's.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let q = projector(h).to(.float32).normalized()
    let k = teacher(views.images[1]).to(.float32).normalized()
    let value = relationLoss(
      q, k, queue: queue.embeddings, studentTemperature: options.studentTemperature,
      teacherTemperature: options.teacherTemperature)
    queue.push(k)
    return PretextLoss(value, features: h)
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(
      momentum: teacherMomentum(from: options.momentum, to: options.finalMomentum, progress))
  }
}

/// ReSSL's loss (Zheng et al. 2021, eq. 3-5): the cross-entropy of two distributions over the queue,
/// the student's similarities and the teacher's, averaged over the batch.
/// - Parameters:
///   - queries: the student's unit vectors `[N, D]`.
///   - keys: the teacher's unit vectors `[N, D]`; no gradients flow to them.
///   - queue: unit vectors `[K, D]`.
public func relationLoss(
  _ queries: Tensor, _ keys: Tensor, queue: Tensor, studentTemperature: Double,
  teacherTemperature: Double
) -> Tensor {
  withoutAutocast(on: queries.device) {
    let others = queue.to(.float32).transposed()
    let target = (keys.detached().to(.float32).matmul(others) / teacherTemperature).softmax()
    return (queries.to(.float32).matmul(others) / studentTemperature).crossEntropy(target)
  }
}
