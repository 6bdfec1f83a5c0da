public import Augment
public import Backbones
public import Torch
public import TorchNN

/// DeepCluster-v2: Caron, Misra, Mairal, Goyal, Bojanowski and Joulin, NeurIPS 2020
/// (arXiv 2006.09882), appendix C, which improves on DeepCluster (Caron et al., ECCV 2018).
public final class DeepClusterV2: Module, PretextTask, Prototyped {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the predictions.
    public var temperature = 0.1
    /// Clusters of each head; at most a tenth of the images.
    public var prototypes = 3000
    /// Clusterings that are predicted side by side.
    public var heads = 3
    /// Rounds of k-means.
    public var iterations = 10
    /// Width of the projector's hidden layer.
    public var hidden = 2048
    /// Width of the embedding that is clustered.
    public var output = 128
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// Labels are looked up by image.
  public static let looksImagesUp = true

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "deepcluster-v2", title: "DeepCluster-v2", role: .selfSupervised(.clustering),
    paper: .init(
      title: "Unsupervised Learning of Visual Features by Contrasting Cluster Assignments",
      authors: "Caron, Misra, Mairal et al.", year: 2020,
      venue: "NeurIPS, arXiv 2006.09882, appendix C"),
    learnsFrom: "Before each epoch the images are clustered by their embeddings of the last one; "
      + "then both views must fall into their image's cluster.",
    loss: "cross-entropy(z·c/τ, cluster of the image), mean over heads and views",
    needs: "Several epochs; a memory of two embeddings for each image.",
    lowData:
      "Last of the four nearly everywhere with 50,000 to 300,000 images (Konstantakos et al. "
      + "2025, 2023 tables). With few images an epoch is short, and its clusters are soon renewed.",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-6),
        learningRate: 0.6, warmUpEpochs: 11, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "Caron et al. 2020, ImageNet, appendix C, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 0.3,
        warmUpEpochs: 10, epochs: 400, batch: 4096, options: ["blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The last embedding of each image in each view, `[N, D]`.
  private let memories: [Buffer]
  /// The centroids of each head, `[K, D]`.
  private let prototypes: [Buffer]
  /// The cluster of each image in each head, `[heads, N]`.
  private let assignments: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector and room for embeddings and clusters.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.heads > 0 else {
      throw .option(method: "deepcluster-v2", "heads is \(options.heads); give 1 or more")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.output], random: context.random)
    memories = (0..<2).map { _ in Buffer(.zeros([context.imageCount, options.output])) }
    let clusters = context.prototypeCount(options.prototypes)
    prototypes = (0..<options.heads).map { _ in Buffer(.zeros([clusters, options.output])) }
    assignments = Buffer(.zeros([options.heads, context.imageCount], dtype: .int64))
  }

  /// Two views of SimCLR's recipe at half its strength of colour.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .two(size: imageSize, .simCLR(strength: 0.5, blur: options.blur))
  }

  /// Clusters the embeddings of the epoch before; those of a pass over the set before the first.
  public func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass) {
    if progress.epoch == 0 {
      let embeddings = pass { embed(backbone($0)) }
      for memory in memories { memory.value = embeddings.copy() }
    }
    let random = progress.random("clusters")
    withoutGradient {
      let clusterings = prototypes.enumerated().map { head, prototypes in
        let (centroids, clusters) = SphericalKMeans.cluster(
          memories[head % memories.count].value, count: prototypes.value.size(0),
          iterations: options.iterations, random: random)
        prototypes.value = centroids
        return clusters
      }
      assignments.value = stacked(clusterings)
    }
  }

  /// The cross-entropy of both views with their image's cluster, in every head.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = h.map { embed($0) }
    let labels = assignments.value.rows(views.members, along: 1)
    let value = withoutAutocast(on: z[0].device) {
      let scores = z.map { z in stacked(prototypes.map { z.matmul($0.value.transposed()) }) }
      let losses = scores.map {
        clusterLoss($0, labels, temperature: options.temperature)
      }
      return (losses[0] + losses[1]) / 2
    }
    withoutGradient {
      for (memory, z) in zip(memories, z) { memory.value.assignRows(views.members, z.detached()) }
    }
    return PretextLoss(value, features: h[0], partners: h[1])
  }

  /// Cosines with the centroids of the first head.
  public func prototypeScores(of images: Tensor) -> Tensor {
    withoutGradient { cosines(projector(backbone(images)), prototypes[0].value) }
  }

  private func embed(_ h: Tensor) -> Tensor { projector(h).to(.float32).normalized() }
}

/// DeepCluster-v2's loss: the cross-entropy of scores / τ with the images' clusters, averaged over
/// heads and images.
/// - Parameters:
///   - scores: `[heads, N, K]`, cosines with the centroids.
///   - clusters: `int64` `[heads, N]`.
public func clusterLoss(_ scores: Tensor, _ clusters: Tensor, temperature: Double) -> Tensor {
  (scores.reshaped(-1, scores.size(2)) / temperature).crossEntropy(clusters.flattened())
}
