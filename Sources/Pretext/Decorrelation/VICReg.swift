public import Augment
public import Backbones
public import Torch
public import TorchNN

/// VICReg: "Variance-Invariance-Covariance Regularization for Self-Supervised Learning", Bardes, Ponce
/// and LeCun, ICLR 2022 (arXiv 2105.04906), section 4.
public final class VICReg: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's, the expander solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// λ, the weight of the distance between the views.
    public var invariance = 25.0
    /// μ, the weight of the hinge on the deviations.
    public var variance = 25.0
    /// ν, the weight of the covariances.
    public var covariance = 1.0
    /// Width of the expander's three layers.
    public var width = 2048
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "vicreg", title: "VICReg", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning",
      authors: "Bardes, Ponce, LeCun", year: 2022, venue: "ICLR, arXiv 2105.04906"),
    learnsFrom: "Two views have the same embedding, while each of its dimensions keeps a deviation "
      + "of at least 1 over the batch and no two are correlated.",
    loss: "λ·‖z₀ − z₁‖²/D + μ·[v(z₀) + v(z₁)]/2 + ν·[c(z₀) + c(z₁)], v = mean max(0, 1 − σ), "
      + "c = Σ_{i≠j} cov²/D",
    needs: "Batches of 128 or more; a wide expander.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-4),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Bardes et al. 2022, ImageNet, section 4.2, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 0.2,
        warmUpEpochs: 10, epochs: 1000, batch: 2048,
        options: ["width": .number(8192), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let expander: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the expander.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    expander = ProjectionHead.perceptron(
      [context.backbone.features] + Array(repeating: options.width, count: 3),
      random: context.random)
  }

  /// Two views of BYOL's colours and larger crops, a tenth of them solarised.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .vicReg(size: imageSize, blur: options.blur)
  }

  /// Variance, invariance and covariance of the embeddings of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { expander($0) }
    let loss = vicRegLoss(
      z[0], z[1], invariance: options.invariance, variance: options.variance,
      covariance: options.covariance)
    return PretextLoss(loss, features: h[0], partners: h[1])
  }
}

/// VICReg's loss (Bardes et al. 2022, eq. 6), as the authors' code and lightly compute it: the two
/// variance terms are averaged. (The paper's equation and solo-learn add them.)
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`.
///   - z1: embeddings of the second views.
public func vicRegLoss(
  _ z0: Tensor, _ z1: Tensor, invariance: Double, variance: Double, covariance: Double
) -> Tensor {
  withoutAutocast(on: z0.device) {
    let z = [z0.to(.float32), z1.to(.float32)]
    let distance = (z[0] - z[1]).square().mean()
    let hinges = z.map { varianceHinge($0) }
    let covariances = z.map { offDiagonalCovariance($0) }
    return invariance * distance + variance * (hinges[0] + hinges[1]) / 2
      + covariance * (covariances[0] + covariances[1])
  }
}

/// Mean over the dimensions of max(0, 1 − √(var + ε)) (Bardes et al. 2022, eq. 1), ε = 1e-4.
func varianceHinge(_ z: Tensor, epsilon: Double = 1e-4) -> Tensor {
  (1 - (z.variance(over: 0) + epsilon).sqrt()).relu().mean()
}

/// Σ_{i≠j} cov(z)ᵢⱼ² / D (Bardes et al. 2022, eq. 4).
func offDiagonalCovariance(_ z: Tensor) -> Tensor {
  let centred = z - z.mean(over: 0, keepingAxes: true)
  let covariance = centred.transposed().matmul(centred) / Double(z.size(0) - 1)
  return offDiagonalSquares(covariance) / Double(z.size(1))
}
