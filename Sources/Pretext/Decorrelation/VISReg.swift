public import Augment
public import Backbones
import Foundation
public import Torch
public import TorchNN

/// VISReg: "Variance-Invariance-Sketching Regularization for JEPA training", Wu, Balestriero and
/// Levine, 2026 (arXiv 2606.02572), algorithm 1.
public final class VISReg: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' for Imagenette.
  public struct Options: MethodOptions {
    /// λ, the weight of the regularisation; the distance has 1 − λ. The authors take 0.6 for small
    /// sets and 0.9 for ImageNet.
    public var regularization = 0.6
    /// Random directions that the embeddings are seen along, drawn anew at each step. The default
    /// of the authors' code; their recipes take 4096.
    public var slices = 256
    /// Large views of each image, whose mean all views are drawn to.
    public var views = 4
    /// Small crops of each image.
    public var locals = 0
    /// Width of the projector's two hidden layers.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 128
    /// How far brightness and contrast may change.
    public var brightness = 0.8
    /// How far saturation may change.
    public var saturation = 0.8
    /// How far hue may turn.
    public var hue = 0.1
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "visreg", title: "VISReg", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "VISReg: Variance-Invariance-Sketching Regularization for JEPA training",
      authors: "Wu, Balestriero, Levine", year: 2026, venue: "arXiv 2606.02572"),
    learnsFrom: "All views of an image have the embedding that is the mean of its large ones; each "
      + "dimension keeps mean 0 and deviation 1 over the batch, and along any random direction "
      + "the sorted embeddings lie at the quantiles of a normal distribution.",
    loss: "(1 − λ)·mean (zᵥ − z̄)² + λ·[mean (1 − σ)² + mean μ² + mean_a (sort aᵀẑ − q)²], "
      + "ẑ = (z − μ)/sg(σ)",
    needs: "Batches of 64 or more: the quantiles of a few images are narrower than a normal "
      + "distribution, and shrink the embedding. Four views an image.",
    lowData: "Not in the study of Konstantakos et al. (2025). Its authors find it strong on small "
      + "and unbalanced sets.",
    recipes: [
      PublishedRecipe(
        source: "Wu et al. 2026, the authors' configuration for Imagenette at 128 pixels, ViT-S/8 "
          + "(lr 1e-3 for 64 images)",
        optimizer: .adamW(weightDecay: 0.05), learningRate: 2e-3, scaling: .squareRoot,
        warmUpEpochs: 1, epochs: 800, batch: 64, clip: 1, options: ["slices": .number(4096)]),
      PublishedRecipe(
        source: "Wu et al. 2026, the authors' configuration for ImageNet, ViT-B/16 (lr 9e-4 for 16 "
          + "images on each device)",
        images: .large, optimizer: .adamW(weightDecay: 0.05), learningRate: 9e-4,
        scaling: .squareRoot, warmUpEpochs: 5, epochs: 100, batch: 128, clip: 1,
        options: [
          "regularization": .number(0.9), "slices": .number(4096), "locals": .number(6),
          "output": .number(256), "brightness": .number(0.4), "saturation": .number(0.2),
          "hue": .number(0.05), "blur": .bool(true),
        ]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the projector.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    try checkCentredViews(
      method: "visreg", globals: options.views, locals: options.locals,
      regularization: options.regularization)
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.hidden, options.output],
      random: context.random)
  }

  /// Large and small crops, some of them solarised.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    let recipe = Augmentation(
      flip: 0.5,
      jitter: ColorJitter(
        brightness: options.brightness, contrast: options.brightness,
        saturation: options.saturation, hue: options.hue, probability: 0.8),
      grayscale: 0.2, blur: options.blur ? GaussianBlur(probability: 0.5) : nil,
      solarize: Solarize(probability: 0.2))
    return .globalsAndLocals(
      size: imageSize, globals: options.views, locals: options.locals, split: 0.3, recipe)
  }

  /// The distance of all views from the mean of the large ones, and how far each view's embeddings
  /// are from a standard normal distribution.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (z, features) = embedded(views.images, backbone, projector)
    let directions = randomDirections(
      options.slices, dimensions: z.size(2), random: progress.random("visreg slices"),
      device: z.device)
    let distance = distanceFromCentre(z, globals: options.views)
    let normality = sketchedNormality(z, directions: directions)
    return PretextLoss(
      (1 - options.regularization) * distance + options.regularization * normality,
      features: features[0], partners: features[1],
      diagnostics: [("distance", distance.detached()), ("normality", normality.detached())])
  }
}

/// VISReg's regularisation (Wu et al. 2026, eq. 1-6), as the authors' code computes it: mean
/// (1 − σ)², mean μ², and the squared distance of the sorted embeddings along each direction, of
/// mean 0 and deviation 1, from the quantiles of a normal distribution. No gradients flow through
/// that division by σ.
/// - Parameters:
///   - z: embeddings `[V, N, D]`, each view by itself.
///   - directions: unit vectors `[D, M]`, one a column.
public func sketchedNormality(_ z: Tensor, directions: Tensor) -> Tensor {
  withoutAutocast(on: z.device) {
    let z = z.to(.float32)
    let images = z.size(1)
    let mean = z.mean(over: 1, keepingAxes: true)
    let centred = z - mean
    let deviation =
      (centred.norm(over: 1, keepingAxes: true) / Double(images).squareRoot()).clamped(from: 1e-6)
    let sorted = (centred / deviation.detached()).matmul(directions).sorted(along: 1).values
    let quantiles = (1...images).map {
      Float(normalQuantile(Double($0) / Double(images + 1)))
    }
    let shape = sorted - Tensor(quantiles, shape: [images, 1]).to(z.device)
    return (1 - deviation).square().mean() + shape.square().mean() + mean.square().mean()
  }
}

/// The number below which a standard normal variable lies with probability `p` in 0..<1, not 0: by
/// Newton's iteration from the mean, which comes nearer from one side only.
func normalQuantile(_ p: Double) -> Double {
  if p < 0.5 { return -normalQuantile(1 - p) }
  var x = 0.0
  for _ in 0..<100 {
    let step = (p - erfc(-x / 2.0.squareRoot()) / 2) * (2 * .pi).squareRoot() * exp(x * x / 2)
    x += step
    if abs(step) < 1e-12 { break }
  }
  return x
}
