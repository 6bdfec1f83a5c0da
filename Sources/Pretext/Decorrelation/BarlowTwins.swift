public import Augment
public import Backbones
public import Torch
public import TorchNN

/// Barlow Twins: "Self-Supervised Learning via Redundancy Reduction", Zbontar, Jing, Misra, LeCun and
/// Deny, ICML 2021 (arXiv 2103.03230), eq. 1 and algorithm 1.
public final class BarlowTwins: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// λ, the weight of the off-diagonal terms.
    public var offDiagonal = 5e-3
    /// What the whole loss is multiplied by.
    public var scale = 0.1
    /// Width of the projector's three layers.
    public var width = 2048
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "barlow-twins", title: "Barlow Twins", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "Barlow Twins: Self-Supervised Learning via Redundancy Reduction",
      authors: "Zbontar, Jing, Misra, LeCun, Deny", year: 2021, venue: "ICML, arXiv 2103.03230"),
    learnsFrom: "The correlations of the embedding's dimensions between two views must form an "
      + "identity matrix: each dimension survives the augmentation, no two say the same.",
    loss: "Σᵢ (1 − Cᵢᵢ)² + λ Σᵢ Σ_{j≠i} Cᵢⱼ²",
    needs: "Batches of 128 or more; a wide projector.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-4),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Zbontar et al. 2021, ImageNet, section 2.2, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1.5e-6, trust: 0.001, clips: false), learningRate: 0.2,
        warmUpEpochs: 10, epochs: 1000, batch: 2048,
        options: ["scale": .number(0.024), "width": .number(8192), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features] + Array(repeating: options.width, count: 3),
      random: context.random)
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// Redundancy reduction between the projections of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let loss = barlowTwinsLoss(
      z[0], z[1], offDiagonal: options.offDiagonal, scale: options.scale)
    return PretextLoss(loss, features: h[0], partners: h[1])
  }
}

/// The loss of Barlow Twins (Zbontar et al. 2021, eq. 1), as the authors' code and solo-learn compute
/// it: C = z̄₀ᵀ·z̄₁ / N of embeddings standardised over the batch by the biased deviation, ε = 1e-5.
/// (lightly's has no scale.)
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`.
///   - z1: embeddings of the second views.
public func barlowTwinsLoss(_ z0: Tensor, _ z1: Tensor, offDiagonal: Double, scale: Double)
  -> Tensor
{
  withoutAutocast(on: z0.device) {
    func standardised(_ z: Tensor) -> Tensor {
      z.to(.float32).batchNorm(
        nil, nil, runningMean: nil, runningVariance: nil, training: true, epsilon: 1e-5)
    }
    let c = standardised(z0).transposed().matmul(standardised(z1)) / Double(z0.size(0))
    let invariance = (c.diagonal() - 1).square().sum()
    return scale * (invariance + offDiagonal * offDiagonalSquares(c))
  }
}
