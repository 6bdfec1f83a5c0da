public import Augment
public import Backbones
public import Torch
public import TorchNN

/// MSN: "Masked Siamese Networks for Label-Efficient Learning", Assran, Caron, Misra, Bojanowski,
/// Bordes, Vincent, Joulin, Rabbat and Ballas, ECCV 2022 (arXiv 2204.07141), section 3.
public final class MSN: Module, PretextTask, Prototyped {
  /// Hyper-parameters; defaults are the authors' code's for ViT-S.
  public struct Options: MethodOptions {
    /// τ of the assignments.
    public var temperature = 0.1
    /// T that the targets' assignments are sharpened by.
    public var sharpening = 0.25
    /// λ, the weight of the mean assignment's entropy.
    public var entropyWeight = 1.0
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
    name: "msn", title: "MSN", role: .selfSupervised(.clustering),
    secondary: [.selfDistillation],
    paper: .init(
      title: "Masked Siamese Networks for Label-Efficient Learning",
      authors: "Assran, Caron, Misra et al.", year: 2022, venue: "ECCV, arXiv 2204.07141"),
    learnsFrom: "From a view with patches missing it predicts to which prototypes a slowly moving "
      + "copy of the network assigns another, whole view; on average the prototypes are used "
      + "evenly.",
    loss: "−Σ_k Sinkhorn(sharpen(p⁺))_k · log p_k + λ(log K − H(p̄)), p = softmax(z·c/τ)",
    backbones: [.vit],
    needs: "A ViT; batches of 64 or more, over which prototypes are shared; a second copy of the "
      + "network.",
    lowData: "Not in the study of Konstantakos et al. (2025). The paper is about few labels, not "
      + "few images; with few images there are few prototypes.",
    recipes: [
      PublishedRecipe(
        source: "lightly, Imagenette at 128 pixels, ViT-S/16; none is published for smaller images",
        optimizer: .adamW(beta2: 0.95, weightDecay: 0.05), learningRate: 1.5e-4, warmUpEpochs: 15,
        epochs: 200, batch: 256),
      PublishedRecipe(
        source: "Assran et al. 2022, code, ImageNet, ViT-S/16", images: .large,
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
        method: "msn", maskRatio: options.maskRatio, prototypes: options.prototypes,
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

  /// The anchors' assignments against the target's, and how evenly they use the prototypes.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (anchors, targets, features, partners) = networks.embeddings(views, progress)
    let value = prototypeMatchingLoss(
      anchors: anchors, targets: targets, prototypes: networks.prototypes.value,
      temperature: options.temperature, sharpening: options.sharpening,
      weight: options.entropyWeight, penalty: entropyDeficit)
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
