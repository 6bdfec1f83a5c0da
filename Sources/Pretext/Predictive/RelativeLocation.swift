public import Augment
public import Backbones
import Torch
public import TorchNN

/// Relative patch location: "Unsupervised Visual Representation Learning by Context Prediction",
/// Doersch, Gupta and Efros, ICCV 2015 (arXiv 1505.05192), section 3.
///
/// Pairs, tiles and head are as in MMSelfSup: the middle of nine tiles is paired with each of the
/// others. The paper draws pairs from a larger grid and leaves half a tile between them.
public final class RelativeLocation: Module, PretextTask {
  /// Hyper-parameters; defaults are MMSelfSup's.
  public struct Options: MethodOptions {
    /// Width of the layer that both tiles meet in.
    public var hidden = 4096
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "relative-location", title: "Relative patch location",
    role: .selfSupervised(.predictive),
    paper: .init(
      title: "Unsupervised Visual Representation Learning by Context Prediction",
      authors: "Doersch, Gupta, Efros", year: 2015, venue: "ICCV, arXiv 1505.05192"),
    learnsFrom: "On which of eight sides of one tile of an image another one lies, which takes "
      + "knowing the things that both are parts of.",
    loss: "cross-entropy(W·relu(V·[h(middle), h(other)]), side), the eight sides of each image",
    needs: "Images of 64 pixels or more: a tile is a quarter as high and wide, and of 32 pixels "
      + "there remain 7. Nine tiles an image cost about half of a whole view.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "MMSelfSup, ImageNet, ResNet-50 (lr 0.2 for 512 images, rate drops replaced by a "
          + "cosine), taken over for small images, for which none was published",
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 5, epochs: 70,
        batch: 512),
      PublishedRecipe(
        source: "MMSelfSup, ImageNet, ResNet-50 (lr 0.2 for 512 images, rate drops replaced by a "
          + "cosine)", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 5, epochs: 70,
        batch: 512),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let head: Sequential
  private let grid: TileGrid
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a classifier of eight sides.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    head = ProjectionHead.perceptron(
      [2 * context.backbone.features, options.hidden, 8], random: context.random)
    grid = TileGrid(imageSize: context.imageSize, patch: context.spec.patch)
  }

  /// One view, not flipped, most of them without colours.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, TileGrid.augmentation(flip: 0))
  }

  /// The middle tile of every image with each of the eight around it.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let h = backbone(grid.tiles(of: images, random: progress.random("tiles")))
    let tiles = h.split(TileGrid.count)
    let (pairs, sides) = tilePairs(tiles)
    let logits = head(pairs)
    return withoutAutocast(on: h.device) {
      PretextLoss(
        logits.to(.float32).crossEntropy(sides), features: tiles[4], partners: tiles[0],
        diagnostics: [("accuracy", (logits.argmax(along: 1) .== sides).to(.float32).mean())])
    }
  }
}

/// The features of the middle of nine tiles, `[N, D]` each, next to those of each other one,
/// `[8 · N, 2 · D]`, and which one it is, `int64` `[8 · N]`: 0 for the top left, then row by row.
func tilePairs(_ tiles: [Tensor]) -> (pairs: Tensor, sides: Tensor) {
  let middle = tiles.count / 2
  let others = tiles.indices.filter { $0 != middle }
  let pairs = others.map { concatenated([tiles[middle], tiles[$0]], along: 1) }
  let sides = others.indices.flatMap { Array(repeating: $0, count: tiles[middle].size(0)) }
  return (concatenated(pairs), Tensor(sides).to(tiles[middle].device))
}
