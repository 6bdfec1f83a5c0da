public import Augment
public import Backbones
import Torch
public import TorchNN

/// AIM: "Scalable Pre-training of Large Autoregressive Image Models", El-Nouby, Klein, Zhai,
/// Bautista, Shankar, Toshev, Susskind and Joulin, ICML 2024 (arXiv 2401.08541), section 3.
///
/// The paper's transformer has no class token; here it stands in front, in the prefix.
public final class AIM: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's, but for a narrower head.
  public struct Options: MethodOptions {
    /// Width of the head. The paper's is 2048 for transformers of that width; MAE's decoder has
    /// 512.
    public var decoderWidth = 512
    /// Blocks of the head.
    public var decoderDepth = 12
    /// Whether the pixels of each patch are standardised before they are compared.
    public var normalisesPatches = true
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "aim", title: "AIM", role: .selfSupervised(.generative),
    paper: .init(
      title: "Scalable Pre-training of Large Autoregressive Image Models",
      authors: "El-Nouby, Klein, Zhai et al.", year: 2024, venue: "ICML, arXiv 2401.08541"),
    learnsFrom: "From the patches before it, row by row, each next patch; those of a random prefix "
      + "see each other, so that the network can look both ways afterwards.",
    loss: "mean over patches k after the prefix of (decoded from x₁ … xₖ₋₁ − standardised xₖ)²",
    backbones: [.vit],
    needs: "A ViT, whose mean of patches serves better than its class token (pooling=mean); the "
      + "paper shows its worth for networks and sets of images far larger than here.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has MAE for this family.",
    recipes: [
      PublishedRecipe(
        source: "El-Nouby et al. 2024 (1e-3 for a batch of 4096), taken over for small images, for "
          + "which none was published", optimizer: .adamW(beta2: 0.95, weightDecay: 0.05),
        learningRate: 6.25e-5, warmUpEpochs: 100, epochs: 1600, batch: 4096, clip: 1),
      PublishedRecipe(
        source: "El-Nouby et al. 2024 (1e-3 for a batch of 4096; 500,000 steps, 31,250 of them "
          + "warm-up, in epochs of ImageNet)", images: .large,
        optimizer: .adamW(beta2: 0.95, weightDecay: 0.05), learningRate: 6.25e-5,
        warmUpEpochs: 100, epochs: 1600, batch: 4096, clip: 1,
        options: ["decoderWidth": .number(2048)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let decoder: PixelHead
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the head. Positions are fixed sines and cosines.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "aim")
    guard options.decoderWidth > 0, options.decoderDepth >= 0 else {
      throw .option(
        method: "aim",
        "decoderWidth is \(options.decoderWidth) and decoderDepth \(options.decoderDepth); give 1 "
          + "or more and 0 or more")
    }
    self.options = options
    backbone = vit
    encoder = Unowned(vit)
    decoder = PixelHead(
      vit.features, width: options.decoderWidth, depth: options.decoderDepth,
      output: vit.patch * vit.patch * context.spec.inputChannels, random: context.random)
    super.init()
    vit.useSineCosinePositions()
  }

  /// One view, cropped to two fifths or more and flipped.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, Augmentation(crop: RandomResizedCrop(scale: 0.4...1), flip: 0.5))
  }

  /// The error of each patch after the prefix, decoded from those before it.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let vit = encoder.module
    let tokens = vit.embed(images)
    let (count, length) = (tokens.size(0), tokens.size(1))
    let prefix = progress.random("prefix").integers([count], in: 1..<max(2, length))
      .to(images.device)
    // Tokens from the last one before the patches on: token k of them stands before patch k.
    let front = vit.prefixLength - 1
    let encoded = vit.encode(
      vit.withClassToken(tokens),
      mask: prefixAttention(prefix + Double(front), length: front + 1 + length))
    let decoded = decoder(encoded.sliced(front..<(front + length), along: 1))
    var target = vit.patches(of: images)
    if options.normalisesPatches { target = standardisedPatches(target) }
    let places = Tensor.range(to: Double(length), device: images.device).reshaped(1, length, 1)
    let isAfter = (places .< prefix.reshaped(count, 1, 1)).logicalNot().to(.float32)
    let value = withoutAutocast(on: images.device) {
      maskedMean((decoded.to(.float32) - target).square(), hidden: isAfter)
    }
    return PretextLoss(value, features: vit.patchTokens(of: encoded).mean(over: 1))
  }
}

/// Which tokens see which: all of the prefix, and what comes before (El-Nouby et al. 2024, section
/// 3.2).
/// - Parameters:
///   - prefix: `int64` `[N]`, the last token of each image's prefix, counted from 0.
///   - length: tokens, T.
/// - Returns: `bool` `[N, 1, T, T]`.
func prefixAttention(_ prefix: Tensor, length: Int) -> Tensor {
  let steps = Tensor.range(to: Double(length), device: prefix.device)
  let seen = steps.reshaped(1, 1, 1, length)
  let isLater = seen .> steps.reshaped(1, 1, length, 1)
  let isOutside = seen .> prefix.reshaped(prefix.count, 1, 1, 1)
  return isLater.logicalAnd(isOutside).logicalNot()
}

/// Residual two-layer networks between two linear layers (El-Nouby et al. 2024, section 3.2).
private final class PixelHead: Layer {
  private let input: Linear
  private let blocks: [Block]
  private let norm: LayerNorm
  private let output: Linear

  /// From `features` to `output` numbers a token.
  init(_ features: Int, width: Int, depth: Int, output: Int, random: RandomStream) {
    input = Linear(features, width, bias: false, initialisation: .narrowNormal, random: random)
    blocks = (0..<depth).map { _ in Block(width, random: random) }
    norm = LayerNorm(width)
    self.output = Linear(
      width, output, bias: false, initialisation: .narrowNormal, random: random)
  }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    output(norm(blocks.reduce(input(x)) { $1($0) }))
  }

  private final class Block: Layer {
    private let norm: LayerNorm
    private let mlp: Sequential

    init(_ width: Int, random: RandomStream) {
      norm = LayerNorm(width)
      mlp = Sequential([
        Linear(width, 4 * width, bias: false, initialisation: .narrowNormal, random: random),
        GELU(),
        Linear(4 * width, width, bias: false, initialisation: .narrowNormal, random: random),
      ])
    }

    override func callAsFunction(_ x: Tensor) -> Tensor { x + mlp(norm(x)) }
  }
}
