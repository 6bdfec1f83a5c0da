public import Augment
public import Backbones
public import Torch
public import TorchNN

/// data2vec: "data2vec: A General Framework for Self-supervised Learning in Speech, Vision and
/// Language", Baevski, Hsu, Xu, Babu, Gu and Auli, ICML 2022 (arXiv 2202.03555), section 3, for
/// images.
///
/// Targets are the outputs of the teacher's blocks, as in the authors' commands for images.
public final class Data2Vec: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's for images.
  public struct Options: MethodOptions {
    /// The share of the patches that is hidden.
    public var maskRatio = 0.6
    /// Blocks of the teacher, from the last, whose outputs are averaged; K in the paper.
    public var layers = 6
    /// Below which distance the loss is a parabola, β in the paper.
    public var beta = 2.0
    /// The teacher's momentum at the beginning.
    public var momentum = 0.999
    /// Its momentum at the end. The paper has it throughout the 500,000 steps of its images, and
    /// for speech and text begins at 0.999.
    public var finalMomentum = 0.9998
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "data2vec", title: "data2vec", role: .selfSupervised(.generative),
    secondary: [.selfDistillation],
    paper: .init(
      title: "data2vec: A General Framework for Self-supervised Learning in Speech, Vision and "
        + "Language", authors: "Baevski, Hsu, Xu et al.", year: 2022,
      venue: "ICML, arXiv 2202.03555"),
    learnsFrom: "Blocks of patches are replaced by a mask token; at their places the student tells "
      + "what the last layers of a slowly moving teacher, which sees the whole image, "
      + "make of them.",
    loss: "smooth L1(W·f(masked)ₜ, sg(mean of K standardised teacher layers)ₜ), t masked",
    backbones: [.vit],
    needs: "A ViT, with pooling=mean, since no loss reads its class token; a second copy of the "
      + "network; long training.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source:
          "data2vec's published command, ImageNet, ViT-B/16 (2e-3 for a batch of 2048), taken "
          + "over for small images, for which none was published",
        optimizer: .adamW(weightDecay: 0.05), learningRate: 2.5e-4, warmUpEpochs: 10, epochs: 800,
        batch: 2048, clip: 3),
      PublishedRecipe(
        source: "data2vec's published command, ImageNet, ViT-B/16 (2e-3 for a batch of 2048)",
        images: .large, optimizer: .adamW(weightDecay: 0.05), learningRate: 2.5e-4,
        warmUpEpochs: 10, epochs: 800, batch: 2048, clip: 3,
        options: ["momentum": .number(0.9998)]),
    ],
    revision: 1)

  /// The student.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let maskToken: Parameter
  private let head: Linear
  private let teacher: Teacher
  private let target: Unowned<VisionTransformer>
  private let side: Int
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the mask token, the linear head and the teacher.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "data2vec")
    guard (0.01...0.99).contains(options.maskRatio), options.layers > 0, options.beta > 0 else {
      throw .option(
        method: "data2vec",
        "maskRatio is \(options.maskRatio), layers \(options.layers) and beta \(options.beta); "
          + "give 0.01 to 0.99, 1 or more and above 0")
    }
    self.options = options
    backbone = vit
    encoder = Unowned(vit)
    side = context.spec.imageSize / vit.patch
    maskToken = Parameter(context.random.normal([1, 1, vit.features], deviation: 0.02))
    head = Linear(
      vit.features, vit.features, initialisation: .narrowNormal, random: context.random)
    teacher = Teacher(context, following: Sequential([]), head: Sequential([]))
    target = Unowned(teacher.backbone(like: vit))
  }

  /// One view, cropped and flipped, its colours changed a little.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(
      size: imageSize,
      Augmentation(
        crop: RandomResizedCrop(), flip: 0.5,
        jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0)))
  }

  /// The patches that the network sees the mask token for.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    let mask = PatchMask.blocks(
      count: view.count, side: view.side, ratio: options.maskRatio, random: view.random,
      device: .cpu)
    return view.map(mask.isHidden)
  }

  /// The distance of the student's predictions from the teacher's layers at hidden places.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let mask = PatchMask.blocks(
      count: images.size(0), side: side, ratio: options.maskRatio,
      random: progress.random("mask"), device: images.device)
    let layers = withoutGradient {
      let vit = target.module
      return vit.blockOutputs(vit.withClassToken(vit.embed(images)), last: options.layers)
        .map { vit.patchTokens(of: $0) }
    }
    let vit = encoder.module
    let encoded = vit.patchTokens(of: mask.encoded(images, by: vit, token: maskToken.value))
    let predicted = head(encoded)
    let value = data2VecLoss(predicted, layers, hidden: mask.hidden, beta: options.beta)
    return PretextLoss(value, features: encoded.mean(over: 1))
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(
      momentum: teacherMomentum(from: options.momentum, to: options.finalMomentum, progress))
  }
}

/// data2vec's loss (Baevski et al. 2022, eq. 2): the smooth L1 distance from the average of the
/// teacher's layers, each token of each layer standardised, averaged over hidden patches. As in the
/// authors' commands for images the average is standardised once more.
/// - Parameters:
///   - predicted: `[N, T, D]`.
///   - layers: the teacher's, `[N, T, D]` each; no gradients flow to them.
///   - hidden: `[N, T, 1]`, 1 where a patch was hidden and 0 elsewhere.
public func data2VecLoss(
  _ predicted: Tensor, _ layers: [Tensor], hidden: Tensor, beta: Double
) -> Tensor {
  withoutAutocast(on: predicted.device) {
    let shape = [predicted.size(-1)]
    let standardised = layers.map { $0.detached().to(.float32).layerNorm(shape) }
    let target = stacked(standardised).mean(over: 0).layerNorm(shape)
    return maskedMean(
      smoothL1(predicted.to(.float32) - target, beta: beta), hidden: hidden)
  }
}
