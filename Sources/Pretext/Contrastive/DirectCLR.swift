public import Augment
public import Backbones
public import Torch
public import TorchNN

/// DirectCLR: "Understanding Dimensional Collapse in Contrastive Self-supervised Learning", Jing,
/// Vincent, LeCun and Tian, ICLR 2022 (arXiv 2110.09348), section 6.
///
/// The authors' code contrasts with the other views of the other images only; NT-Xent, with both of
/// their views, is lightly's reading.
public final class DirectCLR: Module, PretextTask {
  /// Hyper-parameters; τ is that of the authors' code, the width of the part lightly's.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.1
    /// d₀, how many of the backbone's features the loss sees; at most half of them. The paper takes
    /// 360 of ResNet-50's 2048.
    public var output = 64
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "directclr", title: "DirectCLR", role: .selfSupervised(.contrastive),
    paper: .init(
      title: "Understanding Dimensional Collapse in Contrastive Self-supervised Learning",
      authors: "Jing, Vincent, LeCun, Tian", year: 2022, venue: "ICLR, arXiv 2110.09348"),
    learnsFrom: "As SimCLR without a projector: the loss sees the first few of the backbone's "
      + "features, and the others follow through the residual connections.",
    loss: "−log exp(hᵢ·hⱼ/τ) / Σ_{k≠i} exp(hᵢ·hₖ/τ), h the first d₀ features, made unit vectors",
    needs: "Negatives come from the batch: 128 or more images; nothing beside the backbone.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      .simCLRWithAnotherLoss,
      PublishedRecipe(
        source: "Jing et al. 2022, the authors' code, ImageNet, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 0.3,
        warmUpEpochs: 10, epochs: 100, batch: 4096,
        options: ["output": .number(360), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds nothing to the backbone.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.output > 0 else {
      throw .option(method: "directclr", "output is \(options.output); give 1 or more")
    }
    self.options = options
    backbone = context.backbone
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// NT-Xent between the first features of the two views.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(concatenated(views.images))
    let (h0, h1) = h.halves()
    let width = max(1, min(options.output, backbone.features / 2))
    return PretextLoss(
      directCLRLoss(h0, h1, width: width, temperature: options.temperature), features: h0,
      partners: h1)
  }
}

/// NT-Xent of the first `width` of the features (Jing et al. 2022, section 6).
/// - Parameters:
///   - h0: the backbone's features of the first views `[N, D]`; the part is normalised in here.
///   - h1: those of the second views, row i of the same image as row i of `h0`.
public func directCLRLoss(_ h0: Tensor, _ h1: Tensor, width: Int, temperature: Double) -> Tensor {
  ntXent(
    h0.sliced(0..<width, along: 1), h1.sliced(0..<width, along: 1), temperature: temperature)
}
