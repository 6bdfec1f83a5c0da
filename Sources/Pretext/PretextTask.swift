public import Augment
public import Backbones
public import Torch
public import TorchNN

/// A pretext task: what a method trains a backbone on.
///
/// It is a module: the backbone and whatever the method adds (projector, predictor, teacher,
/// prototypes, queues as buffers) are stored properties, so that one checkpoint holds all of it. It
/// knows nothing of files, loops or reports.
///
/// BYOL moves its teacher in ``afterStep(_:)``; SwAV asks for crops of two sizes in
/// ``views(_:imageSize:)`` and keeps prototypes as parameters and its queue as a buffer; DINO does the
/// same with a centre; MAE takes the ViT apart and shows its encoder some of the tokens;
/// DeepCluster-v2 clusters the whole set in ``beforeEpoch(_:_:)`` and looks labels up by
/// `views.members`; RotNet makes its labels from the images inside ``loss(_:_:)``.
public protocol PretextTask: Module {
  /// Whether each image is a class of its own, which a run must meet often enough: see
  /// ``exemplarCount(images:steps:batch:)``.
  static var imagesAreClasses: Bool { get }

  /// Whether its loss looks images up by `views.members`, and so has none for images that are not
  /// trained on.
  static var looksImagesUp: Bool { get }

  /// Whether it learns from which way is up, so that views must not be turned over.
  static var learnsOrientation: Bool { get }

  /// Hyper-parameters with the published defaults; the same struct is the JSON and the help.
  associatedtype Options: MethodOptions

  /// What a reader wants to know of the method.
  static var card: MethodCard { get }

  /// Builds what the method adds around a backbone.
  /// - Throws: ``PretextError`` if the options or the backbone do not suit the method.
  init(_ options: Options, _ context: PretextContext) throws(PretextError)

  /// The hyper-parameters it was built with.
  var options: Options { get }

  /// The network being pretrained.
  var backbone: Backbone { get }

  /// The network that the run hands over: ``backbone``, unless the paper takes the teacher's.
  var pretrained: Backbone { get }

  /// The views it wants of each image, the largest of `imageSize` pixels.
  static func views(_ options: Options, imageSize: Int) -> ViewPlan

  /// What of a view its network does not see, for a person to look at: `bool` `[N, 1, h, w]`, where h
  /// and w divide the view's size; nil where it sees all.
  static func hidden(_ options: Options, in view: MaskedView) -> Tensor?

  /// The loss of a batch of views: a scalar that gradients flow from.
  func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss

  /// Called after the optimiser's step: moves a teacher, fills a queue.
  func afterStep(_ progress: StepProgress)

  /// Called before each epoch, with a way to run a network over the whole training set.
  func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass)
}

extension PretextTask {
  /// Most methods learn from what images share.
  public static var imagesAreClasses: Bool { false }
  /// Methods to which images are classes do.
  public static var looksImagesUp: Bool { imagesAreClasses }
  /// Most methods do not ask which way is up.
  public static var learnsOrientation: Bool { false }
  /// The network being pretrained.
  public var pretrained: Backbone { backbone }
  /// Most methods hide nothing.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? { nil }
  /// The views it wants, made to suit the images.
  public static func views(
    _ options: Options, imageSize: Int, adjustment: ViewAdjustment?
  ) -> ViewPlan {
    let plan = views(options, imageSize: imageSize)
    return adjustment.map { plan.adjusted(by: $0, isUpright: learnsOrientation) } ?? plan
  }
  /// Nothing to do.
  public func afterStep(_ progress: StepProgress) {}
  /// Nothing to do.
  public func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass) {}
}

/// Hyper-parameters of a method, each with its published default.
public protocol MethodOptions: Codable, Sendable, Equatable {
  /// The published defaults.
  init()
}

/// What a method is told when it is built.
public struct PretextContext {
  /// The backbone to pretrain.
  public var backbone: Backbone
  /// Its specification, from which a teacher of the same shape is made.
  public var spec: BackboneSpec
  /// Side of the (largest) views in pixels.
  public var imageSize: Int
  /// Images to pretrain on.
  public var imageCount: Int
  /// Classes, for methods that use labels; 0 without labels.
  public var classCount: Int
  /// What is learnt of each image, where that is not one class: tags or a class a pixel (of
  /// ``classCount``), or a number.
  public var targets: Targets.Kind?
  /// Images in a batch.
  public var batch: Int
  /// Steps of the run.
  public var steps: Int
  /// The source of initial weights.
  public var random: RandomStream
  /// The mean of each channel, in 0...1, that views are standardised by; empty where it is not
  /// known.
  public var mean: [Float]
  /// The deviation of each channel, in 0...1, that views are standardised by.
  public var deviation: [Float]

  /// All of it.
  public init(
    backbone: Backbone, spec: BackboneSpec, imageSize: Int, imageCount: Int, classCount: Int,
    batch: Int, steps: Int, random: RandomStream, mean: [Float] = [], deviation: [Float] = []
  ) {
    self.backbone = backbone
    self.spec = spec
    self.imageSize = imageSize
    self.imageCount = imageCount
    self.classCount = classCount
    self.batch = batch
    self.steps = steps
    self.random = random
    self.mean = mean
    self.deviation = deviation
  }
}

extension PretextContext {
  /// The backbone of a method that takes images apart into patches.
  /// - Throws: ``PretextError/unsuitable(method:_:)`` where it is none.
  func transformer(for method: String) throws(PretextError) -> VisionTransformer {
    guard let network = backbone as? VisionTransformer else {
      throw .unsuitable(method: method, "needs a ViT; \(spec.id) is a ConvNet")
    }
    return network
  }

  /// The backbone of a method that needs a map of features.
  /// - Throws: ``PretextError/unsuitable(method:_:)`` where it is none.
  func convNet(for method: String) throws(PretextError) -> ConvNet {
    guard let network = backbone as? ConvNet else {
      throw .unsuitable(method: method, "needs a ConvNet; \(spec.id) is a ViT")
    }
    return network
  }
}

/// Where training stands.
public struct StepProgress: Sendable, Equatable {
  /// The step, from 0.
  public var step: Int
  /// Steps in all.
  public var steps: Int
  /// Steps in an epoch.
  public var stepsPerEpoch: Int
  /// The run's seed.
  public var seed: UInt64

  /// All of it.
  public init(step: Int, steps: Int, stepsPerEpoch: Int, seed: UInt64 = 0) {
    self.step = step
    self.steps = steps
    self.stepsPerEpoch = stepsPerEpoch
    self.seed = seed
  }

  /// The epoch, from 0.
  public var epoch: Int { step / stepsPerEpoch }

  /// The share of the run that is done, 0 ..< 1.
  public var share: Double { Double(step) / Double(max(1, steps)) }

  /// Draws of this step, for masks and the like; a resumed run draws the same.
  public func random(_ purpose: String) -> RandomStream {
    RandomStream(seed: seed, purpose, step)
  }
}

/// What a method says of a batch.
public struct PretextLoss {
  /// The scalar to minimise.
  public var value: Tensor
  /// The backbone's features of one view `[N, D]`, watched for collapse.
  public var features: Tensor
  /// The features of another view of the same images, where the method takes two: how far they
  /// agree is watched too.
  public var partners: Tensor?
  /// Named figures for `metrics.csv`: scalars, kept as tensors so that reading them costs nothing
  /// until they are written.
  public var diagnostics: [(name: String, value: Tensor)]

  /// All of it.
  public init(
    _ value: Tensor, features: Tensor, partners: Tensor? = nil,
    diagnostics: [(name: String, value: Tensor)] = []
  ) {
    self.value = value
    self.features = features
    self.partners = partners
    self.diagnostics = diagnostics
  }
}

/// A way to run a network over every training image, in the order of their indices.
public struct DatasetPass {
  private let run: ((Tensor) -> Tensor) -> Tensor

  /// Wraps the loop's own pass.
  public init(_ run: @escaping ((Tensor) -> Tensor) -> Tensor) { self.run = run }

  /// The network's outputs `[N, D]` for the images without augmentation, without gradients, in
  /// training mode.
  public func callAsFunction(_ network: (Tensor) -> Tensor) -> Tensor {
    withoutActuallyEscaping(network) { run($0) }
  }
}

/// A task that ends in class scores, and so can be tested without a probe.
public protocol Classifier: Module {
  /// Class scores `[N, K]` of images `[N, C, H, W]`, or of their parts `[N, K, h, w]`, or the number
  /// predicted, `[N, 1]`.
  func logits(_ images: Tensor) -> Tensor
}

/// A method that cannot be set up as asked.
public enum PretextError: Error, CustomStringConvertible, Equatable {
  /// No method of this name.
  case unknownMethod(String, known: [String])
  /// An option that the method lacks, or a value it does not take.
  case option(method: String, String)
  /// The method cannot work on these images or this backbone.
  case unsuitable(method: String, String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .unknownMethod(let name, let known):
      "no method or family is called '\(name)'"
        + (nearest(to: name, in: known + Family.allCases.map(\.rawValue) + ["all"]).map {
          ". Did you mean '\($0)'? ('glean methods' lists all)"
        } ?? "; there are \(known.joined(separator: ", ")) (see 'glean methods')")
    case .option(let method, let what):
      "\(method): \(what) (see 'glean methods \(method)')"
    case .unsuitable(let method, let what): "\(method): \(what)"
    }
  }
}
