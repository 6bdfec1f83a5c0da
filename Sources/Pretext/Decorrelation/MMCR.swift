public import Augment
public import Backbones
public import Torch
public import TorchNN

/// MMCR: "Learning Efficient Coding of Natural Images with Maximum Manifold Capacity
/// Representations", Yerxa, Kuang, Simoncelli and Chung, NeurIPS 2023 (arXiv 2303.03307).
///
/// As the authors train it on CIFAR, without the slowly moving copy of the network that they add on
/// ImageNet.
public final class MMCR: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' for CIFAR-10, with fewer views.
  public struct Options: MethodOptions {
    /// λ, the weight of the nuclear norms of the single images' embeddings. The authors take 0: the
    /// first term compresses them too.
    public var compression = 0.0
    /// Views of each image. The authors take 40 of 32 images on CIFAR-10, 8 on ImageNet.
    public var views = 8
    /// The projector's hidden layers.
    public var layers = 1
    /// Width of the projector's hidden layers.
    public var hidden = 512
    /// Width of the embedding that the loss sees.
    public var output = 128
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "mmcr", title: "MMCR", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "Learning Efficient Coding of Natural Images with Maximum Manifold Capacity "
        + "Representations",
      authors: "Yerxa, Kuang, Simoncelli, Chung", year: 2023, venue: "NeurIPS, arXiv 2303.03307"),
    learnsFrom: "The mean embeddings of the images of a batch have as large a nuclear norm as they "
      + "can: they are long, so that an image's views agree, and point in all directions.",
    loss: "−‖C‖_* + λ/N·Σᵢ ‖Zᵢ‖_*, C the mean unit embedding of each image, Zᵢ those of its views",
    needs: "Several views an image, and a singular value decomposition of the batch a step.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "Yerxa et al. 2023, CIFAR-10, ResNet-50 (Adam; lr 1e-3 for 32 images)",
        optimizer: .adamW(weightDecay: 1e-6), learningRate: 1e-3 * 8.0.squareRoot(),
        scaling: .squareRoot, warmUpEpochs: 0, epochs: 500, batch: 32,
        options: ["views": .number(40)]),
      PublishedRecipe(
        source: "Yerxa et al. 2023, ImageNet, ResNet-50, without its momentum network",
        images: .large, optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false),
        learningRate: 0.8, warmUpEpochs: 10, epochs: 100, batch: 2048,
        options: [
          "layers": .number(2), "hidden": .number(8192), "output": .number(512),
          "blur": .bool(true),
        ]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.views > 1 else {
      throw .option(method: "mmcr", "views is \(options.views); it must be at least 2")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features]
        + Array(repeating: options.hidden, count: max(0, options.layers)) + [options.output],
      random: context.random)
  }

  /// Views of SimCLR's recipe at half its strength of colour.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .several(options.views, size: imageSize, .simCLR(strength: 0.5, blur: options.blur))
  }

  /// The nuclear norms of the embeddings of all views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (z, features) = embedded(views.images, backbone, projector)
    return PretextLoss(
      mmcrLoss(z, compression: options.compression), features: features[0],
      partners: features[1])
  }
}

/// MMCR's loss (Yerxa et al. 2023), as the authors' code computes it: the nuclear norm, the sum of
/// the singular values, of the images' mean unit embeddings, negative, and λ times the mean nuclear
/// norm of one image's embeddings.
/// - Parameters:
///   - z: embeddings `[V, N, D]`, normalised in here.
///   - compression: λ.
public func mmcrLoss(_ z: Tensor, compression: Double = 0) -> Tensor {
  withoutAutocast(on: z.device) {
    let unit = z.to(.float32).normalized()
    let extent = unit.mean(over: 0).singularValues().sum()
    if compression == 0 { return -extent }
    let single = unit.transposed(0, 1).singularValues().sum() / Double(z.size(1))
    return compression * single - extent
  }
}
