public import Augment
public import Backbones
public import Torch
public import TorchNN

/// VIbCReg: "Computer Vision Self-supervised Learning Methods on Time Series", Lee and Aptoula,
/// 2021 (arXiv 2109.00783): VICReg with better covariance regularisation, which does not depend on
/// the scale of the embedding, and a projector that ends in iterative normalisation.
public final class VIbCReg: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// λ, the weight of the distance between the views.
    public var invariance = 25.0
    /// μ, the weight of the hinges on the deviations.
    public var variance = 25.0
    /// ν, the weight of the correlations.
    public var covariance = 200.0
    /// Width of the projector's three layers.
    public var width = 2048
    /// Whether the projector ends in iterative normalisation.
    public var whitensOutput = true
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "vibcreg", title: "VIbCReg", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "Computer Vision Self-supervised Learning Methods on Time Series",
      authors: "Lee, Aptoula", year: 2021, venue: "arXiv 2109.00783"),
    learnsFrom: "Two views have the same embedding, while each of its dimensions keeps a deviation "
      + "of at least 1 and no two are correlated; the last layer whitens groups of dimensions.",
    loss: "λ·‖z₀ − z₁‖²/D + μ·[v(z₀) + v(z₁)] + ν·[c(z₀) + c(z₁)], v = mean max(0, 1 − σ), "
      + "c = Σ_{i≠j} corr²/D²",
    needs: "Batches of 128 or more; a wide projector.",
    lowData: "Not in the study of Konstantakos et al. (2025). Its authors made it for time series, "
      + "sets of some hundreds to thousands of them.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18",
        optimizer: .lars(weightDecay: 1e-4, clips: false), learningRate: 0.3, warmUpEpochs: 10,
        epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "solo-learn, ImageNet-100, ResNet-18", images: .large,
        optimizer: .lars(weightDecay: 1e-4), learningRate: 0.3, warmUpEpochs: 10, epochs: 400,
        batch: 128, options: ["blur": .bool(true)]),
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
    let width = options.width
    func hidden(_ inputs: Int) -> [Layer] {
      [Linear(inputs, width, bias: false, random: context.random), BatchNorm(width), GELU()]
    }
    projector = Sequential(
      hidden(context.backbone.features) + hidden(width)
        + [Linear(width, width, random: context.random)]
        + (options.whitensOutput ? [IterativeNorm(width)] : []))
  }

  /// VICReg's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .vicReg(size: imageSize, blur: options.blur)
  }

  /// Variance, invariance and correlation of the embeddings of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let value = vibcRegLoss(
      z[0], z[1], invariance: options.invariance, variance: options.variance,
      covariance: options.covariance)
    return PretextLoss(value, features: h[0], partners: h[1])
  }
}

/// VIbCReg's loss (Lee and Aptoula 2021), as the authors' code and solo-learn compute it: VICReg's
/// distance and hinges, the hinges added, and the mean square of the correlations off the diagonal.
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`.
///   - z1: embeddings of the second views.
public func vibcRegLoss(
  _ z0: Tensor, _ z1: Tensor, invariance: Double, variance: Double, covariance: Double
) -> Tensor {
  withoutAutocast(on: z0.device) {
    let z = [z0.to(.float32), z1.to(.float32)]
    let distance = (z[0] - z[1]).square().mean()
    let hinges = varianceHinge(z[0]) + varianceHinge(z[1])
    let correlations = offDiagonalCorrelation(z[0]) + offDiagonalCorrelation(z[1])
    return invariance * distance + variance * hinges + covariance * correlations
  }
}

/// Σ_{i≠j} corr(z)ᵢⱼ² / D², which does not depend on the scale of any dimension.
func offDiagonalCorrelation(_ z: Tensor) -> Tensor {
  let unit = (z - z.mean(over: 0, keepingAxes: true)).normalized(along: 0)
  let correlation = unit.transposed().matmul(unit)
  let dimensions = Double(z.size(1))
  return offDiagonalSquares(correlation)
    / (dimensions * dimensions)
}
