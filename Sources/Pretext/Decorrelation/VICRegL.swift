public import Augment
public import Backbones
import Torch
public import TorchNN

/// VICRegL: "VICRegL: Self-Supervised Learning of Local Visual Features", Bardes, Ponce and LeCun,
/// NeurIPS 2022 (arXiv 2210.01571), section 3.
///
/// Two views without small crops, as the authors train ResNets.
public final class VICRegL: Module, PretextTask {
  /// Hyper-parameters; defaults are the authors', the widths lightly's for a ResNet-18.
  public struct Options: MethodOptions {
    /// α, the share of the loss of whole images; the rest is that of places.
    public var global = 0.75
    /// λ, the weight of the distance between the views.
    public var invariance = 25.0
    /// μ, the weight of the hinge on the deviations.
    public var variance = 25.0
    /// ν, the weight of the covariances.
    public var covariance = 1.0
    /// Pairs that are kept of each image when one view's places look for their matches; at most the
    /// places there are.
    public var matches = 20
    /// Pairs that are kept when the other view's places look for theirs.
    public var backMatches = 4
    /// Width of the three layers of the images' expander.
    public var width = 2048
    /// Width of the three layers of the places' projector.
    public var hidden = 128
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "vicregl", title: "VICRegL", role: .selfSupervised(.decorrelation),
    paper: .init(
      title: "VICRegL: Self-Supervised Learning of Local Visual Features",
      authors: "Bardes, Ponce, LeCun", year: 2022, venue: "NeurIPS, arXiv 2210.01571"),
    learnsFrom: "As VICReg, and places of the two views' feature maps agree where they look alike "
      + "or show the same part of the image; made for segmentation.",
    loss: "α·VICReg(images) + (1 − α)·[VICReg(places, nearest by embedding) + VICReg(places, "
      + "nearest by location)]",
    backbones: [.resnet],
    needs: "Batches of 128 or more, a wide expander, and views large enough for a feature map of "
      + "several places.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "lightly, Imagenette at 128 pixels, ResNet-18",
        optimizer: .lars(weightDecay: 1e-4, trust: 0.001, clips: false), learningRate: 0.3,
        warmUpEpochs: 20, epochs: 800, batch: 256, options: ["matches": .number(16)]),
      PublishedRecipe(
        source: "Bardes et al. 2022, the authors' code, ImageNet, ResNet-50", images: .large,
        optimizer: .lars(weightDecay: 1e-6, trust: 0.001, clips: false), learningRate: 0.2,
        warmUpEpochs: 10, epochs: 300, batch: 2048,
        options: ["width": .number(8192), "hidden": .number(512), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let encoder: Unowned<ConvNet>
  private let expander: Sequential
  private let projector: Sequential
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the expander of images and the projector of places.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard (0...1).contains(options.global) else {
      throw .option(method: "vicregl", "global is \(options.global); give 0 to 1")
    }
    guard options.matches > 0, options.backMatches > 0 else {
      throw .option(
        method: "vicregl",
        "matches is \(options.matches) and backMatches \(options.backMatches); give at least 1")
    }
    let encoder = try context.convNet(for: "vicregl")
    self.options = options
    backbone = encoder
    self.encoder = Unowned(encoder)
    // Both with batch normalisation, as the authors' code has it for ResNets.
    func head(_ width: Int) -> Sequential {
      ProjectionHead.perceptron(
        [context.backbone.features] + Array(repeating: width, count: 3), random: context.random)
    }
    expander = head(options.width)
    projector = head(options.hidden)
  }

  /// BYOL's two views.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .byol(size: imageSize, blur: options.blur)
  }

  /// VICReg of the images and of their matched places.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let maps = views.images.map { encoder.module.featureMap($0) }
    let h = maps.map { encoder.module.feature(of: $0) }
    let z = h.map { expander($0) }
    let places = maps.enumerated().map { view, map in
      embed(map, box: views.boxes[view], flips: views.flips[view], turns: views.turns[view])
    }
    let weights = VICRegWeights(
      invariance: options.invariance, variance: options.variance, covariance: options.covariance)
    let images = vicRegLoss(
      z[0], z[1], invariance: weights.invariance, variance: weights.variance,
      covariance: weights.covariance / 2)
    let local = localVICRegLoss(
      places[0], places[1], weights: weights, matches: (options.matches, options.backMatches))
    return PretextLoss(
      options.global * images + (1 - options.global) * local, features: h[0], partners: h[1],
      diagnostics: [("images", images.detached()), ("places", local.detached())])
  }

  /// Embeds the places of a feature map `[N, C, H, W]`.
  private func embed(_ map: Tensor, box: Tensor, flips: Tensor, turns: Tensor?) -> Places {
    let (count, height, width) = (map.size(0), map.size(2), map.size(3))
    let rows = map.flattened(from: 2).transposed().reshaped(-1, map.size(1))
    return Places(
      embeddings: projector(rows).to(.float32).reshaped(count, height * width, -1),
      centres: placeCentres(box, flips: flips, turns: turns, height: height, width: width)
        .to(map.device))
  }
}
