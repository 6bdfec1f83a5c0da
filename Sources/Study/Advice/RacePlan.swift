public import Downstream
import Foundation
public import Training

/// What a race is about: what a user asks for. With the same images and settings it is the same race.
public struct RaceSettings: Codable, Sendable, Equatable {
  /// The images' name.
  public var dataset: String
  /// The hash of the images, labels and splits.
  public var dataHash: String
  /// The methods, in an order that decides between equals.
  public var candidates: [String]
  /// What methods are chosen by.
  public var criterion: SelectionCriterion
  /// The figure of candidates where there are classes; `nil` without.
  public var metric: Metric?
  /// What all share: network, views, batch, recipe, seed. Its method and budget do not count.
  public var training: RunConfiguration
  /// Seconds that the race may take, unless steps are given.
  public var budget: Double
  /// Steps of the methods that run to the end, whatever time they take; `nil` for what fits the
  /// budget.
  public var steps: Int?

  /// All of it.
  public init(
    dataset: String, dataHash: String, candidates: [String], criterion: SelectionCriterion,
    metric: Metric?, training: RunConfiguration, budget: Double, steps: Int? = nil
  ) {
    self.dataset = dataset
    self.dataHash = dataHash
    self.candidates = candidates
    self.criterion = criterion
    self.metric = metric
    self.training = training
    self.budget = budget
    self.steps = steps
  }

  /// What `other` has else, in words; `nil` if nothing.
  func difference(from other: RaceSettings) -> String? {
    if self == other { return nil }
    if dataHash != other.dataHash { return "the images have changed since it began" }
    if candidates != other.candidates {
      return "it was among \(candidates.joined(separator: ", "))"
    }
    if steps != other.steps {
      let texts = [steps, other.steps].map { $0.map { "\($0) steps" } ?? "what fits its budget" }
      return "it had \(texts[0]), now \(texts[1])"
    }
    if budget != other.budget {
      return "its budget was \(Wording.duration(budget)), now \(Wording.duration(other.budget))"
    }
    return training == other.training
      ? firstDifference(self, other) : firstDifference(training, other.training)
  }
}

/// What was measured before a race, from which its length follows.
public struct RaceCosts: Codable, Sendable, Equatable {
  /// Seconds of a step, by method; supervised training too where there are classes.
  public var step: [String: Double]
  /// Seconds that judging takes for each image of a ``RaceSample``.
  public var judging: Double
  /// Seconds that measuring took, which the budget pays for too.
  public var measuring: Double

  /// All of it.
  public init(step: [String: Double], judging: Double, measuring: Double) {
    self.step = step
    self.judging = judging
    self.measuring = measuring
  }
}

/// A race that fits its budget: how long each rung is and how many images judge it.
public struct RacePlan: Codable, Sendable, Equatable {
  /// What is raced.
  public var settings: RaceSettings
  /// What it was planned from.
  public var costs: RaceCosts
  /// Rungs and their steps.
  public var halving: SuccessiveHalving
  /// Images that judge.
  public var sample: RaceSample

  /// The share of the budget that plans fill: steps are measured in a moment and vary.
  static let filled = 0.9
  /// The largest share of it that goes to judging, unless the smallest sample takes more.
  static let judgingShare = 0.3

  /// The longest race that the budget or the steps allow, whichever methods go on.
  /// - Throws: ``StudyError/setting(_:)`` naming the smallest budget or number of steps that works, or
  ///   for less than two candidates.
  public init(
    _ settings: RaceSettings, _ costs: RaceCosts, images: RaceImages
  ) throws(StudyError) {
    self.settings = settings
    self.costs = costs
    let available = settings.budget * Self.filled - costs.measuring
    let count = settings.candidates.count
    sample = RaceSample.largest(images)
    // As many rungs as any race of so many candidates has.
    halving = try SuccessiveHalving(candidates: count, budget: .max / 2)
    let rungs = halving.rungs.count
    func race(_ share: Int) throws(StudyError) -> SuccessiveHalving {
      try SuccessiveHalving(candidates: count, budget: share * rungs)
    }
    if let asked = settings.steps {
      halving = try race(count * SuccessiveHalving.fewestSteps)
      let fewest = steps
      guard asked >= fewest else {
        throw .setting(
          "\(asked) steps are too few to race \(count) methods in \(rungs) rungs; give \(fewest) or "
            + "more, or fewer methods")
      }
      try stretch(from: count * SuccessiveHalving.fewestSteps, race) { $0.steps <= asked }
      return
    }
    while judgingSeconds > Self.judgingShare * available, sample != sample.smallest {
      sample = sample.halved
    }
    halving = try race(count * SuccessiveHalving.fewestSteps)
    guard seconds <= available else {
      sample = sample.smallest
      let needed = (seconds + costs.measuring) / Self.filled
      throw .setting(
        "a budget of \(Wording.duration(settings.budget)) is too short to race \(count) methods on "
          + "these images and this machine: measuring took \(Wording.duration(costs.measuring)), "
          + "the shortest race takes \(Wording.duration(trainingSeconds)) of training and "
          + "\(Wording.duration(judgingSeconds)) of judging; give \(Self.roundedUp(needed)) or "
          + "more, fewer methods, or a smaller image size or batch")
    }
    try stretch(from: count * SuccessiveHalving.fewestSteps, race) { $0.seconds <= available }
  }

  /// Takes the longest race that fits, to a step of every candidate.
  private mutating func stretch(
    from shortest: Int, _ race: (Int) throws(StudyError) -> SuccessiveHalving,
    while fitsIn: (RacePlan) -> Bool
  ) throws(StudyError) {
    var (fits, tooLong) = (shortest, shortest)
    while tooLong < Self.mostSteps, fitsIn(self) {
      fits = tooLong
      tooLong *= 2
      halving = try race(tooLong)
    }
    while tooLong - fits > settings.candidates.count {
      let middle = (fits + tooLong) / 2
      halving = try race(middle)
      if fitsIn(self) { fits = middle } else { tooLong = middle }
    }
    halving = try race(fits)
  }

  /// Steps of one rung beyond which no plan is longer.
  private static let mostSteps = 100_000_000

  /// Steps of those that run to the end.
  public var steps: Int { halving.rungs.last?.steps ?? 0 }

  /// Seconds that the race takes at most: the dearest methods may be those that go on.
  public var seconds: Double { trainingSeconds + judgingSeconds }

  /// Seconds of training in it.
  public var trainingSeconds: Double {
    let dearest = settings.candidates.map { costs.step[$0] ?? 0 }.sorted(by: >)
    var (total, before) = (Double(steps) * (costs.step[Baseline.supervised] ?? 0), 0)
    for rung in halving.rungs {
      total += Double(rung.steps - before) * dearest.prefix(rung.candidates).reduce(0, +)
      before = rung.steps
    }
    return total
  }

  /// Seconds of judging in it: every rung, random weights, and two probes for the test images.
  public var judgingSeconds: Double {
    let judged = (1 + halving.rungs.reduce(0) { $0 + $1.candidates }) * sample.images
    let tested = sample.tested == 0 ? 0 : 3 * (sample.fitted + sample.tested)
    return costs.judging * Double(judged + tested)
  }

  /// The run of a method: its schedule covers the longest run of the race.
  public func configuration(of method: String) -> RunConfiguration {
    var configuration = settings.training
    configuration.method = method
    configuration.budget = .steps(steps)
    return configuration
  }

  /// `8m`, as `--budget` takes it, never less.
  private static func roundedUp(_ seconds: Double) -> String {
    seconds <= 600
      ? "\(Int((seconds / 10).rounded(.up)) * 10)s" : "\(Int((seconds / 60).rounded(.up)))m"
  }
}
