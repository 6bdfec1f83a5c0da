public import Backbones
import Foundation
public import Pretext
public import TorchNN

/// How long a run trains.
public enum Budget: Codable, Sendable, Hashable, CustomStringConvertible {
  /// Steps of the optimiser: the same compute whatever the number of images.
  case steps(Int)
  /// Passes over the images.
  case epochs(Int)

  /// In an encoder's `userInfo`, asks for the form that the hashes of runs were made of, which is that
  /// of Swift's own making: `{"steps":{"_0":800}}`.
  package static let hashedForm = CodingUserInfoKey(rawValue: "glean.hashed-form")

  private enum CodingKeys: CodingKey { case steps, epochs }

  private struct Wrapped: Codable {
    var _0: Int
  }

  /// Reads `{"steps":800}`, and the form of ``hashedForm``, which older files have.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int {
      try (try? values.decode(Int.self, forKey: key)) ?? values.decode(Wrapped.self, forKey: key)._0
    }
    self = try values.contains(.steps) ? .steps(count(.steps)) : .epochs(count(.epochs))
  }

  /// Writes `{"steps":800}`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    let (key, count): (CodingKeys, Int) =
      switch self {
      case .steps(let count): (.steps, count)
      case .epochs(let count): (.epochs, count)
      }
    if Self.hashedForm.flatMap({ encoder.userInfo[$0] }) == nil {
      try values.encode(count, forKey: key)
    } else {
      try values.encode(Wrapped(_0: count), forKey: key)
    }
  }

  /// The steps this means.
  public func steps(perEpoch: Int) -> Int {
    switch self {
    case .steps(let count): count
    case .epochs(let count): count * perEpoch
    }
  }

  /// The steps this means for so many images, in batches of `batch` or, if there are fewer, of all.
  public func steps(images: Int, batch: Int) -> Int {
    steps(perEpoch: max(1, images / max(1, min(batch, images))))
  }

  /// `800 steps` or `100 epochs`.
  public var description: String {
    switch self {
    case .steps(let count): "\(count) steps"
    case .epochs(let count): "\(count) epochs"
    }
  }
}

/// Which optimiser settings a run takes.
public enum RecipeChoice: String, Codable, Sendable, CaseIterable {
  /// ``published`` for runs of 5,000 steps and more, ``short`` below.
  case automatic
  /// What the method was published with, the learning rate scaled to the batch.
  case published
  /// One rule for every method of a backbone: see ``Recipe/short(_:batch:steps:)``.
  case short
}

/// The optimiser's settings of one run.
public struct Recipe: Codable, Sendable, Equatable {
  /// Where they come from.
  public var source: String
  /// The rule of the steps.
  public var optimizer: OptimizerChoice
  /// The learning rate over the run.
  public var learningRate: CosineSchedule
  /// The weight decay over the run, where it is not the optimiser's throughout.
  public var weightDecay: CosineSchedule?
  /// The norm that gradients are clipped to, if any.
  public var clip: Double?

  /// The recipe in words: `AdamW by Glean's rule for short runs, learning rate 0.002, …`.
  public var summary: String {
    var parts = [
      "\(optimizer.name), learning rate \(learningRate.peak.formatted(.number.precision(.significantDigits(1...3))))",
      "weight decay \(optimizer.weightDecay.formatted(.number.precision(.significantDigits(1...3))))",
    ]
    if let weightDecay { parts[1] += " to \(weightDecay.end)" }
    parts.append(
      "warm-up of \(learningRate.warmUp) steps, cosine to \(learningRate.end.formatted())")
    if let clip { parts.append("gradients clipped to \(clip.formatted())") }
    return "\(parts.joined(separator: ", ")) (\(source))"
  }

  /// The largest share of a run that warm-up takes.
  public static let longestWarmUp = 0.05

  /// Whether a run follows the method's published recipe, options included.
  static func isPublished(_ choice: RecipeChoice, steps: Int) -> Bool {
    choice == .published || (choice == .automatic && steps >= shortRunSteps)
  }

  /// The settings for a run of a method.
  public static func resolve(
    _ choice: RecipeChoice, card: MethodCard, backbone: BackboneSpec, imageSize: Int, batch: Int,
    steps: Int
  ) -> Recipe {
    guard let published = card.recipe(imageSize: imageSize), isPublished(choice, steps: steps)
    else { return short(BackboneKind(of: backbone), batch: batch, steps: steps) }
    // Warm-up keeps its share of the run when the run is shorter than the published one.
    let warmUp = min(published.warmUpEpochs / Double(published.epochs), longestWarmUp)
    return Recipe(
      source: published.source, optimizer: published.optimizer,
      learningRate: CosineSchedule(
        peak: published.learningRate(batch: batch), warmUp: Int(warmUp * Double(steps)),
        steps: steps),
      weightDecay: published.finalWeightDecay.map {
        CosineSchedule(peak: published.optimizer.weightDecay, end: $0, steps: steps)
      },
      clip: published.clip)
  }

  /// The rule for short runs, the same for every method of a backbone and for supervised training:
  /// published recipes reach their learning rates over hundreds of epochs and with optimisers (LARS)
  /// that barely move a network in a few hundred steps. AdamW with weight decay 0.01 (ConvNets) or
  /// 0.05 (transformers) on matrices, learning rate 2e-3 or 1e-3 times √(batch/128), a twentieth of
  /// the run as warm-up, cosine to zero.
  public static func short(_ backbone: BackboneKind, batch: Int, steps: Int) -> Recipe {
    let (rate, decay) = backbone == .vit ? (1e-3, 0.05) : (2e-3, 0.01)
    return Recipe(
      source: "Glean's rule for short runs", optimizer: .adamW(weightDecay: decay),
      learningRate: CosineSchedule(
        peak: rate * (Double(batch) / 128).squareRoot(),
        warmUp: max(1, Int(longestWarmUp * Double(steps))), steps: steps))
  }
}
