public import Augment
public import Backbones
import Torch
public import TorchNN

/// DCLW, the weighted form of DCL: "Decoupled Contrastive Learning", Yeh, Hong, Hsu, Liu, Chen and
/// LeCun, ECCV 2022 (arXiv 2110.06848), eq. 6 with negative von Mises-Fisher weights.
public final class DCLW: Module, PretextTask {
  /// Hyper-parameters; τ and σ are the paper's, the rest solo-learn's SimCLR's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.1
    /// σ of the weights: the smaller, the more they differ.
    public var sigma = 0.5
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
    name: "dclw", title: "DCLW", role: .selfSupervised(.contrastive), paper: decoupledPaper,
    learnsFrom: "As DCL, with more weight on pairs whose views are still apart.",
    loss: "−wᵢ·zᵢ·zⱼ/τ + log Σ_{k of other images} exp(zᵢ·zₖ/τ), "
      + "wᵢ = 2 − exp(zᵢ·zⱼ/σ) / mean exp(z·z′/σ)",
    needs: "Negatives come from the batch; made for batches of 256 and fewer.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [.simCLRWithAnotherLoss, .lightlyImageNet("DCLW")],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds SimCLR's projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.output], random: context.random)
  }

  /// SimCLR's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: options.colorStrength, blur: options.blur))
  }

  /// The weighted decoupled loss between the projections of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    twoViewLoss(views, backbone, projector) {
      decoupledNTXent($0, $1, temperature: options.temperature, sigma: options.sigma)
    }
  }
}
