public import Augment
public import Backbones
public import Torch
public import TorchNN

/// PMSN: "The Hidden Uniform Cluster Prior in Self-Supervised Learning", Assran, Balestriero, Duval,
/// Bordes, Misra, Bojanowski, Vincent, Rabbat and Ballas, ICLR 2023 (arXiv 2210.07277), section 5: MSN
/// whose prototypes need not be used evenly.
public final class PMSN: Module, PretextTask, Prototyped {
  /// Hyper-parameters; defaults are MSN's, with lightly's prior.
  public struct Options: MethodOptions {
    /// How unevenly the prototypes are to be used: the k-th in proportion to k to the power of minus
    /// this; 0 is evenly.
    public var powerLaw = 0.25
    /// τ of the assignments.
    public var temperature = 0.1
    /// T that the targets' assignments are sharpened by.
    public var sharpening = 0.25
    /// λ, the weight of the mean assignment's distance from the prior.
    public var priorWeight = 1.0
    /// The share of the patches that the anchor network does not see of its large view.
    public var maskRatio = 0.15
    /// Prototypes; at most a tenth of the images.
    public var prototypes = 1024
    /// The target network's momentum at the beginning; it ends at 1.
    public var momentum = 0.996
    /// Width of the projector's hidden layers.
    public var hidden = 2048
    /// Width of the embedding.
    public var output = 256
    /// Small crops of each image, which the anchor network sees whole; the recipe for large images
    /// takes 10.
    public var locals = 0
    /// Whether half of the views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "pmsn", title: "PMSN", role: .selfSupervised(.clustering),
    secondary: [.selfDistillation],
    paper: .init(
      title: "The Hidden Uniform Cluster Prior in Self-Supervised Learning",
      authors: "Assran, Balestriero, Duval et al.", year: 2023, venue: "ICLR, arXiv 2210.07277"),
    learnsFrom: "MSN's task, except that on average prototypes are used by a power law, as classes "
      + "are in images that nobody balanced.",
    loss: "−Σ_k Sinkhorn(sharpen(p⁺))_k · log p_k + λ KL(π ‖ p̄), π_k ∝ k^−a",
    backbones: [.vit],
    needs: "A ViT; batches of 64 or more, over which prototypes are shared; a second copy of the "
      + "network.",
    lowData: "Not in the study of Konstantakos et al. (2025). For images whose classes are "
      + "unbalanced; on balanced ones MSN is better (Assran et al. 2023).",
    recipes: [
      PublishedRecipe(
        source: "lightly, Imagenette at 128 pixels, ViT-S/16; none is published for smaller images",
        optimizer: .adamW(beta2: 0.95, weightDecay: 0.05), learningRate: 1.5e-4, warmUpEpochs: 15,
        epochs: 200, batch: 256),
      PublishedRecipe(
        source: "Assran et al. 2022 for MSN, code, ImageNet, ViT-S/16", images: .large,
        optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.4, learningRate: 2.5e-4,
        warmUpEpochs: 15, epochs: 800, batch: 1024, clip: 3,
        options: ["locals": .number(10), "blur": .bool(true)]),
    ],
    revision: 1)

  private let networks: MaskedSiamese
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, prototypes and target network.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    networks = try MaskedSiamese(
      .init(
        method: "pmsn", maskRatio: options.maskRatio, prototypes: options.prototypes,
        hidden: options.hidden, output: options.output), context)
  }

  /// The networks' state goes by the names that it has in every method.
  public override var stateNames: [String: String] { ["networks": ""] }

  /// The anchor network.
  public var backbone: Backbone { networks.backbone }

  /// The target network, which the paper evaluates.
  public var pretrained: Backbone { networks.teacher.backbone }

  /// Two large crops, the first for the target network, and small ones.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    MaskedSiamese.views(imageSize: imageSize, locals: options.locals, blur: options.blur)
  }

  /// The patches of the second large crop that the anchor network does not see.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    MaskedSiamese.hidden(maskRatio: options.maskRatio, in: view)
  }

  /// The anchors' assignments against the target's, and their mean against the prior.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (anchors, targets, features, partners) = networks.embeddings(views, progress)
    let value = prototypeMatchingLoss(
      anchors: anchors, targets: targets, prototypes: networks.prototypes.value,
      temperature: options.temperature, sharpening: options.sharpening,
      weight: options.priorWeight
    ) { powerLawDivergence($0, exponent: options.powerLaw) }
    return PretextLoss(value, features: features, partners: partners)
  }

  /// Cosines of the target network's embeddings with the prototypes.
  public func prototypeScores(of images: Tensor) -> Tensor {
    cosines(networks.teacher(images), networks.prototypes.value)
  }

  /// Moves the target network.
  public func afterStep(_ progress: StepProgress) {
    networks.teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}
