public import Augment
public import Backbones
import Foundation
public import Torch
public import TorchNN

/// LeJEPA: "Provable and Scalable Self-Supervised Learning Without the Heuristics", Balestriero and
/// LeCun, 2025 (arXiv 2511.08544).
public final class LeJEPA: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors' for Imagenette.
  public struct Options: MethodOptions {
    /// λ, the weight of the regularisation; the distance has 1 − λ.
    public var regularization = 0.02
    /// Random directions that the embeddings are seen along, drawn anew at each step.
    public var slices = 256
    /// Large views of each image, whose mean all views are drawn to.
    public var views = 4
    /// Small crops of each image. The authors take none on Imagenette, 6 on ImageNet.
    public var locals = 0
    /// Width of the projector's two hidden layers.
    public var hidden = 2048
    /// Width of the embedding that the loss sees.
    public var output = 16
    /// Strength of the colour changes, s of SimCLR.
    public var colorStrength = 1.0
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "lejepa", title: "LeJEPA", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "LeJEPA: Provable and Scalable Self-Supervised Learning Without the Heuristics",
      authors: "Balestriero, LeCun", year: 2025, venue: "arXiv 2511.08544"),
    learnsFrom: "All views of an image have the embedding that is the mean of its large ones, "
      + "while along any random direction the embeddings of a batch follow a standard normal "
      + "distribution.",
    loss: "(1 − λ)·mean (zᵥ − z̄)² + λ·mean_a N·∫ |φ̂_a(t) − e^(−t²/2)|² e^(−t²/2) dt, φ̂_a the "
      + "characteristic function of aᵀz",
    needs: "Batches of 64 or more; four views an image; no second network, no schedules.",
    lowData: "Not in the study of Konstantakos et al. (2025). The authors pretrain on sets of some "
      + "thousand images of one domain as well.",
    recipes: [
      PublishedRecipe(
        source: "Balestriero and LeCun 2025, the authors' minimal example, Imagenette at 128 "
          + "pixels, ViT-S/8",
        optimizer: .adamW(weightDecay: 0.05), learningRate: 2e-3, warmUpEpochs: 1, epochs: 800,
        batch: 256),
      PublishedRecipe(
        source: "Balestriero and LeCun 2025, the authors' recommended settings, ImageNet, ViT (no "
          + "batch is stated; 5e-4 of decay for ResNets; width 64 from lightly)",
        images: .large, optimizer: .adamW(weightDecay: 0.05), learningRate: 5e-4,
        scaling: .squareRoot, warmUpEpochs: 10, epochs: 100, batch: 256,
        options: [
          "regularization": .number(0.05), "slices": .number(1024), "views": .number(2),
          "locals": .number(6), "output": .number(64), "colorStrength": .number(0.5),
          "blur": .bool(true),
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
      method: "lejepa", globals: options.views, locals: options.locals,
      regularization: options.regularization)
    self.options = options
    backbone = context.backbone
    projector = ProjectionHead.perceptron(
      [context.backbone.features, options.hidden, options.hidden, options.output],
      random: context.random)
  }

  /// Large and small crops, some of them solarised.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    var recipe = Augmentation.simCLR(strength: options.colorStrength, blur: options.blur)
    recipe.solarize = Solarize(probability: 0.2)
    return .globalsAndLocals(
      size: imageSize, globals: options.views, locals: options.locals, split: 0.3, recipe)
  }

  /// The distance of all views from the mean of the large ones, and how far each view's embeddings
  /// are from a standard normal distribution.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let (z, features) = embedded(views.images, backbone, projector)
    let directions = randomDirections(
      options.slices, dimensions: z.size(2), random: progress.random("lejepa slices"),
      device: z.device)
    let distance = distanceFromCentre(z, globals: options.views)
    let normality = sigReg(z, directions: directions)
    return PretextLoss(
      (1 - options.regularization) * distance + options.regularization * normality,
      features: features[0], partners: features[1],
      diagnostics: [("distance", distance.detached()), ("sigreg", normality.detached())])
  }
}

/// Sketched isotropic Gaussian regularisation (Balestriero and LeCun 2025): the statistic of Epps
/// and Pulley, N·∫ |φ̂(t) − e^(−t²/2)|² e^(−t²/2) dt with the empirical characteristic function
/// φ̂(t) = mean e^(itx), of the embeddings along each direction, averaged over directions and
/// views.
///
/// As in the authors' code the integral over −3...3 is twice that over 0...3, by the trapezoidal
/// rule on 17 points. (The listing in the paper has 17 points on the whole interval −5...5.)
/// - Parameters:
///   - z: embeddings `[V, N, D]`, each view tested by itself.
///   - directions: unit vectors `[D, M]`, one a column.
public func sigReg(_ z: Tensor, directions: Tensor, knots: Int = 17, limit: Double = 3) -> Tensor {
  withoutAutocast(on: z.device) {
    let step = limit / Double(knots - 1)
    let points = (0..<knots).map { Double($0) * step }
    let normal = points.map { exp(-$0 * $0 / 2) }
    let weights = points.indices.map { index in
      normal[index] * step * (index == 0 || index == knots - 1 ? 1 : 2)
    }
    func row(_ values: [Double]) -> Tensor { Tensor(values.map { Float($0) }).to(z.device) }
    let angles = z.to(.float32).matmul(directions).unsqueezed(3) * row(points)
    let error =
      (angles.cos().mean(over: 1) - row(normal)).square() + angles.sin().mean(over: 1).square()
    return (error * row(weights)).sum(over: 2).mean() * Double(z.size(1))
  }
}
