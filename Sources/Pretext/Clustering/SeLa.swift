public import Augment
public import Backbones
public import Torch
public import TorchNN

/// SeLa: "Self-labelling via Simultaneous Clustering and Representation Learning", Asano, Rupprecht
/// and Vedaldi, ICLR 2020 (arXiv 1911.05371), section 3.
///
/// Images are labelled from the images themselves, where the authors' code takes their views. Its
/// ImageNet script labels all heads at a time and its CIFAR script one head after the other; this
/// labels all.
public final class SeLa: Module, PretextTask, Prototyped {
  /// Hyper-parameters; defaults are those of the authors' CIFAR script, but for λ.
  public struct Options: MethodOptions {
    /// λ, how closely the labels follow the predictions: the paper's. The authors' CIFAR code has
    /// 10.
    public var lambda = 25.0
    /// Clusters of each head; at most a tenth of the images.
    public var prototypes = 128
    /// Clusterings that are predicted side by side.
    public var heads = 10
    /// How often in the run all images are labelled anew, at most once before each epoch. In 400
    /// epochs the CIFAR script labels each of its ten heads 40 times.
    public var labelings = 40
    /// The published defaults.
    public init() {}
  }

  /// Labels are looked up by image.
  public static let looksImagesUp = true

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "sela", title: "SeLa", role: .selfSupervised(.clustering),
    paper: .init(
      title: "Self-labelling via Simultaneous Clustering and Representation Learning",
      authors: "Asano, Rupprecht, Vedaldi", year: 2020, venue: "ICLR, arXiv 1911.05371"),
    learnsFrom: "Labels that it gives to all images itself, from time to time: those that it would "
      + "predict, if each label had to be given equally often.",
    loss: "cross-entropy(W·h, label of the image), mean over heads; labels = argmax "
      + "diag(r)·P^λ·diag(c)",
    needs: "One view an image; any batch; several epochs. Labelling takes a pass over all images, "
      + "and images × clusters numbers in double precision.",
    lowData: "Not in the study of Konstantakos et al. (2025), where DeepCluster-v2 stands for this "
      + "family. With few images there are few clusters.",
    recipes: [
      PublishedRecipe(
        source: "Asano et al. 2020, the authors' code, CIFAR-10 at 224 pixels, AlexNet (lr 0.03 "
          + "for 128 images, rate drops replaced by a cosine)",
        optimizer: .sgd(weightDecay: 5e-4), learningRate: 0.06, warmUpEpochs: 0, epochs: 400,
        batch: 128),
      PublishedRecipe(
        source: "Asano et al. 2020, the authors' code, ImageNet, ResNet-50 (rate drops replaced by "
          + "a cosine)",
        images: .large, optimizer: .sgd(weightDecay: 1e-5), learningRate: 0.05, warmUpEpochs: 0,
        epochs: 400, batch: 256,
        options: ["prototypes": .number(3000), "labelings": .number(100)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let classifiers: [Linear]
  /// The label of each image in each head, `[heads, N]`.
  private let labels: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a linear classifier for each head, and room for labels.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.heads > 0, options.labelings > 0, options.lambda > 0 else {
      throw .option(
        method: "sela",
        "heads is \(options.heads), labelings \(options.labelings) and lambda \(options.lambda); "
          + "give more than 0")
    }
    self.options = options
    backbone = context.backbone
    let clusters = context.prototypeCount(options.prototypes)
    classifiers = (0..<options.heads).map { _ in
      Linear(context.backbone.features, clusters, random: context.random)
    }
    labels = Buffer(.zeros([options.heads, context.imageCount], dtype: .int64))
  }

  /// One view: a crop of at least a fifth, colours, grayscale, a flip.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, .instance)
  }

  /// Labels all images, where it is time to.
  public func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass) {
    guard isDue(progress) else { return }
    let h = pass { backbone($0) }
    withoutGradient {
      labels.value = stacked(
        classifiers.map { selfLabels($0(h.to(.float32)), lambda: options.lambda) })
    }
  }

  /// Whether the epoch that begins is the first, or the first of another of the run's equal parts.
  private func isDue(_ progress: StepProgress) -> Bool {
    func part(_ step: Int) -> Int { step * options.labelings / max(1, progress.steps) }
    return progress.epoch == 0
      || part(progress.step) > part(max(0, progress.step - progress.stepsPerEpoch))
  }

  /// The cross-entropy of every head's prediction with its label.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = backbone(views.images[0])
    let scores = stacked(classifiers.map { $0(h) })
    let targets = labels.value.rows(views.members, along: 1)
    let value = withoutAutocast(on: h.device) {
      clusterLoss(scores.to(.float32), targets, temperature: 1)
    }
    return PretextLoss(value, features: h)
  }

  /// The scores of the first head's labels.
  public func prototypeScores(of images: Tensor) -> Tensor {
    withoutGradient { classifiers[0](backbone(images)).to(.float32) }
  }
}
