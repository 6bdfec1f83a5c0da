public import Augment
public import Backbones
import Torch
public import TorchNN

/// All4One: "All4One: Symbiotic Neighbour Contrastive Learning via Self-Attention and Redundancy
/// Reduction", Estepa, Sarasúa, Nagarajan and Radeva, ICCV 2023 (arXiv 2303.09417), section 3, as
/// the authors' code in solo-learn computes it.
public final class All4One: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-100.
  public struct Options: MethodOptions {
    /// Weight of the contrast with the nearest neighbour.
    public var neighbour = 0.5
    /// Weight of the contrast between summaries of several neighbours.
    public var centroid = 0.5
    /// Weight of the correlations of features.
    public var feature = 5.0
    /// τ of the contrast with the nearest neighbour.
    public var temperature = 0.2
    /// τ of the contrast between summaries.
    public var centroidTemperature = 0.1
    /// Neighbours that a summary is made of.
    public var neighbours = 5
    /// Blocks of the transformer that summarises.
    public var depth = 3
    /// Embeddings that neighbours are looked for among; at most half of the images.
    public var queue = 98304
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.99
    /// Width of the projector's two hidden layers.
    public var hidden = 2048
    /// Width of the predictors' hidden layers.
    public var width = 4096
    /// Width of the embedding that the losses see.
    public var output = 256
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "all4one", title: "All4One", role: .selfSupervised(.contrastive),
    secondary: [.decorrelation],
    paper: .init(
      title: "All4One: Symbiotic Neighbour Contrastive Learning via Self-Attention and Redundancy "
        + "Reduction",
      authors: "Estepa, Sarasúa, Nagarajan, Radeva", year: 2023, venue: "ICCV, arXiv 2303.09417"),
    learnsFrom: "As NNCLR with a slow teacher's neighbours. A small transformer sums up several of "
      + "them, and those of two views attract; dimensions of the embedding are decorrelated.",
    loss: "½·NNCLR(nn₁, p) + ½·InfoNCE(T(nn₁…nn₅), T(q, nn₁…nn₄)) + 5·[½·√mean(1 − Cᵢᵢ)² "
      + "+ ½·√mean Cᵢⱼ²], both ways",
    needs: "Negatives come from the batch: 128 or more images; a second copy of the network and a "
      + "queue of up to half the images.",
    lowData: "Not in the study of Konstantakos et al. (2025). Among few images near ones may be of "
      + "another class.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-100, ResNet-18", optimizer: .lars(weightDecay: 1e-5),
        learningRate: 1.0, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "solo-learn, ImageNet-100, ResNet-18", images: .large,
        optimizer: .lars(weightDecay: 1e-5), learningRate: 1.0, warmUpEpochs: 10, epochs: 400,
        batch: 256, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let centroidPredictor: Sequential
  private let summary: NeighbourSummary
  private let teacher: Teacher
  private let support: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, two predictors, the transformer, the teacher and its queue.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.neighbours > 0, options.depth > 0 else {
      throw .option(
        method: "all4one",
        "neighbours is \(options.neighbours) and depth \(options.depth); give at least 1")
    }
    self.options = options
    backbone = context.backbone
    func projector() -> Sequential {
      ProjectionHead.perceptron(
        [context.backbone.features, options.hidden, options.hidden, options.output],
        normalisesOutput: true, random: context.random)
    }
    func predictor() -> Sequential {
      ProjectionHead.perceptron(
        [options.output, options.width, options.output], random: context.random)
    }
    self.projector = projector()
    self.predictor = predictor()
    centroidPredictor = predictor()
    summary = NeighbourSummary(options.output, depth: options.depth, random: context.random)
    teacher = Teacher(context, following: self.projector, head: projector())
    support = FeatureQueue(
      max(options.neighbours, context.queueLength(options.queue)), options.output,
      random: context.random)
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// The three contrasts. The queue takes the teacher's first views after the neighbours were
  /// looked up.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { projector($0) }
    let p = z.map { predictor($0) }
    let targets = views.images.map { teacher($0).to(.float32).normalized() }
    let near = targets.map { support.nearest(to: $0, count: options.neighbours) }
    let centroids = near.map { summary($0) }
    let summaries = zip(z, near).map { summary($1, after: centroidPredictor($0)) }

    func bothWays(_ queries: [Tensor], _ keys: [Tensor], _ temperature: Double) -> Tensor {
      (infoNCE(queries[0], keys[1], temperature: temperature)
        + infoNCE(queries[1], keys[0], temperature: temperature)) / 2
    }
    let neighbour = bothWays(near.map { $0.selected(0, along: 1) }, p, options.temperature)
    let centroid = bothWays(centroids, summaries, options.centroidTemperature)
    let feature = featureContrast(targets: targets, embeddings: z)
    support.push(targets[0])
    return PretextLoss(
      options.neighbour * neighbour + options.centroid * centroid + options.feature * feature,
      features: h[0], partners: h[1],
      diagnostics: [
        ("neighbour", neighbour.detached()), ("centroid", centroid.detached()),
        ("feature", feature.detached()),
      ])
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}

/// How far embeddings' dimensions are from those of the teacher's other view, and how much
/// different dimensions agree (Estepa et al. 2023, section 3; solo-learn's): C holds the cosines of
/// dimensions over the batch, and the loss is half of √mean (1 − Cᵢᵢ)² and half of √mean Cᵢⱼ², the
/// means over both directions.
/// - Parameters:
///   - targets: the teacher's embeddings of the two views, unit vectors `[N, D]`.
///   - embeddings: the student's, `[N, D]`.
func featureContrast(targets: [Tensor], embeddings: [Tensor]) -> Tensor {
  withoutAutocast(on: embeddings[0].device) {
    let columns = [targets, embeddings].map { $0.map { $0.to(.float32).normalized(along: 0) } }
    let cosines = [(0, 1), (1, 0)].map { columns[0][$0].transposed().matmul(columns[1][$1]) }
    let pairs = Double(targets[0].size(1) * (targets[0].size(1) - 1))
    let own = cosines.map { (1 - $0.diagonal()).square().mean() }
    let other = cosines.map {
      offDiagonalSquares($0) / pairs
    }
    return (((own[0] + own[1]) / 2).sqrt() + ((other[0] + other[1]) / 2).sqrt()) / 2
  }
}
