public import Augment
public import Backbones
public import Torch
public import TorchNN

/// W-MSE: "Whitening for Self-Supervised Representation Learning", Ermolov, Siarohin, Sangineto and
/// Sebe, ICML 2021 (arXiv 2007.06346), section 3.
public final class WMSE: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// Views of each image: 2 or 4 in the paper.
    public var views = 2
    /// Images that are whitened together; at most the batch.
    public var slice = 128
    /// How often the batch is cut into random slices in a step.
    public var rounds = 1
    /// How far the covariance is moved towards a multiple of the identity before it is inverted.
    /// The authors take 0, with which a dead dimension ends the run. More than rounding needs is a
    /// way out of whitening: with 1e-4 the network inflated one dimension until the others vanished
    /// beside it, and a single sign solved the task.
    public var shrinkage = 1e-9
    /// Width of the projector's hidden layer.
    public var hidden = 1024
    /// Width of the embedding; at most half a slice, or its covariance could hardly be inverted.
    public var output = 64
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "w-mse", title: "W-MSE", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "Whitening for Self-Supervised Representation Learning",
      authors: "Ermolov, Siarohin, Sangineto, Sebe", year: 2021, venue: "ICML, arXiv 2007.06346"),
    learnsFrom: "Embeddings are whitened over a slice of the batch, which scatters them; then the "
      + "views of an image must meet.",
    loss: "2 − 2·cos(W(zᵢ − μ), W(zⱼ − μ)), WᵀW = Σ⁻¹ of the slice, over all pairs of views",
    needs: "Batches of 128 or more: a slice holds at least twice as many images as the embedding "
      + "has dimensions, and with a smaller batch the embedding is cut down.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18 (Adam)", optimizer: .adamW(weightDecay: 1e-6),
        learningRate: 2e-3, warmUpEpochs: 10, epochs: 1000, batch: 256),
      PublishedRecipe(
        source: "solo-learn, ImageNet-100, ResNet-18 (Adam)", images: .large,
        optimizer: .adamW(weightDecay: 1e-6), learningRate: 2e-3, warmUpEpochs: 10, epochs: 400,
        batch: 128, options: ["blur": .bool(true)]),
    ],
    revision: 2)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.views > 1 else {
      throw .option(method: "w-mse", "views is \(options.views); it must be at least 2")
    }
    let slice = min(options.slice, context.batch, context.imageCount)
    guard slice > 3 else {
      throw .unsuitable(
        method: "w-mse",
        "whitens \(slice) images at a time; raise the batch or 'slice' to 4 or more")
    }
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, min(options.output, slice / 2)],
      random: context.random)
  }

  /// Views of SimCLR's colours and larger crops.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    var recipe = Augmentation.simCLR(blur: false)
    recipe.crop = RandomResizedCrop(scale: 0.2...1)
    recipe.blur = options.blur ? GaussianBlur(probability: 0.2) : nil
    return .several(options.views, size: imageSize, recipe)
  }

  /// The distances between the whitened embeddings, averaged over rounds of random slices; all
  /// views of an image are in the same slice.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let h = views.images.map { backbone($0) }
    let z = projector(concatenated(h)).split(h.count)
    let random = progress.random("w-mse slices")
    let losses = (0..<max(1, options.rounds)).map { _ in
      let order = random.permutation(views.images[0].size(0)).to(z[0].device)
      return wMSELoss(
        z.map { $0.rows(order) }, slice: options.slice, shrinkage: options.shrinkage)
    }
    return PretextLoss(stacked(losses).mean(), features: h[0], partners: h[1])
  }
}

/// W-MSE's loss (Ermolov et al. 2021, section 3) of unit vectors, as the authors' code has it:
/// 2 − 2·cos of the whitened embeddings, averaged over all pairs of views.
/// - Parameters:
///   - views: embeddings `[N, D]` of each view, row i of the same image in all.
///   - slice: rows that are whitened together, next to each other; the last rows join others where
///     N is no multiple.
///   - shrinkage: see ``whitened(_:shrinkage:)``.
public func wMSELoss(_ views: [Tensor], slice: Int, shrinkage: Double = 0) -> Tensor {
  withoutAutocast(on: views[0].device) {
    let rows = views[0].size(0)
    let slices = max(1, rows / slice)
    let white = views.map { z in
      concatenated(
        (0..<slices).map {
          whitened(z[rows * $0 / slices..<rows * ($0 + 1) / slices], shrinkage: shrinkage)
        })
    }
    let pairs = white.indices.flatMap { i in
      white.indices.dropFirst(i + 1).map { 2 - 2 * cosineSimilarity(white[i], white[$0]) }
    }
    return stacked(pairs).mean()
  }
}

/// Rows with mean 0 and the identity as covariance: L⁻¹·(z − z̄) with L·Lᵀ = Σ, Cholesky's factor
/// of the sample covariance (Ermolov et al. 2021, section 3).
/// - Parameters:
///   - z: `[N, D]`, N above D unless there is shrinkage.
///   - shrinkage: Σ is replaced by (1 − ε)·Σ + ε·(tr Σ/D)·I, which leaves the result independent of
///     the scale of `z`. (The authors add ε·I and take ε = 0.)
func whitened(_ z: Tensor, shrinkage: Double) -> Tensor {
  // Double precision: dimensions may differ by many orders of magnitude, and all of them count.
  let z = z.to(.float64)
  let (images, dimensions) = (Double(z.size(0)), z.size(1))
  let centred = (z - z.mean(over: 0, keepingAxes: true)).transposed()
  var covariance = centred.matmul(centred.transposed()) / (images - 1)
  if shrinkage > 0 {
    let level = (covariance.diagonal().mean() * shrinkage).clamped(from: 1e-30)
    covariance =
      covariance * (1 - shrinkage) + level
      * Tensor.identity(dimensions, device: z.device).to(.float64)
  }
  return covariance.cholesky().solveTriangular(centred).transposed().to(.float32)
}
