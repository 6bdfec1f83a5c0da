public import Augment
public import Backbones
public import Pretext
public import Torch

/// Everything that decides what a pretraining run gives, besides the images. It is what a user
/// writes down, what the report shows and what addresses the run.
public struct RunConfiguration: Codable, Sendable, Equatable {
  /// The method's name.
  public var method: String
  /// Options that differ from the method's defaults.
  public var options: [String: JSONValue]
  /// The network.
  public var backbone: BackboneSpec
  /// The weights that the network begins with; `nil` for random ones.
  public var initial: InitialWeights?
  /// Side of the views in pixels.
  public var imageSize: Int
  /// What makes the views suit the images; `nil` for the method's own.
  public var augment: ViewAdjustment?
  /// Images in a batch; fewer where there are fewer images.
  public var batch: Int
  /// How long to train.
  public var budget: Budget
  /// Which optimiser settings to take.
  public var recipe: RecipeChoice
  /// Decides initialisation, order and augmentation.
  public var seed: UInt64
  /// The type of matrix products and convolutions.
  public var precision: Precision

  /// All of it.
  public init(
    method: String, options: [String: JSONValue] = [:], backbone: BackboneSpec,
    initial: InitialWeights? = nil, imageSize: Int, augment: ViewAdjustment? = nil,
    batch: Int = 128, budget: Budget,
    recipe: RecipeChoice = .automatic, seed: UInt64 = 0, precision: Precision
  ) {
    self.method = method
    self.options = options
    self.backbone = backbone
    self.initial = initial
    self.imageSize = imageSize
    self.augment = augment
    self.batch = batch
    self.budget = budget
    self.recipe = recipe
    self.seed = seed
    self.precision = precision
  }

  /// The network with its initial weights, on the processor.
  /// - Throws: ``BackboneError/weights(_:)`` if the weights do not fit it.
  public func makeBackbone() throws(BackboneError) -> Backbone {
    let network = backbone.make(random: RandomStream(seed: seed, "backbone"))
    if let initial { try network.load(from: initial.url, partial: initial.isPartial) }
    return network
  }

  /// The task with its initial weights, on the processor.
  /// - Parameters:
  ///   - imageCount: images that are trained on.
  ///   - batch: images in a batch.
  ///   - steps: of the whole run.
  ///   - complete: adds what is known of the images.
  func makeTask(
    imageCount: Int, batch: Int, steps: Int, complete: (inout PretextContext) -> Void = { _ in }
  ) throws(TrainingError) -> any PretextTask {
    do {
      guard let type = try Registry.task(method) else {
        throw TrainingError.setUp("'\(method)' does not train")
      }
      var context = PretextContext(
        backbone: try makeBackbone(), spec: backbone, imageSize: imageSize, imageCount: imageCount,
        classCount: 0, batch: batch, steps: steps, random: RandomStream(seed: seed, "head"))
      complete(&context)
      return try type.make(changing: options(of: type.card, steps: steps), context)
    } catch {
      throw .setUp("\(error)")
    }
  }

  /// The options that differ from the method's defaults: the published recipe's, if the run follows
  /// it, and over them those that were asked for.
  private func options(of card: MethodCard, steps: Int) -> [String: JSONValue] {
    guard Recipe.isPublished(recipe, steps: steps),
      let published = card.recipe(imageSize: imageSize)
    else { return options }
    return published.options.merging(options) { $1 }
  }
}

/// The type that matrix products and convolutions are computed in; losses are always `float32`.
public enum Precision: String, Codable, Sendable, CaseIterable {
  /// Brain floating point under autocast.
  case bfloat16 = "bf16"
  /// Single precision.
  case float32 = "fp32"

  /// bf16 where the device multiplies it in hardware.
  public static func best(on device: Device) -> Precision {
    if device.isCPU { return Machine.processorHasBF16 ? .bfloat16 : .float32 }
    return device.kind == "cuda" ? .bfloat16 : .float32
  }

  /// The type for autocast; `nil` for none.
  public var dtype: DType? { self == .bfloat16 ? .bfloat16 : nil }
}
