public import Augment
public import Backbones
public import Torch
public import TorchNN

/// FroSSL: "Frobenius Norm Minimization for Efficient Multiview Self-Supervised Learning", Skean,
/// Dhakal, Jacobs and Sanchez Giraldo, ECCV 2024 (arXiv 2310.02903).
public final class FroSSL: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// The weight of the distance of the views from their mean.
    public var invariance = 1.4
    /// Views of each image.
    public var views = 2
    /// Width of the projector's two hidden layers.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 1024
    /// Strength of the colour changes, s of SimCLR.
    public var colorStrength = 1.0
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "frossl", title: "FroSSL", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "FroSSL: Frobenius Norm Minimization for Efficient Multiview Self-Supervised Learning",
      authors: "Skean, Dhakal, Jacobs, Sanchez Giraldo", year: 2024,
      venue: "ECCV, arXiv 2310.02903"),
    learnsFrom: "Views of an image share their embedding, while the covariance of each view has as "
      + "small a Frobenius norm as its trace allows: its eigenvalues become equal.",
    loss: "Σ_v log ‖ZᵥᵀZᵥ/tr‖²_F + w·Σ_v ‖Zᵥ − Z̄‖²·V/N, columns of Z centred and of length 1",
    needs: "Batches of 128 or more; more than two views cost only their pass through the network.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-4),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Skean et al. 2024, the authors' code for ImageNet, ResNet-18", images: .large,
        optimizer: .lars(weightDecay: 1e-4), learningRate: 0.3, warmUpEpochs: 10, epochs: 100,
        batch: 512,
        options: [
          "invariance": .number(2), "colorStrength": .number(0.5), "blur": .bool(true),
        ]),
    ],
    revision: 2)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.views > 1 else {
      throw .option(method: "frossl", "views is \(options.views); it must be at least 2")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.hidden, options.output],
      random: context.random)
  }

  /// Views of SimCLR's recipe.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .several(
      options.views, size: imageSize, .simCLR(strength: options.colorStrength, blur: options.blur))
  }

  /// Norms of the covariances and distances from the mean embedding; each view has batch statistics
  /// of its own. Embeddings are centred over the batch, as the authors' code for two views has it
  /// and solo-learn's has not: uncentred, their mean is an eigenvector which all views share, and a constant
  /// embedding was a minimum that short runs did not leave.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }.map { $0 - $0.mean(over: 0, keepingAxes: true) }
    let value = froSSLLoss(z, invariance: options.invariance)
    return PretextLoss(value, features: h[0], partners: h[1])
  }
}

/// FroSSL's loss (Skean et al. 2024), as solo-learn and lightly compute it: every column of an
/// embedding is brought to length 1 over the batch, without centring; then, summed over the views,
/// log ‖ZᵀZ / tr‖²_F and the distance from the mean view, Σ(z − z̄)²·V/N. (For two views the
/// authors' code has the same distance, of centred columns.)
/// - Parameters:
///   - embeddings: one `[N, D]` a view, at least two.
///   - invariance: the weight of the distance.
public func froSSLLoss(_ embeddings: [Tensor], invariance: Double) -> Tensor {
  withoutAutocast(on: embeddings[0].device) {
    let z = stacked(embeddings).to(.float32).normalized(along: 1)
    let (views, images) = (Double(z.size(0)), Double(z.size(1)))
    // ZᵀZ and ZZᵀ have the same norm and the same trace, the sum of squares: take the smaller.
    let gram =
      z.size(1) > z.size(2) ? z.transposed().matmul(z) : z.matmul(z.transposed())
    let trace = z.detached().square().sum(over: 1, 2)
    let norms = gram.square().sum(over: 1, 2) / trace.square()
    let distance = (z - z.mean(over: 0, keepingAxes: true)).square().sum() * (views / images)
    return norms.log().sum() + invariance * distance
  }
}
