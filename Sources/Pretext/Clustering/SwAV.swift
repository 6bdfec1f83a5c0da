public import Augment
public import Backbones
public import Torch
public import TorchNN

/// SwAV: "Unsupervised Learning of Visual Features by Contrasting Cluster Assignments", Caron, Misra,
/// Mairal, Goyal, Bojanowski and Joulin, NeurIPS 2020 (arXiv 2006.09882), algorithm 1.
public final class SwAV: Module, PretextTask, Prototyped {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the predictions.
    public var temperature = 0.1
    /// Prototypes; at most a tenth of the images.
    public var prototypes = 3000
    /// Smoothness of the codes, ε.
    public var epsilon = 0.05
    /// Rounds of Sinkhorn's algorithm.
    public var iterations = 3
    /// Earlier embeddings that help to make the codes; fewer where images or steps are few, none
    /// for 0.
    public var queue = 3840
    /// The share of the run after which the queue is used: epoch 50 of 1000.
    public var queueStart = 0.05
    /// The share of the run in which the prototypes stay as they are: 2 epochs of 1000.
    public var freeze = 0.002
    /// Width of the projector's hidden layer.
    public var hidden = 2048
    /// Width of the embedding.
    public var output = 128
    /// Small crops of each image, beside the two large ones. Libraries take none of images of 32
    /// pixels, of which they would show a few; the recipe for large images takes 6.
    public var locals = 0
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "swav", title: "SwAV", role: .selfSupervised(.clustering),
    paper: .init(
      title: "Unsupervised Learning of Visual Features by Contrasting Cluster Assignments",
      authors: "Caron, Misra, Mairal et al.", year: 2020, venue: "NeurIPS, arXiv 2006.09882"),
    learnsFrom: "From one view it predicts to which prototypes another view of the image was "
      + "assigned; the assignments of a batch share the prototypes evenly.",
    loss:
      "−Σ_k Sinkhorn(zᵢ·c)_k · log softmax(zⱼ·c/τ)_k, over all pairs of a large and another view",
    needs:
      "Batches of 64 or more, with a queue where they are smaller than the prototypes are many.",
    lowData: "Not in the study of Konstantakos et al. (2025), where DeepCluster-v2, its sister, is "
      + "last in most transfers.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-6),
        learningRate: 0.6, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Caron et al. 2020, ImageNet, appendix A.1, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 0.3,
        warmUpEpochs: 10, epochs: 400, batch: 4096,
        options: [
          "queueStart": .number(0.0375), "locals": .number(6), "blur": .bool(true),
        ]),
    ],
    revision: 2)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let prototypes: Linear
  private let queues: [FeatureQueue]
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, prototypes and a queue for each large view.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.output], random: context.random)
    prototypes = Linear(
      options.output, context.prototypeCount(options.prototypes), bias: false,
      random: context.random)
    queues =
      options.queue == 0
      ? []
      : (0..<2).map { _ in
        FeatureQueue(
          context.queueLength(options.queue), options.output, random: context.random)
      }
    super.init()
    prototypes.normalizeRows()
  }

  /// Two large crops and small ones, SimCLR's colours at half their strength.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    let recipe = Augmentation.simCLR(strength: 0.5, blur: options.blur)
    if options.locals == 0 { return .two(size: imageSize, recipe) }
    return .multiCrop(
      size: imageSize, locals: options.locals, split: 0.14, recipes: (recipe, recipe, recipe))
  }

  /// Every other view predicts the codes of each large one.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    var features: [Tensor] = []
    let z = perView(views.images) { images in
      let h = backbone(images)
      features.append(h)
      return projector(h).to(.float32).normalized()
    }
    let usesQueue = progress.share >= options.queueStart
    let value = withoutAutocast(on: z[0].device) {
      let scores = z.map { prototypes($0, frozen: progress.share < options.freeze) }
      let codes = (0..<2).map { view in
        let stored = usesQueue && !queues.isEmpty ? [queues[view].embeddings] : []
        let all = withoutGradient {
          concatenated([scores[view]] + stored.map { prototypes($0) })
        }
        return sinkhorn(all, epsilon: options.epsilon, iterations: options.iterations)[
          0..<views.count]
      }
      return swavLoss(scores, codes: codes, temperature: options.temperature)
    }
    for (queue, embeddings) in zip(queues, z) { queue.push(embeddings) }
    let (h0, h1) = features[0].halves()
    return PretextLoss(value, features: h0, partners: h1)
  }

  /// Cosines with the prototypes.
  public func prototypeScores(of images: Tensor) -> Tensor {
    withoutGradient { cosines(projector(backbone(images)), prototypes.weight.value) }
  }

  /// Brings the prototypes back to the unit sphere.
  public func afterStep(_ progress: StepProgress) { prototypes.normalizeRows() }
}

/// Swapped prediction (Caron et al. 2020, eq. 1 and 6): the cross-entropy of each view's prediction
/// with the codes of every large view but itself, averaged over views and images.
/// - Parameters:
///   - scores: one `[N, K]` a view, the large ones first.
///   - codes: one `[N, K]` a large view, rows of sum 1.
public func swavLoss(_ scores: [Tensor], codes: [Tensor], temperature: Double) -> Tensor {
  let predictions = scores.map { ($0 / temperature).logSoftmax() }
  let terms = codes.enumerated().flatMap { view, code in
    predictions.enumerated().filter { $0.offset != view }.map { _, prediction in
      -(code * prediction).sum(over: 1).mean()
    }
  }
  return stacked(terms).mean()
}
