public import Augment
public import Backbones
import Foundation
public import Torch
public import TorchNN

/// PIRL: "Self-Supervised Learning of Pretext-Invariant Representations", Misra and van der Maaten,
/// CVPR 2020 (arXiv 1912.01991), sections 2 and 3, with the jigsaw as the pretext task.
///
/// The loss is that of the authors' code (VISSL): noise-contrastive estimation (Wu et al. 2018) whose
/// negatives are the memory's, and whose normalising constant is set by the first batch. Colours are
/// changed for all tiles of an image alike, where VISSL changes those of each.
public final class PIRL: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's.
  public struct Options: MethodOptions {
    /// τ of the loss.
    public var temperature = 0.07
    /// λ, the weight of the tiles; that of the whole image is 1 − λ.
    public var tileWeight = 0.5
    /// Stored embeddings of other images that each must be told from; at most half of the images.
    public var negatives = 32_000
    /// How much of an image's stored embedding stays when a new one comes.
    public var momentum = 0.5
    /// Width of the embedding, and of that of each tile.
    public var output = 128
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "pirl", title: "PIRL", role: .selfSupervised(.contrastive), secondary: [.predictive],
    paper: .init(
      title: "Self-Supervised Learning of Pretext-Invariant Representations",
      authors: "Misra, van der Maaten", year: 2020, venue: "CVPR, arXiv 1912.01991"),
    learnsFrom: "Both a view of an image and its nine tiles in random order must find the image's "
      + "stored embedding among those of others: the jigsaw is not solved but seen through.",
    loss: "λ·NCE(g(tiles)) + (1 − λ)·NCE(f(view)), NCE(z) = −log h(mᵢ) − Σ_j log(1 − h(mⱼ)), "
      + "h(m) = P/(P + K/N), P = exp(z·m/τ)/Z, m stored, j of K drawn",
    needs: "A view and nine tiles an image, which cost about half of a view; images of 64 pixels "
      + "or more for tiles to show something; a memory of one embedding an image. A run that would "
      + "show each image fewer than 100 times trains on fewer images.",
    lowData: "Not in the study of Konstantakos et al. (2025). With few images an epoch is short, "
      + "and the memory is fresh.",
    recipes: [
      PublishedRecipe(
        source:
          "Misra and van der Maaten 2020, VISSL, ImageNet, ResNet-50, taken over for small images, "
          + "for which none was published",
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.03, warmUpEpochs: 0, epochs: 800,
        batch: 1024),
      PublishedRecipe(
        source: "Misra and van der Maaten 2020, VISSL, ImageNet, ResNet-50", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.03, warmUpEpochs: 0, epochs: 800,
        batch: 1024),
    ],
    revision: 2)

  /// Each image is a class.
  public static let imagesAreClasses = true

  /// The network being pretrained.
  public let backbone: Backbone
  /// f, of the whole image.
  private let projector: Linear
  /// g's part for each tile.
  private let tileProjector: Linear
  /// g's part for all tiles in a row.
  private let mixer: Linear
  /// The embedding of each image, unit vectors `[N, D]`.
  private let memory: Buffer
  /// log Z, a scalar.
  private let logNormaliser: Buffer
  private let grid: TileGrid
  private let negatives: Int
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the linear heads f and g, and a memory of random unit vectors.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (0..<1).contains(options.momentum), (0...1).contains(options.tileWeight),
      options.negatives > 0
    else {
      throw .option(
        method: "pirl",
        "momentum is \(options.momentum), tileWeight \(options.tileWeight) and negatives "
          + "\(options.negatives); give 0 or more below 1, 0 to 1, and 1 or more")
    }
    self.options = options
    backbone = context.backbone
    let features = context.backbone.features
    projector = Linear(features, options.output, random: context.random)
    tileProjector = Linear(features, options.output, random: context.random)
    mixer = Linear(TileGrid.count * options.output, options.output, random: context.random)
    memory = Buffer(context.random.normal([context.imageCount, options.output]).normalized())
    // What random unit vectors would have it; the first batch sets it.
    let spread = 1 / (2 * options.temperature * options.temperature * Double(options.output))
    logNormaliser = Buffer(.full([], log(Double(context.imageCount)) + spread))
    grid = TileGrid(imageSize: context.imageSize, patch: context.spec.patch)
    negatives = max(1, min(options.negatives, context.imageCount / 2))
  }

  /// A view, and one of more of the image that tiles are cut from.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    func group(_ scale: ClosedRange<Double>) -> ViewGroup {
      ViewGroup(
        size: imageSize,
        augmentation: Augmentation(
          crop: RandomResizedCrop(scale: scale), flip: 0.5,
          jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2),
          grayscale: 0.2))
    }
    return ViewPlan([group(0.08...1), group(0.6...1)])
  }

  /// View and tiles against the memory; then the memory takes the views in.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let whole = projector(h).to(.float32).normalized()
    let puzzle = embeddedTiles(of: views.images[1], progress).to(.float32).normalized()
    let count = memory.value.size(0)
    func scores(_ z: Tensor, _ purpose: String) -> Tensor {
      let others = progress.random(purpose).integers([z.size(0), negatives], in: 0..<count)
      return memoryScores(
        z, memory: memory.value, members: views.members, negatives: others.to(z.device),
        temperature: options.temperature)
    }
    let (ofTiles, ofWhole) = (scores(puzzle, "tile negatives"), scores(whole, "negatives"))
    if progress.step == 0 {
      logNormaliser.value = withoutGradient {
        ofTiles.exp().mean().log() + log(Double(count))
      }
    }
    let losses = [ofTiles, ofWhole].map {
      noiseContrastiveLoss($0, logNormaliser: logNormaliser.value, images: count)
    }
    memory.remember(whole.detached(), views.members, momentum: options.momentum)
    return PretextLoss(
      options.tileWeight * losses[0] + (1 - options.tileWeight) * losses[1], features: h,
      diagnostics: [("tiles", losses[0].detached()), ("whole", losses[1].detached())])
  }

  /// g: the tiles' embeddings one after the other, in an order of each image's own.
  private func embeddedTiles(of images: Tensor, _ progress: StepProgress) -> Tensor {
    let count = images.size(0)
    let tiles = grid.tiles(of: images, random: progress.random("tiles"))
    let z = tileProjector(backbone(tiles)).reshaped(TileGrid.count, count, options.output)
    let order = progress.random("order").uniform([count, TileGrid.count]).sorted(along: 1).indices
    return mixer(z.transposed(0, 1).gatheredTokens(order.to(images.device)).reshaped(count, -1))
  }
}

/// How much embeddings look like their own image's stored one, first, and those of others:
/// `[B, 1 + K]`, cosines over τ.
/// - Parameters:
///   - z: unit vectors `[B, D]`.
///   - memory: the stored embeddings, unit vectors `[N, D]`, without gradients.
///   - members: which row of the memory each is, `int64` `[B]`.
///   - negatives: the rows drawn for each, `int64` `[B, K]`.
public func memoryScores(
  _ z: Tensor, memory: Tensor, members: Tensor, negatives: Tensor, temperature: Double
) -> Tensor {
  withoutAutocast(on: z.device) {
    let all = z.to(.float32).matmul(memory.transposed()) / temperature
    return all.gathered(concatenated([members.unsqueezed(1), negatives], along: 1), along: 1)
  }
}

/// Noise-contrastive estimation (Wu et al. 2018, eq. 5 to 7; Misra and van der Maaten 2020, eq. 3
/// and 4, as VISSL computes them): each image's own score is told from K drawn ones, each of which
/// noise gives as often as 1/N. Averaged over images, summed over what was drawn.
/// - Parameters:
///   - scores: `[B, 1 + K]`, one's own first.
///   - logNormaliser: log Z, a scalar: what turns exp(score) into a probability.
///   - images: N.
public func noiseContrastiveLoss(_ scores: Tensor, logNormaliser: Tensor, images: Int) -> Tensor {
  let drawn = scores.size(1) - 1
  // log P − log K/N: how much likelier the score is under the model than under noise.
  let odds = scores.to(.float32) - logNormaliser - log(Double(drawn) / Double(images))
  let own = (-odds.sliced(0..<1, along: 1)).softplus()
  let others = odds.sliced(1..<(1 + drawn), along: 1).softplus()
  return (own.sum() + others.sum()) / Double(scores.size(0))
}
