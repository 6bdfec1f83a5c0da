public import Pretext
public import TorchNN

/// How long a run trains.
public enum Budget: Codable, Sendable, Hashable, CustomStringConvertible {
  /// Steps of the optimiser: the same compute whatever the number of images.
  case steps(Int)
  /// Passes over the images.
  case epochs(Int)

  /// The steps this means.
  public func steps(perEpoch: Int) -> Int {
    switch self {
    case .steps(let count): count
    case .epochs(let count): count * perEpoch
    }
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
  /// ``published`` for runs of 100 epochs and more, ``short`` below.
  case automatic
  /// What the method was published with, the learning rate scaled to the batch.
  case published
  /// One rule for every method: see ``Recipe/short(batch:steps:)``.
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
  /// The norm that gradients are clipped to, if any.
  public var clip: Double?

  /// From how many epochs on a published recipe is used as it is.
  public static let longRunEpochs = 100

  /// The settings for a run of a method.
  public static func resolve(
    _ choice: RecipeChoice, card: MethodCard, batch: Int, steps: Int, stepsPerEpoch: Int
  ) -> Recipe {
    let isLong = steps >= longRunEpochs * stepsPerEpoch
    guard let published = card.recipe, choice == .published || (choice == .automatic && isLong)
    else { return short(batch: batch, steps: steps) }
    // Warm-up keeps its share of the run when the run is shorter than the published one.
    let share = published.warmUpEpochs / Double(published.epochs)
    return Recipe(
      source: published.source, optimizer: published.optimizer,
      learningRate: CosineSchedule(
        peak: published.learningRate * Double(batch) / 256,
        warmUp: Int(share * Double(steps)), steps: steps))
  }

  /// The rule for short runs, the same for every method and for supervised training: published
  /// recipes reach their learning rates over hundreds of epochs and with optimisers (LARS) that
  /// barely move a network in a few hundred steps. AdamW, learning rate 2e-3·√(batch/128), weight
  /// decay 1e-2, a tenth of the run as warm-up, cosine to zero.
  public static func short(batch: Int, steps: Int) -> Recipe {
    Recipe(
      source: "Glean's rule for short runs", optimizer: .adamW(weightDecay: 1e-2),
      learningRate: CosineSchedule(
        peak: 2e-3 * (Double(batch) / 128).squareRoot(), warmUp: max(1, steps / 10), steps: steps))
  }
}
