public import Augment
public import Backbones
import Torch
public import TorchNN

/// Exemplar-CNN: "Discriminative Unsupervised Feature Learning with Convolutional Neural Networks",
/// Dosovitskiy, Springenberg, Riedmiller and Brox, NeurIPS 2014 (arXiv 1406.6909), section 2.
///
/// The paper's surrogate classes are patches of 32 pixels from places with contrast; here they are
/// the images. Its rotations and changes along the principal colours are not among the views'
/// changes.
public final class ExemplarCNN: Module, PretextTask {
  /// Hyper-parameters.
  public struct Options: MethodOptions {
    /// How far brightness, contrast and saturation may change; the paper multiplies by 0.7 to 1.4.
    public var jitter = 0.4
    /// How far hue may turn; the paper adds up to 0.1.
    public var hue = 0.1
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "exemplar-cnn", title: "Exemplar-CNN", role: .selfSupervised(.predictive),
    paper: .init(
      title: "Discriminative Unsupervised Feature Learning with Convolutional Neural Networks",
      authors: "Dosovitskiy, Springenberg, Riedmiller, Brox", year: 2014,
      venue: "NeurIPS, arXiv 1406.6909"),
    learnsFrom: "Every image is a class of its own, which must be recognised from crops of it in "
      + "changed colours.",
    loss: "cross-entropy(W·h(view), number of the image)",
    needs:
      "Any batch; a classifier with a row for each image. A run that would show each image fewer "
      + "than 100 times trains on fewer images.",
    lowData: "Made for few images: the paper trains on 50 to 32,000, is best with about 8,000 and "
      + "no better with more, when images begin to resemble each other. Not in the study of "
      + "Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "Dosovitskiy et al. 2014, patches of 32 pixels (lr 0.01, rate drops replaced by a "
          + "cosine; batch, epochs and weight decay are RotNet's, for the paper has none)",
        optimizer: .sgd(weightDecay: 5e-4), learningRate: 0.02, warmUpEpochs: 0, epochs: 100,
        batch: 128),
      PublishedRecipe(
        source: "Kolesnikov et al. 2019 (arXiv 1901.09005), ImageNet, whose Exemplar compares in "
          + "triplets (rate drops replaced by a cosine; weight decay as usual there)",
        images: .large,
        optimizer: .sgd(weightDecay: 1e-4), learningRate: 0.1, warmUpEpochs: 5, epochs: 35,
        batch: 256),
    ],
    revision: 2)

  /// Each image is a class.
  public static let imagesAreClasses = true

  /// The network being pretrained.
  public let backbone: Backbone
  private let head: Linear
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a classifier of all images.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    head = Linear(context.backbone.features, context.imageCount, random: context.random)
  }

  /// One view, enlarged up to 1.4 times, in changed colours.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(
      size: imageSize,
      Augmentation(
        crop: RandomResizedCrop(scale: 0.5...1, ratio: 1...1), flip: 0.5,
        jitter: ColorJitter(
          brightness: options.jitter, contrast: options.jitter, saturation: options.jitter,
          hue: options.hue)))
  }

  /// The cross-entropy of the images' own numbers.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let logits = head(h)
    return withoutAutocast(on: h.device) {
      PretextLoss(
        logits.to(.float32).crossEntropy(views.members), features: h,
        diagnostics: [
          ("accuracy", (logits.argmax(along: 1) .== views.members).to(.float32).mean())
        ])
    }
  }
}
