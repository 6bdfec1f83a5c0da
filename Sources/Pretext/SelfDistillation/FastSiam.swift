public import Augment
public import Backbones
public import Torch
public import TorchNN

/// FastSiam: "FastSiam: Resource-Efficient Self-supervised Learning on a Single GPU", Pototzky, Sultan
/// and Schmidt-Thieme, GCPR 2022: SimSiam with a target that is the mean of several views.
///
/// Every view predicts the mean of the others, as lightly has it.
public final class FastSiam: Module, PretextTask {
  /// Hyper-parameters; the network's are SimSiam's, the number of views is lightly's.
  public struct Options: MethodOptions {
    /// Views of each image: one that predicts and the others, whose mean is its target.
    public var views = 4
    /// Width of the projector's layers.
    public var width = 2048
    /// Width of the predictor's hidden layer.
    public var bottleneck = 512
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "fastsiam", title: "FastSiam", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "FastSiam: Resource-Efficient Self-supervised Learning on a Single GPU",
      authors: "Pototzky, Sultan, Schmidt-Thieme", year: 2022, venue: "GCPR, LNCS 13485"),
    learnsFrom: "From one view it predicts the mean of its own embeddings of the others, through "
      + "which no gradient flows; the mean is a steadier target than one view.",
    loss: "−cos(q(zᵢ), sg(mean_{j≠i} zⱼ)), averaged over the views",
    needs: "Batches of 32 do, as the paper intends; one network, but four views an image.",
    lowData: "Not in the study of Konstantakos et al. (2025). A steadier target helps where steps "
      + "are few; small networks collapse as SimSiam's do: mind the effective rank.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn's for SimSiam, CIFAR-10, ResNet-18; FastSiam has none for small images",
        optimizer: .sgd(weightDecay: 1e-5), learningRate: 0.5, warmUpEpochs: 10, epochs: 1000,
        batch: 256),
      PublishedRecipe(
        source: "lightly, Imagenette at 128 pixels, ResNet-18; its rate does not follow the batch",
        images: .large, optimizer: .sgd(weightDecay: 5e-4), learningRate: 0.06, warmUpEpochs: 0,
        epochs: 200, batch: 256, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector and the predictor.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.views >= 2 else {
      throw .option(method: "fastsiam", "views is \(options.views); give at least 2")
    }
    self.options = options
    backbone = context.backbone
    let width = options.width
    projector = ProjectionHead.perceptron(
      [context.backbone.features, width, width, width], normalisesOutput: true,
      random: context.random)
    predictor = ProjectionHead.perceptron(
      [width, options.bottleneck, width], random: context.random)
  }

  /// Views of SimCLR's recipe at half its strength of colour.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .several(options.views, size: imageSize, .simCLR(strength: 0.5, blur: options.blur))
  }

  /// Each view's prediction against the mean of the others' embeddings.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let p = z.map { predictor($0) }
    return PretextLoss(
      fastSiamLoss(predictions: p, embeddings: z), features: h[0], partners: h[1])
  }
}

/// FastSiam's loss: −cos of each view's prediction and the mean of the other views' embeddings, which
/// no gradient flows to, averaged over views and images.
/// - Parameters:
///   - predictions: one `[N, D]` a view, at least two.
///   - embeddings: one `[N, D]` a view, in the same order; their mean is taken as they are and
///     normalised after.
public func fastSiamLoss(predictions: [Tensor], embeddings: [Tensor]) -> Tensor {
  withoutAutocast(on: predictions[0].device) {
    let z = embeddings.map { $0.detached().to(.float32) }
    let sum = stacked(z).sum(over: 0)
    let others = Double(z.count - 1)
    return stacked(zip(predictions, z).map { simSiamLoss($0, (sum - $1) / others) }).mean()
  }
}
