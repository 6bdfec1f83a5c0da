public import Augment
public import Backbones
public import Torch
public import TorchNN

/// MAE: "Masked Autoencoders Are Scalable Vision Learners", He, Chen, Xie, Li, Dollár and Girshick,
/// CVPR 2022 (arXiv 2111.06377), section 3.
public final class MAE: Module, PretextTask, Reconstructing {
  /// Hyper-parameters; defaults are the paper's.
  public struct Options: MethodOptions {
    /// The share of the patches that the encoder does not see.
    public var maskRatio = 0.75
    /// Width of the decoder's tokens.
    public var decoderWidth = 512
    /// Blocks of the decoder.
    public var decoderDepth = 8
    /// Attention heads of the decoder.
    public var decoderHeads = 16
    /// Whether the pixels of each patch are standardised before they are compared.
    public var normalisesPatches = true
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "mae", title: "MAE", role: .selfSupervised(.generative),
    paper: .init(
      title: "Masked Autoencoders Are Scalable Vision Learners",
      authors: "He, Chen, Xie, Li, Dollár, Girshick", year: 2022, venue: "CVPR, arXiv 2111.06377"),
    learnsFrom: "A quarter of the patches is encoded; from it a light decoder paints the others.",
    loss: "mean over masked patches and pixels of (decoded − standardised pixels)²",
    backbones: [.vit],
    needs: "A ViT; little memory, since the encoder sees a quarter of the tokens; long training.",
    lowData: "First on natural adversarial images and VTAB among the four with 50,000 to 300,000 "
      + "images (Konstantakos et al. 2025, 2023 tables). Its features want fine-tuning: linear "
      + "probes, and kNN more so, undervalue them.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ViT-S/4", optimizer: .adamW(beta2: 0.95, weightDecay: 0.05),
        learningRate: 2e-4, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "He et al. 2022, ImageNet, appendix A.1, ViT", images: .large,
        optimizer: .adamW(beta2: 0.95, weightDecay: 0.05), learningRate: 1.5e-4, warmUpEpochs: 40,
        epochs: 800, batch: 4096),
    ],
    revision: 2)

  /// The encoder.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let decoder: TokenDecoder
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the decoder. Positions in encoder and decoder are fixed sines and cosines.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "mae")
    guard (0.01...0.99).contains(options.maskRatio) else {
      throw .option(method: "mae", "maskRatio is \(options.maskRatio); give 0.01 to 0.99")
    }
    try TokenDecoder.check(
      width: options.decoderWidth, heads: options.decoderHeads, method: "mae")
    self.options = options
    backbone = vit
    encoder = Unowned(vit)
    decoder = TokenDecoder(
      vit.features, width: options.decoderWidth, depth: options.decoderDepth,
      heads: options.decoderHeads, output: vit.patch * vit.patch * context.spec.inputChannels,
      side: context.spec.imageSize / vit.patch, random: context.random)
    super.init()
    vit.useSineCosinePositions()
  }

  /// The decoder's parts stand next to the encoder.
  public override var stateNames: [String: String] { ["decoder": ""] }

  /// One view, cropped and flipped: masking makes the task hard enough (section 4.1).
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// The patches that the encoder does not see.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    view.map(mask(options, view, on: .cpu).isHidden)
  }

  private static func mask(_ options: Options, _ view: MaskedView, on device: Device) -> TokenMask {
    TokenMask(
      count: view.count, tokens: view.side * view.side, ratio: options.maskRatio,
      random: view.random, device: device)
  }

  /// The error of the decoded pixels where the encoder saw nothing.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let view = MaskedView(
      of: images, patch: encoder.module.patch, random: progress.random("mask"))
    let (encoded, decoded, mask) = paint(images, view)
    var target = encoder.module.patches(of: images)
    if options.normalisesPatches { target = standardisedPatches(target) }
    let loss = withoutAutocast(on: images.device) {
      maskedPixelLoss(mask.hidden(of: decoded), mask.hidden(of: target))
    }
    return PretextLoss(loss, features: encoded.selected(0, along: 1))
  }

  /// What it paints where the encoder saw nothing. Where it was trained on standardised patches, these
  /// take the mean and deviation of the image's own, as in the authors' demonstration.
  public func reconstruction(of images: Tensor, random: RandomStream) -> Reconstruction {
    withoutGradient {
      let vit = encoder.module
      let view = MaskedView(of: images, patch: vit.patch, random: random)
      let (_, decoded, mask) = paint(images, view)
      let pixels =
        options.normalisesPatches
        ? withLevels(of: vit.patches(of: images), decoded.to(.float32)) : decoded
      return Reconstruction(
        of: images, hidden: view.map(mask.isHidden),
        painted: vit.image(of: pixels, like: images), takesLevels: options.normalisesPatches)
    }
  }

  /// Encoded tokens of the visible patches, the pixels of all that are decoded from them, and which were
  /// visible.
  private func paint(
    _ images: Tensor, _ view: MaskedView
  ) -> (encoded: Tensor, decoded: Tensor, mask: TokenMask) {
    let vit = encoder.module
    let mask = Self.mask(options, view, on: images.device)
    let encoded = vit.encode(vit.withClassToken(mask.visible(of: vit.embed(images))))
    return (encoded, decode(encoded, mask), mask)
  }

  /// Pixels `[N, T, patch² · C]` of all patches, from encoded tokens `[N, prefixLength + visible, D]`,
  /// of which the decoder sees the class token and the patches.
  private func decode(_ encoded: Tensor, _ mask: TokenMask) -> Tensor {
    let x = decoder.embedded(encoded)
    let patches = encoder.module.patchTokens(of: x)
    let positioned =
      mask.filled(patches, with: decoder.maskToken.value) + decoder.positions
    return decoder(concatenated([x.sliced(0..<1, along: 1), positioned], along: 1), known: 1)
  }
}

/// Patches `[N, T, P]` of mean 0 and deviation 1 each (He et al. 2022, section 3).
func standardisedPatches(_ patches: Tensor) -> Tensor {
  let mean = patches.mean(over: 2, keepingAxes: true)
  return (patches - mean) / (patches.variance(over: 2, keepingAxes: true) + 1e-6).sqrt()
}

/// Undoes ``standardisedPatches(_:)`` with the mean and deviation of `patches`; both `[N, T, P]`.
func withLevels(of patches: Tensor, _ standardised: Tensor) -> Tensor {
  standardised * (patches.variance(over: 2, keepingAxes: true) + 1e-6).sqrt()
    + patches.mean(over: 2, keepingAxes: true)
}

/// The mean squared error over masked patches and their pixels.
/// - Parameters:
///   - decoded: `[N, masked, P]`.
///   - target: the same of the image.
public func maskedPixelLoss(_ decoded: Tensor, _ target: Tensor) -> Tensor {
  (decoded.to(.float32) - target.to(.float32)).square().mean()
}
