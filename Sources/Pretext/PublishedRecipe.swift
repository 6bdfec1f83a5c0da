import Foundation
public import TorchNN

/// The settings a method was published with, or that its reference library trains it with, for
/// images of one range of sizes.
public struct PublishedRecipe: Codable, Sendable, Equatable {
  /// The images that a recipe was made for.
  public enum Images: String, Codable, Sendable {
    /// CIFAR and its like: views of at most 96 pixels.
    case small
    /// ImageNet and its like: larger views.
    case large

    /// The kind of images for views of `size` pixels.
    public init(size: Int) { self = size <= 96 ? .small : .large }
  }

  /// How the learning rate follows the batch.
  public enum BatchScaling: String, Codable, Sendable {
    /// In proportion to batch / 256 (Goyal et al. 2017).
    case linear
    /// In proportion to √(batch / 256).
    case squareRoot = "square-root"
  }

  /// Where the settings come from.
  public var source: String
  /// The images that they were made for.
  public var images: Images
  /// The rule of the steps.
  public var optimizer: OptimizerChoice
  /// The weight decay at the end of the run, reached by a cosine; `nil` keeps the optimiser's.
  public var finalWeightDecay: Double?
  /// The learning rate for a batch of 256.
  public var learningRate: Double
  /// How the learning rate follows the batch.
  public var scaling: BatchScaling
  /// Epochs of linear warm-up.
  public var warmUpEpochs: Double
  /// Epochs trained for.
  public var epochs: Int
  /// Images in a batch.
  public var batch: Int
  /// The norm that gradients are clipped to, if any.
  public var clip: Double?
  /// Options of the method that differ from its defaults in this recipe.
  public var options: [String: JSONValue]

  /// All of it.
  public init(
    source: String, images: Images = .small, optimizer: OptimizerChoice,
    finalWeightDecay: Double? = nil, learningRate: Double, scaling: BatchScaling = .linear,
    warmUpEpochs: Double, epochs: Int, batch: Int, clip: Double? = nil,
    options: [String: JSONValue] = [:]
  ) {
    self.source = source
    self.images = images
    self.optimizer = optimizer
    self.finalWeightDecay = finalWeightDecay
    self.learningRate = learningRate
    self.scaling = scaling
    self.warmUpEpochs = warmUpEpochs
    self.epochs = epochs
    self.batch = batch
    self.clip = clip
    self.options = options
  }

  /// The learning rate for a batch.
  public func learningRate(batch: Int) -> Double {
    let share = Double(batch) / 256
    return learningRate * (scaling == .linear ? share : share.squareRoot())
  }

  /// The recipe in a line.
  public var summary: String {
    let decay = optimizer.weightDecay.formatted() + (finalWeightDecay.map { " → \($0)" } ?? "")
    let rate = "\(learningRate) × " + (scaling == .linear ? "batch/256" : "√(batch/256)")
    var text =
      "\(source): \(optimizer.name), learning rate \(rate), weight decay \(decay), warm-up "
      + "\(warmUpEpochs.formatted()) of \(epochs) epochs, batch \(batch)"
    if let clip { text += ", gradients clipped to \(clip.formatted())" }
    if !options.isEmpty {
      text +=
        "; "
        + options.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
        .joined(separator: ", ")
    }
    return text
  }
}
