public import Augment
public import Backbones
import Torch
public import TorchNN

/// Jigsaw: "Unsupervised Learning of Visual Representations by Solving Jigsaw Puzzles", Noroozi and
/// Favaro, ECCV 2016 (arXiv 1603.09246), section 3.
public final class Jigsaw: Module, PretextTask {
  /// Hyper-parameters; defaults are VISSL's, but for fewer orders.
  public struct Options: MethodOptions {
    /// Orders of the tiles to be told apart. The paper has 1000 and VISSL 2000; 100 is the least of
    /// those that Goyal et al. (2019, arXiv 1905.01235) compare.
    public var permutations = 100
    /// Orders that each image is shown in in a step, 1 in the paper. Tiles are embedded one by one,
    /// so that more cost little, and with few images steady the gradients.
    public var orders = 16
    /// Width of each tile's embedding.
    public var hidden = 1000
    /// Whether every tile is brought to mean 0 and deviation 1, so that its brightness does not
    /// tell its neighbours, as in the paper.
    public var standardises = true
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "jigsaw", title: "Jigsaw", role: .selfSupervised(.predictive),
    paper: .init(
      title: "Unsupervised Learning of Visual Representations by Solving Jigsaw Puzzles",
      authors: "Noroozi, Favaro", year: 2016, venue: "ECCV, arXiv 1603.09246"),
    learnsFrom: "In which of some hundred orders the nine tiles of an image were laid out, which "
      + "takes knowing how the parts of things lie to each other.",
    loss: "cross-entropy(W·[g(h(tile π(1))), …, g(h(tile π(9)))], π)",
    needs: "Images of 64 pixels or more: a tile is a quarter as high and wide, and of 32 pixels "
      + "there remain 7. Nine tiles an image cost about half of a whole view.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source:
          "VISSL, ImageNet, ResNet-50 (rate drops replaced by a cosine), taken over for small "
          + "images, for which none was published",
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 5, epochs: 105,
        batch: 256),
      PublishedRecipe(
        source: "VISSL, ImageNet, ResNet-50 (rate drops replaced by a cosine)", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 5, epochs: 105,
        batch: 256, options: ["permutations": .number(2000), "orders": .number(1)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let embedding: Sequential
  private let head: Linear
  /// One row an order, `int64` `[K, 9]`.
  private let orders: Buffer
  private let grid: TileGrid
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds an embedding of tiles and a classifier of their orders.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (2...10_000).contains(options.permutations), options.orders > 0 else {
      throw .option(
        method: "jigsaw",
        "permutations is \(options.permutations) and orders \(options.orders); give 2 to 10000 "
          + "and 1 or more")
    }
    self.options = options
    backbone = context.backbone
    embedding = Sequential([
      Linear(context.backbone.features, options.hidden, bias: false, random: context.random),
      BatchNorm(options.hidden), ReLU(),
    ])
    head = Linear(
      TileGrid.count * options.hidden, options.permutations, random: context.random)
    let permutations = JigsawPermutations.make(options.permutations)
    orders = Buffer(Tensor(permutations.flatMap { $0 }, shape: [permutations.count, 9]))
    grid = TileGrid(imageSize: context.imageSize, patch: context.spec.patch)
  }

  /// One view, flipped or not, most of them without colours.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, TileGrid.augmentation(flip: 0.5))
  }

  /// Orders of the tiles of every image. Tiles are embedded one by one, so that it is enough to lay
  /// out their embeddings.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let (count, rows) = (images.size(0), images.size(0) * options.orders)
    var tiles = grid.tiles(of: images, random: progress.random("tiles"))
    if options.standardises { tiles = standardisedTiles(tiles) }
    let h = backbone(tiles)
    let z = embedding(h).reshaped(TileGrid.count, count, options.hidden).transposed(0, 1)
    let repeated = z.unsqueezed(0).expanded(options.orders, -1, -1, -1)
      .reshaped(rows, TileGrid.count, options.hidden)
    let order = progress.random("order").integers([rows], in: 0..<options.permutations)
      .to(images.device)
    let logits = head(repeated.gatheredTokens(orders.value.rows(order)).reshaped(rows, -1))
    return withoutAutocast(on: h.device) {
      PretextLoss(
        logits.to(.float32).crossEntropy(order), features: h[0..<count],
        diagnostics: [("accuracy", (logits.argmax(along: 1) .== order).to(.float32).mean())])
    }
  }
}

/// Tiles `[N, C, H, W]` of mean 0 and deviation 1 each.
func standardisedTiles(_ tiles: Tensor) -> Tensor {
  let mean = tiles.mean(over: 1, 2, 3, keepingAxes: true)
  let variance = tiles.variance(over: 1, 2, 3, correction: 0, keepingAxes: true)
  return (tiles - mean) / (variance + 1e-6).sqrt()
}
