public import Augment
public import Backbones
public import Torch
public import TorchNN

/// MACL: "Model-Aware Contrastive Learning: Towards Escaping the Dilemmas", Huang, Chen, Wen et al.,
/// ICML 2023 (arXiv 2207.07874): SimCLR with a temperature that follows how well views agree, and
/// with the gradient given back that easy rows lose.
public final class MACL: Module, PretextTask {
  /// Hyper-parameters; those of the loss are lightly's, the rest solo-learn's SimCLR's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ₀, the temperature while views agree as much as `threshold`.
    public var temperature = 0.1
    /// α, how far agreement raises the temperature, 0...1.
    public var alpha = 0.5
    /// A₀, the agreement from which on the temperature is above τ₀, 0...1.
    public var threshold = 0.0
    /// Width of the projector's hidden layer.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 256
    /// Strength of the colour changes.
    public var colorStrength = 0.5
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "macl", title: "MACL", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "Model-Aware Contrastive Learning: Towards Escaping the Dilemmas",
      authors: "Huang, Chen, Wen et al.", year: 2023, venue: "ICML, arXiv 2207.07874"),
    learnsFrom:
      "As SimCLR, but the better the views of a batch agree, the more similar other images "
      + "may be; and a row keeps its weight where few negatives make its task easy.",
    loss:
      "−log P / (1 − P), the divisor without gradient, P = exp(zᵢ·zⱼ/τ) / Σ_{k≠i} exp(zᵢ·zₖ/τ), "
      + "τ = τ₀·(1 + α·(mean zᵢ·zⱼ − A₀))",
    needs: "Negatives come from the batch; made for batches of 256 and fewer.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      .simCLRWithAnotherLoss,
      PublishedRecipe(
        source: "MMSelfSup's SimCLR, ImageNet, ResNet-50, which the authors' code builds on",
        images: .large, optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 200, batch: 256,
        options: ["output": .number(128), "colorStrength": .number(1), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds SimCLR's projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    for (name, value) in [("alpha", options.alpha), ("threshold", options.threshold)] {
      guard (0...1).contains(value) else {
        throw .option(method: "macl", "\(name) is \(value); give 0 to 1")
      }
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.output], random: context.random)
  }

  /// SimCLR's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: options.colorStrength, blur: options.blur))
  }

  /// The model-aware loss between the projections of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    twoViewLoss(views, backbone, projector) {
      maclLoss(
        $0, $1, temperature: options.temperature, alpha: options.alpha,
        threshold: options.threshold)
    }
  }
}

/// The model-aware contrastive loss (Huang et al. 2023), with NT-Xent's negatives as lightly has it
/// (the authors' code takes the other images' second views alone): each of the 2N rows pays
/// −log P / (1 − P), where P is its partner's share at the temperature τ₀·(1 + α·(A − A₀)) and A the
/// mean cosine of the pairs. No gradients flow through the temperature and 1 − P.
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`, normalised in here.
///   - z1: embeddings of the second views, row i of the same image as row i of `z0`.
///   - temperature: τ₀.
///   - threshold: A₀.
public func maclLoss(
  _ z0: Tensor, _ z1: Tensor, temperature: Double, alpha: Double, threshold: Double
) -> Tensor {
  withoutAutocast(on: z0.device) {
    let pairs = PairSimilarities(z0, z1)
    let alignment = pairs.positives.mean().detached()
    let tau = temperature * (1 + alpha * (alignment - threshold))
    let logits = (pairs.all / tau).filled(where: pairs.itself, with: -.infinity)
    let surprise = logits.logSumExp(over: 1) - pairs.positives / tau
    let rest = 1 - (-surprise.detached()).exp() + 1e-8
    return (surprise / rest).mean()
  }
}
