public import Augment
public import Backbones
public import Torch
public import TorchNN

/// I-JEPA: "Self-Supervised Learning from Images with a Joint-Embedding Predictive Architecture",
/// Assran, Duval, Misra, Bojanowski, Vincent, Rabbat, LeCun and Ballas, CVPR 2023 (arXiv
/// 2301.08243), section 3.
///
/// The paper's transformer has no class token; here it goes with the context, and no loss reads it.
public final class IJEPA: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's for a ViT-B.
  public struct Options: MethodOptions {
    /// Rectangles to be predicted of each image.
    public var targets = 4
    /// Width of the predictor's tokens.
    public var decoderWidth = 384
    /// Blocks of the predictor: 6 for a ViT-B, 12 for larger ones.
    public var decoderDepth = 6
    /// Attention heads of the predictor.
    public var decoderHeads = 12
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.996
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "i-jepa", title: "I-JEPA", role: .selfSupervised(.generative),
    secondary: [.selfDistillation],
    paper: .init(
      title: "Self-Supervised Learning from Images with a Joint-Embedding Predictive Architecture",
      authors: "Assran, Duval, Misra et al.", year: 2023, venue: "CVPR, arXiv 2301.08243"),
    learnsFrom: "From a part of the patches it predicts what a slowly moving teacher, which sees "
      + "them all, makes of four rectangles of others: features, not pixels.",
    loss: "smooth L1(predicted, sg(standardised teacher features)), mean over four rectangles",
    backbones: [.vit],
    needs: "A ViT, with pooling=mean, since no loss reads its class token; a grid of 8 × 8 patches "
      + "or more; a second copy of the network.",
    lowData: "Not in the study of Konstantakos et al. (2025). Unlike two views of one recipe it "
      + "assumes nothing of which colours and crops mean the same.",
    recipes: [
      PublishedRecipe(
        source: "I-JEPA's published configuration, ImageNet (1e-3 for a batch of 2048), taken over "
          + "for small images, for which none was published", optimizer: .adamW(weightDecay: 0.04),
        finalWeightDecay: 0.4, learningRate: 1.25e-4, warmUpEpochs: 40, epochs: 300, batch: 2048),
      PublishedRecipe(
        source: "I-JEPA's published configuration, ImageNet, ViT-H/14 (1e-3 for a batch of 2048)",
        images: .large, optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.4,
        learningRate: 1.25e-4, warmUpEpochs: 40, epochs: 300, batch: 2048,
        options: ["decoderDepth": .number(12)]),
    ],
    revision: 1)

  /// The context encoder.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let predictor: TokenDecoder
  private let teacher: Teacher
  private let target: Unowned<VisionTransformer>
  private let side: Int
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds predictor and teacher. Positions are fixed sines and cosines.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "i-jepa")
    guard options.targets > 0 else {
      throw .option(method: "i-jepa", "targets is \(options.targets); give 1 or more")
    }
    try TokenDecoder.check(
      width: options.decoderWidth, heads: options.decoderHeads, method: "i-jepa")
    self.options = options
    backbone = vit
    encoder = Unowned(vit)
    side = context.spec.imageSize / vit.patch
    vit.useSineCosinePositions()
    predictor = TokenDecoder(
      vit.features, width: options.decoderWidth, depth: options.decoderDepth,
      heads: options.decoderHeads, output: vit.features, side: side, random: context.random)
    teacher = Teacher(context, following: Sequential([]), head: Sequential([]))
    target = Unowned(teacher.backbone(like: vit))
  }

  /// The teacher's network, which the paper evaluates.
  public var pretrained: Backbone { teacher.backbone }

  /// One crop of three tenths or more, not flipped.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, Augmentation(crop: RandomResizedCrop(scale: 0.3...1)))
  }

  /// The patches that the encoder does not see: those to be predicted, and some around.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    let mask = JEPAMask(
      count: view.count, side: view.side, targets: max(1, options.targets), random: view.random,
      device: .cpu)
    let seen = mask.context.ints
    let length = mask.context.size(1)
    let rows = (0..<view.count).flatMap { image in
      let context = Set(seen[image * length..<(image + 1) * length])
      return (0..<view.side * view.side).map { !context.contains($0) }
    }
    return view.map(Tensor(rows, shape: [view.count, view.side * view.side]))
  }

  /// The distance of the predicted rectangles from the teacher's.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let vit = encoder.module
    let mask = JEPAMask(
      count: images.size(0), side: side, targets: options.targets,
      random: progress.random("mask"), device: images.device)
    let features = withoutGradient { vit.patchTokens(of: target.module.tokens(images)) }
    let seen = vit.embed(images).gatheredTokens(mask.context)
    let encoded = vit.patchTokens(of: vit.encode(vit.withClassToken(seen)))
    let predicted = predict(encoded, mask)
    let value = iJEPALoss(
      predicted, features.gatheredTokens(mask.targets.flattened(from: 1)))
    return PretextLoss(value, features: encoded.mean(over: 1))
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }

  /// Features of all targets `[N, targets · M, D]`, each rectangle predicted by itself from the
  /// context's `[N, K, D]`.
  private func predict(_ context: Tensor, _ mask: JEPAMask) -> Tensor {
    let (count, blocks, size) = (mask.targets.size(0), mask.targets.size(1), mask.targets.size(2))
    let known = predictor.embedded(context) + predictor.positions(at: mask.context)
    let repeated = known.unsqueezed(1).expanded(-1, blocks, -1, -1)
      .reshaped(count * blocks, known.size(1), known.size(2))
    let asked =
      predictor.maskToken.value + predictor.positions(at: mask.targets.reshaped(-1, size))
    return predictor(
      concatenated([repeated, asked.to(repeated.dtype)], along: 1), known: known.size(1)
    ).reshaped(count, blocks * size, -1)
  }
}

/// I-JEPA's loss as the authors' code has it: the smooth L1 distance (the paper writes the squared
/// one) from the teacher's features, each token's standardised, averaged over all numbers.
/// - Parameters:
///   - predicted: `[N, K, D]`.
///   - target: the teacher's features of the same patches, standardised in here; no gradients flow
///     to them.
public func iJEPALoss(_ predicted: Tensor, _ target: Tensor) -> Tensor {
  withoutAutocast(on: predicted.device) {
    let target = target.detached().to(.float32)
    let standardised = target.layerNorm([target.size(-1)])
    return smoothL1(predicted.to(.float32) - standardised, beta: 1).mean()
  }
}
