public import Augment
public import Backbones
public import Torch
public import TorchNN

/// NPID: "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", Wu, Xiong, Yu and
/// Lin, CVPR 2018 (arXiv 1805.01978), section 3.
///
/// The softmax goes over all images, as the paper's non-parametric softmax does; its noise-contrastive
/// estimate of it is for a million of them. Where the paper holds an embedding near the one of the
/// epoch before, the authors' code averages the memory, and so does this.
public final class NPID: Module, PretextTask {
  /// Hyper-parameters; defaults are those of the authors' code for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.1
    /// How much of an image's stored embedding stays when a new one comes.
    public var momentum = 0.5
    /// Width of the embedding.
    public var output = 128
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "npid", title: "NPID", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "Unsupervised Feature Learning via Non-Parametric Instance Discrimination",
      authors: "Wu, Xiong, Yu, Lin", year: 2018, venue: "CVPR, arXiv 1805.01978"),
    learnsFrom: "Every image is a class of its own: a view must find its image among the stored "
      + "embeddings of all images.",
    loss: "−log exp(vᵢ·v/τ) / Σ_{j of all images} exp(vⱼ·v/τ), v the view, vⱼ stored",
    needs: "One view an image; any batch; a memory of one embedding an image, and batch × images "
      + "scores a step. A run that would show each image fewer than 100 times trains on fewer "
      + "images.",
    lowData:
      "Not in the study of Konstantakos et al. (2025). With few images an epoch is short, and "
      + "the memory is fresh.",
    recipes: [
      PublishedRecipe(
        source: "Wu et al. 2018, the authors' code, CIFAR-10, ResNet-18 (lr 0.1 for 128 images, "
          + "rate drops replaced by a cosine)",
        optimizer: .sgd(weightDecay: 5e-4), learningRate: 0.2, warmUpEpochs: 0, epochs: 200,
        batch: 128),
      PublishedRecipe(
        source: "Wu et al. 2018, the authors' code, ImageNet, ResNet-18 (rate drops replaced by a "
          + "cosine)",
        images: .large, optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.03, warmUpEpochs: 0,
        epochs: 200, batch: 256, options: ["temperature": .number(0.07)]),
    ],
    revision: 2)

  /// Each image is a class.
  public static let imagesAreClasses = true

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Linear
  /// The embedding of each image, unit vectors `[N, D]`.
  private let memory: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a linear projection, and a memory of random unit vectors.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (0..<1).contains(options.momentum) else {
      throw .option(method: "npid", "momentum is \(options.momentum); give 0 or more, below 1")
    }
    self.options = options
    backbone = context.backbone
    projector = Linear(context.backbone.features, options.output, random: context.random)
    memory = Buffer(context.random.normal([context.imageCount, options.output]).normalized())
  }

  /// One view: a crop of at least a fifth, colours, grayscale, a flip.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, .instance)
  }

  /// The surprise at each image among all; then the memory takes the new embeddings in.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let z = projector(h).to(.float32).normalized()
    let loss = instanceLoss(
      z, memory: memory.value, members: views.members, temperature: options.temperature)
    memory.remember(z.detached(), views.members, momentum: options.momentum)
    return PretextLoss(loss, features: h)
  }

}

/// The non-parametric softmax (Wu et al. 2018, eq. 2 and 3): the cross-entropy of each embedding with
/// its own image among all, averaged over the batch.
/// - Parameters:
///   - z: unit vectors `[B, D]`.
///   - memory: the stored embeddings, unit vectors `[N, D]`, without gradients.
///   - members: which row of the memory each is, `int64` `[B]`.
public func instanceLoss(
  _ z: Tensor, memory: Tensor, members: Tensor, temperature: Double
) -> Tensor {
  withoutAutocast(on: z.device) {
    (z.to(.float32).matmul(memory.transposed()) / temperature).crossEntropy(members)
  }
}
