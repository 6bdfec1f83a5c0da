public import Augment
public import Backbones
public import Torch
public import TorchNN

/// Context encoder: "Context Encoders: Feature Learning by Inpainting", Pathak, Krähenbühl,
/// Donahue, Darrell and Efros, CVPR 2016 (arXiv 1604.07379), section 3, with the reconstruction
/// loss alone.
///
/// The paper adds an adversarial loss of weight 0.001, for which a second network would have to be
/// trained with an optimiser and a loss of its own. Its decoder's transposed convolutions are
/// doublings of size and convolutions here.
public final class ContextEncoder: Module, PretextTask, Reconstructing {
  /// Hyper-parameters; defaults are the authors'.
  public struct Options: MethodOptions {
    /// The share of the image that is missing.
    public var maskRatio = 0.25
    /// Places along a side of the image that the missing region's outline is drawn from; the
    /// authors' has 8 on 128 pixels.
    public var regions = 8
    /// Channels of the decoder's last stage; each stage before has twice as many, at most 8 times.
    public var width = 64
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "context-encoder", title: "Context encoder (L2)", role: .selfSupervised(.generative),
    paper: .init(
      title: "Context Encoders: Feature Learning by Inpainting",
      authors: "Pathak, Krähenbühl, Donahue et al.", year: 2016, venue: "CVPR, arXiv 1604.07379"),
    learnsFrom: "From an image of which a quarter is missing, in regions of any shape, a decoder "
      + "paints what is missing. Of the paper's two losses it has the squared error only, which "
      + "paints blurred; the adversarial one, of weight 0.001, is left out.",
    loss: "mean over missing pixels of (F((1 − M)·x) − x)²",
    backbones: [.resnet],
    needs:
      "A ConvNet; a decoder of about its size. The network never sees whole images in training.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has MAE for this family.",
    recipes: [
      PublishedRecipe(
        source: "Pathak et al. 2016, the authors' code (Adam, 2e-3 for 64 images), taken over for "
          + "small images, for which none was published",
        optimizer: .adamW(beta1: 0.5, weightDecay: 0), learningRate: 4e-3, scaling: .squareRoot,
        warmUpEpochs: 0, epochs: 25, batch: 64),
      PublishedRecipe(
        source: "Pathak et al. 2016, the authors' code (Adam, 2e-3 for 64 images)", images: .large,
        optimizer: .adamW(beta1: 0.5, weightDecay: 0), learningRate: 4e-3, scaling: .squareRoot,
        warmUpEpochs: 0, epochs: 25, batch: 64),
    ],
    revision: 1)

  /// The encoder.
  public let backbone: Backbone
  /// A matrix for each channel from all places to all places, `[D, T, T]`.
  private let channelwise: Parameter
  private let decoder: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the channel-wise layer and the decoder.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (0.01...0.99).contains(options.maskRatio), options.regions > 0, options.width > 0 else {
      throw .option(
        method: "context-encoder",
        "maskRatio is \(options.maskRatio), regions \(options.regions) and width \(options.width); "
          + "give 0.01 to 0.99, 1 or more and 1 or more")
    }
    let (size, random, spec) = (context.imageSize, context.random, context.spec)
    let side = spec.places(along: size)
    let halvings = spec.reduction.trailingZeroBitCount
    guard side << halvings >= size else {
      throw .unsuitable(
        method: "context-encoder",
        "needs images of a multiple of \(spec.reduction) pixels on \(spec.id), not \(size)")
    }
    self.options = options
    backbone = context.backbone
    let places = side * side
    let bound = 1 / Double(places).squareRoot()
    channelwise = Parameter(
      random.uniform([context.backbone.features, places, places], from: -bound, to: bound))
    var channels = context.backbone.features
    let layers = (0..<halvings).flatMap { stage -> [Layer] in
      let outputs = options.width << min(3, halvings - 1 - stage)
      defer { channels = outputs }
      return [
        Conv2d(channels, outputs, kernel: 3, padding: 1, random: random), BatchNorm(outputs),
        ReLU(), Doubling(limit: size),
      ]
    }
    decoder = Sequential(
      layers + [
        Conv2d(
          channels, context.spec.inputChannels, kernel: 3, padding: 1, bias: true, random: random)
      ])
  }

  /// One view, cropped and flipped.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// The pixels that are missing.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    let missing = missingRegion(
      size: view.size, ratio: min(1, options.maskRatio), regions: max(1, options.regions),
      random: view.random)
    return (missing .> 0.5).expanded(view.count, -1, -1, -1)
  }

  /// The squared error of the missing pixels. What is missing is grey, the mean of all images, and
  /// the same for all images of a step, as in the authors' code.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let missing = missingRegion(
      size: images.size(2), ratio: options.maskRatio, regions: options.regions,
      random: progress.random("mask")
    ).to(images.device)
    let (map, decoded) = paint(images, missing: missing)
    let value = contextEncoderLoss(decoded, images, missing: missing)
    return PretextLoss(value, features: map.mean(over: 2, 3))
  }

  /// What it paints where the images were missing.
  public func reconstruction(of images: Tensor, random: RandomStream) -> Reconstruction {
    withoutGradient {
      let missing = missingRegion(
        size: images.size(2), ratio: options.maskRatio, regions: options.regions, random: random
      ).to(images.device)
      return Reconstruction(
        of: images, hidden: (missing .> 0.5).expanded(images.size(0), -1, -1, -1),
        painted: paint(images, missing: missing).decoded)
    }
  }

  /// The network's map of images without what is missing, and the images decoded from it.
  private func paint(_ images: Tensor, missing: Tensor) -> (map: Tensor, decoded: Tensor) {
    let map = backbone.spatialFeatures((images * (1 - missing)).channelsLast())
    let mixed = map.flattened(from: 2).permuted(1, 0, 2).matmul(channelwise.value)
      .permuted(1, 0, 2).reshaped(map.shape)
    return (map, decoder(mixed.channelsLast()))
  }
}

/// The reconstruction loss of context encoders (Pathak et al. 2016, eq. 1): the squared error,
/// averaged over missing pixels.
/// - Parameters:
///   - decoded: `[N, C, H, W]`.
///   - images: the same, whole.
///   - missing: `[1, 1, H, W]`, 1 where the image was missing and 0 elsewhere.
public func contextEncoderLoss(_ decoded: Tensor, _ images: Tensor, missing: Tensor) -> Tensor {
  withoutAutocast(on: decoded.device) {
    let errors = (decoded.to(.float32) - images.to(.float32)).square()
    return (errors * missing).sum() / (missing.sum() * Double(images.size(0) * images.size(1)))
  }
}

/// Regions of any shape that cover `ratio` of an image: where noise of `regions` × `regions`
/// numbers, resampled to the image's size, is lowest. `[1, 1, size, size]`, 1 inside.
func missingRegion(size: Int, ratio: Double, regions: Int, random: RandomStream) -> Tensor {
  let noise = random.uniform([1, 1, regions, regions])
    .resized(height: size, width: size, bicubic: true)
  let count = max(1, Int((Double(size * size) * ratio).rounded()))
  let bound = noise.flattened().top(count, along: 0, largest: false).values.max().scalar
  return (noise .<= bound).to(.float32)
}

/// Twice the height and width, but no more than the image's.
private final class Doubling: Layer {
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    x.resized(height: min(limit, 2 * x.size(2)), width: min(limit, 2 * x.size(3)))
  }
}
