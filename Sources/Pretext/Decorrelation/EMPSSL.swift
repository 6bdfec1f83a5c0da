public import Augment
public import Backbones
public import Torch
public import TorchNN

/// EMP-SSL: "Towards Self-Supervised Learning in One Training Epoch", Tong, Chen, Ma and LeCun,
/// 2023 (arXiv 2304.03977).
///
/// The authors classify an image by the mean feature of many patches; here it is seen whole, as
/// with every method.
public final class EMPSSL: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' for CIFAR-10.
  public struct Options: MethodOptions {
    /// λ, the weight of the similarity.
    public var invariance = 200.0
    /// ε, the precision to which embeddings are coded.
    public var epsilon = 0.2
    /// Patches of each image. The paper takes 20 and 200.
    public var views = 20
    /// Width of the projector's two hidden layers.
    public var hidden = 4096
    /// Width of the embedding that the loss sees.
    public var output = 1024
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "emp-ssl", title: "EMP-SSL", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "EMP-SSL: Towards Self-Supervised Learning in One Training Epoch",
      authors: "Tong, Chen, Ma, LeCun", year: 2023, venue: "arXiv 2304.03977"),
    learnsFrom: "Many small patches of an image share the embedding that is their mean, while the "
      + "embeddings of a batch take as many bits to write down as they can.",
    loss: "−mean_v ½·log det(I + D/(N·ε)·ZᵥᵀZᵥ) − λ·mean cos(zᵥ, z̄)",
    needs: "The memory and time of twenty views an image; in turn few epochs.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source:
          "Tong et al. 2023, the authors' code for CIFAR-10, ResNet-18 (lr 0.3 for 100 images)",
        optimizer: .lars(weightDecay: 1e-4, trust: 0.005), learningRate: 0.768, warmUpEpochs: 0,
        epochs: 30, batch: 100),
      PublishedRecipe(
        source:
          "Tong et al. 2023, the authors' code for ImageNet-100, ResNet-18 (lr 0.3 for 100 images)",
        images: .large, optimizer: .lars(weightDecay: 1e-4, trust: 0.005), learningRate: 0.768,
        warmUpEpochs: 0, epochs: 30, batch: 100),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.views > 1, options.epsilon > 0 else {
      throw .option(
        method: "emp-ssl",
        "views is \(options.views) and epsilon \(options.epsilon); they must be above 1 and 0")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.hidden, options.output],
      random: context.random)
  }

  /// Patches of a quarter of the image, enlarged to its size.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    let patch = Augmentation(
      crop: RandomResizedCrop(scale: 0.25...0.25, ratio: 1...1), flip: 0.5,
      jitter: ColorJitter(
        brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2, probability: 0.8),
      grayscale: 0.2, blur: GaussianBlur(probability: 0.1), solarize: Solarize(probability: 0.1))
    return .several(options.views, size: imageSize, patch)
  }

  /// Coding rate and similarity of the patches' embeddings, which are unit vectors.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (z, features) = embedded(views.images, backbone, projector)
    let unit = z.normalized()
    let rate = totalCodingRate(unit, epsilon: options.epsilon)
    let similarity = similarityToMean(unit)
    return PretextLoss(
      -rate - options.invariance * similarity, features: features[0], partners: features[1],
      diagnostics: [("coding-rate", rate.detached()), ("similarity", similarity.detached())])
  }
}

/// The total coding rate (Tong et al. 2023; Yu et al. 2020, arXiv 2006.08558), averaged over
/// the views: ½·log det(I + D/(N·ε)·ZᵀZ), to be raised. The paper divides by ε², the authors' code
/// by ε. (lightly adds the rate to its loss, and so lowers it.)
/// - Parameter z: embeddings `[V, N, D]`.
public func totalCodingRate(_ z: Tensor, epsilon: Double) -> Tensor {
  withoutAutocast(on: z.device) {
    let z = z.to(.float32)
    let (images, dimensions) = (z.size(1), z.size(2))
    // det(I + ZᵀZ) = det(I + ZZᵀ): take the smaller.
    let gram = images < dimensions ? z.matmul(z.transposed()) : z.transposed().matmul(z)
    let identity = Tensor.identity(gram.size(1), device: z.device)
    let factor =
      (identity + gram * (Double(dimensions) / (Double(images) * epsilon))).cholesky()
    // ½·log det(L·Lᵀ) is the sum of the logarithms of L's diagonal.
    return factor.permuted(1, 2, 0).diagonal().log().sum(over: 1).mean()
  }
}

/// The mean cosine similarity of embeddings `[V, N, D]` with the mean embedding of their image.
public func similarityToMean(_ z: Tensor) -> Tensor {
  let centre = z.mean(over: 0, keepingAxes: true).normalized()
  return (z.normalized() * centre).sum(over: 2).mean()
}
