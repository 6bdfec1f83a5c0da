public import Augment
public import Backbones
public import Torch
public import TorchNN

/// DINOv2: "DINOv2: Learning Robust Visual Features without Supervision", Oquab, Darcet, Moutakanni,
/// Vo et al., TMLR 2024 (arXiv 2304.07193), section 4: iBOT with a head of its own for patches,
/// Sinkhorn's algorithm in place of centring, and the KoLeo term.
///
/// The recipe alone: what the paper does to collect images and the last steps at high resolution are
/// left out. Its layer scale and stochastic depth, and the registers of its sequel (Darcet et al.
/// 2024), are settings of the backbone.
public final class DINOv2: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' code's for ViT-L/14, without small crops.
  public struct Options: MethodOptions, MaskingOptions {
    /// τ of the student.
    public var studentTemperature = 0.1
    /// τ of the teacher after its warm-up.
    public var teacherTemperature = 0.07
    /// τ of the teacher at the beginning.
    public var warmUpTeacherTemperature = 0.04
    /// The share of the run in which the teacher's τ rises: 30 epochs of 500.
    public var temperatureWarmUp = 0.06
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.994
    /// The share of the run in which the last layers stay as they are: 1 epoch of 500.
    public var freeze = 0.002
    /// Rounds of Sinkhorn's algorithm.
    public var iterations = 3
    /// Outputs of each head; at most a tenth of the images.
    public var prototypes = 131072
    /// Width of the heads' hidden layers.
    public var hidden = 2048
    /// Width of the class token's head's bottleneck.
    public var bottleneck = 384
    /// Width of the patches' head's bottleneck.
    public var patchBottleneck = 256
    /// How often a large view has patches hidden.
    public var maskProbability = 0.5
    /// The least share of its patches that is then hidden.
    public var minimumMask = 0.1
    /// The largest share.
    public var maximumMask = 0.5
    /// The weight of the loss on patches.
    public var patchWeight = 1.0
    /// The weight of the KoLeo term.
    public var koLeoWeight = 0.1
    /// Small crops of each image, beside the two large ones; the recipe for large images takes 8.
    public var locals = 0
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "dinov2", title: "DINOv2", role: .selfSupervised(.selfDistillation),
    secondary: [.generative],
    paper: .init(
      title: "DINOv2: Learning Robust Visual Features without Supervision",
      authors: "Oquab, Darcet, Moutakanni et al.", year: 2024, venue: "TMLR, arXiv 2304.07193"),
    learnsFrom: "iBOT's task with targets that share the outputs evenly, while the class tokens of "
      + "a batch are kept apart.",
    loss: "DINO's + iBOT's, both with Sinkhorn targets, − 0.1 · mean log distance to the nearest "
      + "other image, for each large view",
    backbones: [.vit],
    needs: "A ViT; batches of 128 or more, over which outputs are shared; a second copy of the "
      + "network; long training.",
    lowData: "The study of Konstantakos et al. (2025) has the network that its authors trained on "
      + "142 million images as a baseline, not the method on few images.",
    recipes: [
      PublishedRecipe(
        source:
          "Oquab et al. 2024, code, ViT-L/14, at a batch of 256 and without small crops; none "
          + "is published for small images",
        optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.2, learningRate: 1e-4,
        scaling: .squareRoot, warmUpEpochs: 80, epochs: 500, batch: 256, clip: 3),
      PublishedRecipe(
        source: "Oquab et al. 2024, code, ImageNet-22k, ViT-L/14; the patch projection's lower "
          + "rate is left out",
        images: .large, optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.2,
        learningRate: 1e-4, scaling: .squareRoot, warmUpEpochs: 80, epochs: 500, batch: 3072,
        clip: 3, options: ["locals": .number(8), "blur": .bool(true)]),
    ],
    revision: 1)

  private let networks: TokenDistillation
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds heads, mask token and teacher.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    let outputs = context.prototypeCount(options.prototypes)
    func head(_ bottleneck: Int) -> DINOHead {
      DINOHead(
        context.backbone.features, hidden: options.hidden, bottleneck: bottleneck, output: outputs,
        random: context.random)
    }
    networks = try TokenDistillation(
      method: "dinov2", TokenDistillation.Masking(options), context
    ) {
      TokenHeads(head(options.bottleneck), patches: head(options.patchBottleneck))
    }
  }

  /// The networks' state goes by the names that it has in every method.
  public override var stateNames: [String: String] { ["networks": ""] }

  /// The student.
  public var backbone: Backbone { networks.backbone }

  /// The teacher's network, which the paper evaluates.
  public var pretrained: Backbone { networks.teacher.backbone }

  /// Two large crops and small ones, BYOL's colours.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .dino(size: imageSize, locals: options.locals, split: 0.32, blur: options.blur)
  }

  /// The patches of the large views that the student sees the mask token for.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    TokenDistillation.Masking(options).hidden(in: view)
  }

  /// The losses on class tokens and hidden patches, and the KoLeo term of each large view.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let scores = networks.scores(views, progress, frozen: progress.share < options.freeze)
    let temperature = risingTemperature(
      from: options.warmUpTeacherTemperature, to: options.teacherTemperature,
      over: options.temperatureWarmUp, progress)
    func shared(_ scores: Tensor) -> Tensor {
      sinkhorn(scores, epsilon: temperature, iterations: options.iterations)
    }
    let value = withoutAutocast(on: scores.weights.device) {
      let codes = shared(concatenated(scores.teacher)).split(2)
      let whole = swavLoss(
        scores.student, codes: codes, temperature: options.studentTemperature)
      let patches = hiddenPatchLoss(
        scores.studentPatches, targets: shared(scores.teacherPatches), weights: scores.weights,
        studentTemperature: options.studentTemperature)
      let spread = koLeoLoss(scores.features[0]) + koLeoLoss(scores.features[1])
      return whole + options.patchWeight * patches + options.koLeoWeight * spread
    }
    return PretextLoss(value, features: scores.features[0], partners: scores.features[1])
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    networks.teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}
