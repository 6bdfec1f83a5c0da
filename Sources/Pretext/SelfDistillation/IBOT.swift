public import Augment
public import Backbones
public import Torch
public import TorchNN

/// iBOT: "iBOT: Image BERT Pre-Training with Online Tokenizer", Zhou, Wei, Wang, Shen, Xie, Yuille and
/// Kong, ICLR 2022 (arXiv 2111.07832), section 3 and algorithm 1: DINO on class tokens and, with the
/// same head, on patches that are hidden from the student.
public final class IBOT: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' for ViT-S without small crops, with the momentum that
  /// their code advises for batches of 256.
  public struct Options: MethodOptions, MaskingOptions {
    /// τ of the student.
    public var studentTemperature = 0.1
    /// τ of the teacher after its warm-up.
    public var teacherTemperature = 0.07
    /// τ of the teacher at the beginning.
    public var warmUpTeacherTemperature = 0.04
    /// The share of the run in which the teacher's τ rises: 30 epochs of 800.
    public var temperatureWarmUp = 0.0375
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.9995
    /// The momentum of both centres.
    public var centreMomentum = 0.9
    /// The share of the run in which the last layer stays as it is: 1 epoch of 800.
    public var freeze = 0.00125
    /// Outputs of the head; at most a tenth of the images.
    public var prototypes = 8192
    /// Width of the head's hidden layers.
    public var hidden = 2048
    /// Width of the head's bottleneck.
    public var bottleneck = 256
    /// How often a large view has patches hidden.
    public var maskProbability = 0.5
    /// The least share of its patches that is then hidden.
    public var minimumMask = 0.1
    /// The largest share.
    public var maximumMask = 0.5
    /// The weight of the loss on patches.
    public var patchWeight = 1.0
    /// Small crops of each image, beside the two large ones; the recipe for large images takes 10.
    public var locals = 0
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "ibot", title: "iBOT", role: .selfSupervised(.selfDistillation),
    secondary: [.generative],
    paper: .init(
      title: "iBOT: Image BERT Pre-Training with Online Tokenizer",
      authors: "Zhou, Wei, Wang et al.", year: 2022, venue: "ICLR, arXiv 2111.07832"),
    learnsFrom: "DINO's task, and for patches hidden from it the student predicts how the teacher, "
      + "which sees them, distributes each over the same outputs.",
    loss: "DINO's + mean over hidden patches of −Σ softmax((t − c′)/τₜ) · log softmax(s/τₛ)",
    backbones: [.vit],
    needs: "A ViT; any batch from 64 on; a second copy of the network; long training.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has DINO and MAE, whose tasks "
      + "it joins.",
    recipes: [
      PublishedRecipe(
        source: "Zhou et al. 2022, ImageNet, ViT-S/16, at a batch of 256 and without small crops; "
          + "none is published for small images",
        optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.4, learningRate: 5e-4,
        warmUpEpochs: 10, epochs: 800, batch: 256, clip: 3),
      PublishedRecipe(
        source: "Zhou et al. 2022, code, ImageNet, ViT-S/16", images: .large,
        optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.4, learningRate: 5e-4,
        warmUpEpochs: 10, epochs: 800, batch: 1024, clip: 3,
        options: ["momentum": .number(0.996), "locals": .number(10), "blur": .bool(true)]),
    ],
    revision: 1)

  private let networks: TokenDistillation
  private let centre: Buffer
  private let patchCentre: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds head, mask token, teacher and centres.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    let outputs = context.prototypeCount(options.prototypes)
    networks = try TokenDistillation(
      method: "ibot", TokenDistillation.Masking(options), context
    ) {
      TokenHeads(
        DINOHead(
          context.backbone.features, hidden: options.hidden, bottleneck: options.bottleneck,
          output: outputs, random: context.random))
    }
    centre = Buffer(.zeros([1, outputs]))
    patchCentre = Buffer(.zeros([1, outputs]))
  }

  /// The networks' state goes by the names that it has in every method.
  public override var stateNames: [String: String] { ["networks": ""] }

  /// The student.
  public var backbone: Backbone { networks.backbone }

  /// The teacher's network, which the paper evaluates.
  public var pretrained: Backbone { networks.teacher.backbone }

  /// Two large crops and small ones, BYOL's colours.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .dino(
      size: imageSize, locals: options.locals, split: options.locals == 0 ? 0.14 : 0.25,
      blur: options.blur)
  }

  /// The patches of the large views that the student sees the mask token for.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    TokenDistillation.Masking(options).hidden(in: view)
  }

  /// DINO's loss on class tokens and the same on hidden patches.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let scores = networks.scores(views, progress, frozen: progress.share < options.freeze)
    let temperature = risingTemperature(
      from: options.warmUpTeacherTemperature, to: options.teacherTemperature,
      over: options.temperatureWarmUp, progress)
    let whole = dinoLoss(
      teacher: scores.teacher, student: scores.student, centre: centre.value,
      teacherTemperature: temperature, studentTemperature: options.studentTemperature)
    let targets = withoutGradient {
      ((scores.teacherPatches - patchCentre.value) / temperature).softmax()
    }
    let patches = hiddenPatchLoss(
      scores.studentPatches, targets: targets, weights: scores.weights,
      studentTemperature: options.studentTemperature)
    follow(centre, concatenated(scores.teacher))
    // The paper averages all patches; the hidden ones stand for them, as in DINOv2's code, which
    // spares the head most of its work.
    follow(patchCentre, scores.teacherPatches)
    return PretextLoss(
      whole + options.patchWeight * patches, features: scores.features[0],
      partners: scores.features[1],
      diagnostics: [("class_loss", whole.detached()), ("patch_loss", patches.detached())])
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    networks.teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }

  private func follow(_ centre: Buffer, _ scores: Tensor) {
    withoutGradient {
      let mean = scores.mean(over: 0, keepingAxes: true)
      centre.value = mean.lerp(to: centre.value, options.centreMomentum)
    }
  }
}
