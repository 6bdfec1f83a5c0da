public import Augment
public import Backbones
public import Torch
public import TorchNN

/// SimMIM: "SimMIM: a Simple Framework for Masked Image Modeling", Xie, Zhang, Cao, Lin, Bao, Yao,
/// Dai and Hu, CVPR 2022 (arXiv 2111.09886), section 3.
///
/// The paper's ViT has relative positions; this one keeps its absolute ones, which are trained.
public final class SimMIM: Module, PretextTask, Reconstructing {
  /// Hyper-parameters; defaults are the paper's.
  public struct Options: MethodOptions {
    /// The share of the image that is hidden.
    public var maskRatio = 0.6
    /// Side of what is hidden as one, in patches: the paper hides squares of 32 pixels, which are
    /// 2 × 2 patches of its ViT-B/16. Made smaller until it divides the image.
    public var maskUnit = 2
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "simmim", title: "SimMIM", role: .selfSupervised(.generative),
    paper: .init(
      title: "SimMIM: a Simple Framework for Masked Image Modeling",
      authors: "Xie, Zhang, Cao et al.", year: 2022, venue: "CVPR, arXiv 2111.09886"),
    learnsFrom: "Large parts of the image are replaced by a mask token; from what the encoder says "
      + "at their places one linear layer paints them.",
    loss: "mean over masked patches and pixels of |decoded − pixels|",
    backbones: [.vit],
    needs:
      "A ViT, which sees all tokens: four times MAE's work in the encoder, and no decoder. Its "
      + "class token is trained by attention only; pooling=mean suits it.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has MAE for this family.",
    recipes: [
      PublishedRecipe(
        source: "Xie et al. 2022, ImageNet, section 4.1 (8e-4 for a batch of 2048), taken over for "
          + "small images, for which none was published",
        optimizer: .adamW(weightDecay: 0.05), learningRate: 1e-4, warmUpEpochs: 10, epochs: 100,
        batch: 2048, clip: 5),
      PublishedRecipe(
        source: "SimMIM's published configuration, ImageNet, ViT-B/16 (rate drop replaced by a "
          + "cosine)", images: .large,
        optimizer: .adamW(weightDecay: 0.05), learningRate: 5e-5, warmUpEpochs: 10, epochs: 800,
        batch: 2048, clip: 5),
    ],
    revision: 1)

  /// The encoder.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let maskToken: Parameter
  private let decoder: Linear
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the mask token and the linear decoder.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "simmim")
    guard (0.01...0.99).contains(options.maskRatio), options.maskUnit > 0 else {
      throw .option(
        method: "simmim",
        "maskRatio is \(options.maskRatio) and maskUnit \(options.maskUnit); give 0.01 to 0.99 and "
          + "1 or more")
    }
    self.options = options
    backbone = vit
    encoder = Unowned(vit)
    maskToken = Parameter(context.random.normal([1, 1, vit.features], deviation: 0.02))
    decoder = Linear(
      vit.features, vit.patch * vit.patch * context.spec.inputChannels, random: context.random)
  }

  /// One view, cropped to two thirds or more and flipped, as in the authors' code.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(
      size: imageSize, Augmentation(crop: RandomResizedCrop(scale: 0.67...1), flip: 0.5))
  }

  /// The patches that the network sees the mask token for.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    view.map(mask(options, view, on: .cpu).isHidden)
  }

  private static func mask(_ options: Options, _ view: MaskedView, on device: Device) -> PatchMask {
    PatchMask.units(
      count: view.count, side: view.side, unit: options.maskUnit, ratio: options.maskRatio,
      random: view.random, device: device)
  }

  /// The distance of the decoded pixels from the hidden ones.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let view = MaskedView(
      of: images, patch: encoder.module.patch, random: progress.random("mask"))
    let (encoded, decoded, mask) = paint(images, view)
    let value = simMIMLoss(decoded, encoder.module.patches(of: images), hidden: mask.hidden)
    return PretextLoss(value, features: encoded.selected(0, along: 1))
  }

  /// What it paints where the network saw the mask token.
  public func reconstruction(of images: Tensor, random: RandomStream) -> Reconstruction {
    withoutGradient {
      let vit = encoder.module
      let view = MaskedView(of: images, patch: vit.patch, random: random)
      let (_, decoded, mask) = paint(images, view)
      return Reconstruction(
        of: images, hidden: view.map(mask.isHidden),
        painted: vit.image(of: decoded, like: images))
    }
  }

  /// Encoded tokens, the pixels of all patches that are decoded from them, and which were hidden.
  private func paint(
    _ images: Tensor, _ view: MaskedView
  ) -> (encoded: Tensor, decoded: Tensor, mask: PatchMask) {
    let vit = encoder.module
    let mask = Self.mask(options, view, on: images.device)
    let encoded = mask.encoded(images, by: vit, token: maskToken.value)
    return (encoded, decoder(vit.patchTokens(of: encoded)), mask)
  }
}

/// SimMIM's loss (Xie et al. 2022, eq. 2): |decoded − pixels|, averaged over the hidden pixels of
/// the batch.
/// - Parameters:
///   - decoded: `[N, T, P]`.
///   - target: the pixels of all patches `[N, T, P]`.
///   - hidden: `[N, T, 1]`, 1 where a patch was hidden and 0 elsewhere.
public func simMIMLoss(_ decoded: Tensor, _ target: Tensor, hidden: Tensor) -> Tensor {
  withoutAutocast(on: decoded.device) {
    maskedMean((decoded.to(.float32) - target.to(.float32)).abs(), hidden: hidden)
  }
}
