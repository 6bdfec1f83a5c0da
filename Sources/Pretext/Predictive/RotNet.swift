public import Augment
public import Backbones
import Torch
public import TorchNN

/// RotNet: "Unsupervised Representation Learning by Predicting Image Rotations", Gidaris, Singh and
/// Komodakis, ICLR 2018 (arXiv 1803.07728), section 2.
public final class RotNet: Module, PretextTask {
  /// Hyper-parameters: none.
  public struct Options: MethodOptions {
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "rotnet", title: "RotNet", role: .selfSupervised(.predictive),
    paper: .init(
      title: "Unsupervised Representation Learning by Predicting Image Rotations",
      authors: "Gidaris, Singh, Komodakis", year: 2018, venue: "ICLR, arXiv 1803.07728"),
    learnsFrom:
      "By which quarter turn an image was rotated, which takes knowing what stands upright "
      + "in it.",
    loss: "cross-entropy(W·h(rotate(x, r)), r), r of 0°, 90°, 180°, 270°",
    needs: "Images with an up; each is shown four times a step. Cells, tiles and slides have none.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "Gidaris et al. 2018, CIFAR-10, section 3.1 (lr 0.1 for 128 images, rate drops "
          + "replaced by a cosine)",
        optimizer: .sgd(weightDecay: 5e-4), learningRate: 0.2, warmUpEpochs: 0, epochs: 100,
        batch: 128),
      PublishedRecipe(
        source: "Goyal et al. 2019 (arXiv 1905.01235), ImageNet", images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 5, epochs: 105,
        batch: 256),
    ],
    revision: 1)

  /// A half turn is one of its classes.
  public static let learnsOrientation = true
  /// The network being pretrained.
  public let backbone: Backbone
  private let head: Linear
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a classifier of four rotations.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    head = Linear(context.backbone.features, 4, random: context.random)
  }

  /// One mildly augmented view.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// All four rotations of every image in one batch, as the paper has it.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let (rotated, turns) = quarterTurns(of: images)
    let h = backbone(rotated)
    let logits = head(h)
    return withoutAutocast(on: h.device) {
      PretextLoss(
        logits.to(.float32).crossEntropy(turns), features: h[0..<images.size(0)],
        diagnostics: [("accuracy", (logits.argmax(along: 1) .== turns).to(.float32).mean())])
    }
  }
}

/// Square images `[N, C, S, S]` turned counter-clockwise by 0, 1, 2 and 3 quarters, `[4N, C, S, S]`,
/// and the number of quarters, `int64` `[4N]`.
func quarterTurns(of images: Tensor) -> (images: Tensor, turns: Tensor) {
  let quarter = images.transposed().flipped(2)
  let half = images.flipped(2, 3)
  let rotated = concatenated([images, quarter, half, half.transposed().flipped(2)])
  let turns = Tensor((0..<4).flatMap { Array(repeating: $0, count: images.size(0)) })
  return (rotated.channelsLast(), turns.to(images.device))
}
