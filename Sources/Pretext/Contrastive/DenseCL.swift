public import Augment
public import Backbones
public import Torch
public import TorchNN

/// DenseCL: "Dense Contrastive Learning for Self-Supervised Visual Pre-Training", Wang, Zhang, Shen,
/// Kong and Li, CVPR 2021 (arXiv 2011.09157), section 3.
///
/// Both views are queries in turn, as in Glean's MoCo v2; the paper has one direction.
public final class DenseCL: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors'.
  public struct Options: MethodOptions {
    /// λ, the share of the loss of places.
    public var dense = 0.5
    /// τ of both losses.
    public var temperature = 0.2
    /// Negatives kept for each loss, half of them of each view; at most one for each image.
    public var queue = 65536
    /// The key encoder's momentum.
    public var momentum = 0.999
    /// Width of the hidden layers of both projectors.
    public var hidden = 2048
    /// Width of the embeddings that the losses see.
    public var output = 128
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "densecl", title: "DenseCL", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "Dense Contrastive Learning for Self-Supervised Visual Pre-Training",
      authors: "Wang, Zhang, Shen, Kong, Li", year: 2021, venue: "CVPR, arXiv 2011.09157"),
    learnsFrom:
      "As MoCo v2, and each place of a view's feature map must find the place of the other "
      + "view that looks most like it among earlier images; made for detection and segmentation.",
    loss: "(1 − λ)·MoCo(image) + λ·mean over places of MoCo(place, its match)",
    backbones: [.resnet],
    needs: "Small batches do; two queues of up to one embedding an image, a second copy of the "
      + "network, and views large enough for a feature map of several places.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn's MoCo v2+, CIFAR-10, ResNet-18, with the dense loss added",
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.3, warmUpEpochs: 10, epochs: 1000,
        batch: 256),
      PublishedRecipe(
        source: "Wang et al. 2021, the authors' code, ImageNet, ResNet-50", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.03, warmUpEpochs: 0, epochs: 200,
        batch: 256, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained: the query encoder.
  public let backbone: Backbone
  private let encoder: Unowned<ConvNet>
  private let projector: DenseHead
  private let teacher: Teacher
  private let keyEncoder: Unowned<ConvNet>
  private let keyProjector: Unowned<DenseHead>
  private let imageQueue: FeatureQueue
  private let placeQueue: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the two projectors, the key encoder, and a queue of images and one of places.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (0...1).contains(options.dense) else {
      throw .option(method: "densecl", "dense is \(options.dense); give 0 to 1")
    }
    let encoder = try context.convNet(for: "densecl")
    func head() -> DenseHead {
      DenseHead(
        context.backbone.features, hidden: options.hidden, output: options.output,
        random: context.random)
    }
    let (queries, keys) = (head(), head())
    let teacher = Teacher(context, following: queries, head: keys)
    self.options = options
    backbone = encoder
    self.encoder = Unowned(encoder)
    projector = queries
    self.teacher = teacher
    keyEncoder = Unowned(teacher.backbone(like: encoder))
    keyProjector = Unowned(keys)
    let length = 2 * context.queueLength(options.queue / 2)
    imageQueue = FeatureQueue(length, options.output, random: context.random)
    placeQueue = FeatureQueue(length, options.output, random: context.random)
  }

  /// Two views of SimCLR's recipe at half its strength of colour.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: 0.5, blur: options.blur))
  }

  /// InfoNCE of images and of places, each view against the other's keys.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let queries = views.images.map { projector.embed($0, by: encoder.module) }
    let keys = views.images.map { images in
      withoutGradient { keyProjector.module.embed(images, by: keyEncoder.module) }
    }
    let losses = [(0, 1), (1, 0)].map { loss(queries[$0], keys[$1]) }
    imageQueue.push(concatenated(keys.map(\.image)))
    placeQueue.push(concatenated(keys.map(\.meanPlace)))
    return PretextLoss(
      (losses[0] + losses[1]) / 2, features: queries[0].features, partners: queries[1].features)
  }

  private func loss(_ query: DenseEmbedding, _ key: DenseEmbedding) -> Tensor {
    let matches = matchedPlaces(query.map, key.map, key.places)
    let places = infoNCE(
      query.places.reshaped(-1, options.output), matches.reshaped(-1, options.output),
      queue: placeQueue.embeddings, temperature: options.temperature)
    let images = infoNCE(
      query.image, key.image, queue: imageQueue.embeddings, temperature: options.temperature)
    return (1 - options.dense) * images + options.dense * places
  }

  /// Moves the key encoder.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(
      momentum: teacherMomentum(from: options.momentum, to: options.momentum, progress))
  }
}

/// For each place of one view, the key at the place of the other view whose features are nearest to
/// its own (Wang et al. 2021, section 3.4).
/// - Parameters:
///   - map: features of one view's S places, unit vectors `[N, S, C]`.
///   - other: those of the other view.
///   - keys: the other view's keys, `[N, S, D]`.
/// - Returns: `[N, S, D]`; no gradients flow to it through the match.
public func matchedPlaces(_ map: Tensor, _ other: Tensor, _ keys: Tensor) -> Tensor {
  withoutAutocast(on: map.device) {
    let likeness = map.detached().matmul(other.detached().transposed())
    let matches = likeness.argmax(along: 2).unsqueezed(2).expanded(-1, -1, keys.size(2))
    return keys.gathered(matches, along: 1)
  }
}
