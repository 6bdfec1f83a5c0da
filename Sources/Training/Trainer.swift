public import Augment
import Backbones
public import Foundation
public import Pretext
import Torch
import TorchNN

/// How far a run is, for a progress bar.
public struct TrainingStatus: Sendable {
  /// Steps done.
  public var step: Int
  /// Steps in all.
  public var steps: Int
  /// Images that a step takes.
  public var batch: Int
  /// The loss, averaged since the last report.
  public var loss: Double
  /// What the features of one batch look like.
  public var health: FeatureHealth
}

/// What a run came to.
public struct TrainingOutcome {
  /// The trained task, in use mode.
  public var task: any PretextTask
  /// Steps done; fewer than asked for if it was stopped.
  public var step: Int
  /// Whether all steps were done.
  public var isFinished: Bool
  /// Seconds of training, over all sittings.
  public var seconds: Double
  /// Images shown to the method, every repetition counted once (not once a view).
  public var imagesSeen: Int
  /// Seconds and images of this sitting.
  public var sitting: (seconds: Double, images: Int)
  /// The optimiser's settings.
  public var recipe: Recipe
  /// What the features of the last batch looked like; `nil` if no step was taken in this sitting.
  public var health: FeatureHealth?
  /// What a reader of the weights wants to know; `nil` until all steps are done.
  public var card: ModelCard?
}

/// The one training loop, for every method.
public struct Trainer {
  private let configuration: RunConfiguration
  private let store: DeviceStore
  private let available: [Int]
  private let classCount: Int
  private let folder: URL
  /// Seconds between checkpoints.
  public var checkpointInterval = 45.0
  /// What the model card calls the images.
  public var imagesName = "images"
  /// The hash of the whole image set, by which the weights are known to come from it.
  public var imagesHash = ""
  /// Images that are not trained on, whose loss is watched beside that of as many that are, where the
  /// method knows it without labels: see ``heldOutName``. Training goes as without them.
  public var heldOut: [Int] = []
  /// Steps between lines of `metrics.csv` and reports.
  public static let reportEvery = 10

  /// A run on the images of `store` that `indices` names.
  /// - Parameters:
  ///   - classCount: classes of the labels, 0 without.
  ///   - folder: where checkpoint, weights and metrics go; made if absent.
  public init(
    _ configuration: RunConfiguration, store: DeviceStore, indices: [Int], classCount: Int,
    folder: URL
  ) {
    self.configuration = configuration
    self.store = store
    available = indices
    self.classCount = classCount
    self.folder = folder
  }

  /// Files of a run.
  public static let checkpointName = "checkpoint.safetensors"
  /// The pretrained backbone.
  public static let weightsName = "backbone.safetensors"
  /// What a reader of the weights wants to know.
  public static let modelCardName = "README.md"
  /// The settings.
  public static let configurationName = "run.json"
  /// The figures of the run.
  public static let metricsName = "metrics.csv"
  /// The loss of images that are not trained on, over the run; only where there are such.
  public static let heldOutName = "held_out.csv"

  /// Builds the task with its initial weights, as the run would.
  func makeTask() throws(TrainingError) -> any PretextTask {
    try configuration.makeTask(imageCount: indices.count, batch: batch, steps: steps) {
      $0.classCount = classCount
      $0.targets = store.targets?.kind
      $0.mean = store.mean
      $0.deviation = store.deviation
    }
  }

  /// Steps of the whole run.
  private var steps: Int { configuration.budget.steps(images: available.count, batch: batch) }

  /// Images in a batch: as asked for, but no more than there are.
  private var batch: Int { min(configuration.batch, available.count) }

  /// The images that the run trains on: all that it is given, unless each is a class of its own and
  /// there are too many of them.
  private var indices: [Int] {
    guard let type = try? Registry.task(configuration.method), type.imagesAreClasses else {
      return available
    }
    let count = exemplarCount(images: available.count, steps: steps, batch: batch)
    if count == available.count { return available }
    let order = RandomStream(seed: configuration.seed, "exemplars").permutation(available.count)
    return order.ints.prefix(count).map { available[$0] }
  }

  /// Trains, from the start or from the folder's checkpoint.
  /// - Parameters:
  ///   - limit: the step to pause at, with a checkpoint, where that is before the last: the schedule
  ///     stays that of the whole run. A run that is there already takes no step.
  ///   - report: called every few steps.
  ///   - shouldStop: asked after every step; a stopped run leaves a checkpoint.
  public func run(
    upTo limit: Int = .max, report: (TrainingStatus) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingOutcome {
    let files = RunFolder(
      url: folder, configuration: configuration, fingerprint: fingerprint,
      imageCount: indices.count, imagesHash: imagesHash)
    try files.prepare()
    var session = try makeSession()
    let (start, secondsBefore) = try files.resume(session)
    var log = try files.log(Trainer.metricsName, from: start)
    let held = watched(by: session)
    var heldLog = try held.map { (_) throws(TrainingError) in
      try files.log(Trainer.heldOutName, from: start)
    }

    let clock = ContinuousClock()
    let began = clock.now
    var saved = began
    var step = start
    var losses: [Tensor] = []
    var health: FeatureHealth?
    func seconds() -> Double { secondsBefore + (clock.now - began) / .seconds(1) }

    while step < min(limit, session.steps) {
      let rate = session.recipe.learningRate(step)
      let loss = session.take(step)
      losses.append(loss.value.detached())
      step += 1

      let stops = shouldStop() || step == limit
      let isLast = step == session.steps
      if step % Trainer.reportEvery == 0 || isLast || stops {
        let mean = stacked(losses).mean().scalar
        losses = []
        guard mean.isFinite else {
          throw .diverged(method: configuration.method, step: step, learningRate: rate)
        }
        let state = FeatureHealth(loss.features, partners: loss.partners)
        health = state
        let figures: [(String, Double)] =
          [
            ("step", Double(step)), ("epoch", Double(step) / Double(session.stepsPerEpoch)),
            ("loss", mean), ("learning_rate", rate), ("effective_rank", state.rank),
            ("deviation", state.deviation), ("uniformity", state.uniformity),
          ] + (state.alignment.map { [("alignment", $0)] } ?? [])
          + [("seconds", seconds())] + loss.diagnostics.map { ($0.name, $0.value.scalar) }
        try files.filing { try log.append(figures) }
        if let held, held.isDue(step) {
          let figures = held.figures(of: session, after: step)
          try files.filing { try heldLog?.append(figures) }
        }
        report(
          TrainingStatus(
            step: step, steps: session.steps, batch: batch, loss: mean, health: state))
      }
      if stops || isLast || (clock.now - saved) / .seconds(1) > checkpointInterval {
        try files.save(session, step: step, seconds: seconds())
        saved = clock.now
      }
      if stops { break }
    }
    session.task.train(false)
    let isFinished = step == session.steps
    var card: ModelCard?
    if isFinished {
      let made = modelCard(of: session, health: health)
      try files.save(session.task.pretrained, made.normalisation)
      try files.filing { try made.write(to: folder, replacing: step > start) }
      card = made
    }
    return TrainingOutcome(
      task: session.task, step: step, isFinished: isFinished, seconds: seconds(),
      imagesSeen: step * batch,
      sitting: ((clock.now - began) / .seconds(1), (step - start) * batch),
      recipe: session.recipe, health: health, card: card)
  }

  /// The loss that is watched; `nil` where no image is held out, or the method cannot tell it.
  private func watched(by session: TrainingSession) -> HeldOutLoss? {
    let method = type(of: session.task)
    guard !method.looksImagesUp, !method.card.usesLabels else { return nil }
    return HeldOutLoss(
      training: indices, heldOut: heldOut, batch: batch, steps: steps, seed: configuration.seed)
  }

  private func modelCard(of session: TrainingSession, health: FeatureHealth?) -> ModelCard {
    ModelCard(
      method: type(of: session.task).card, configuration: configuration, recipe: session.recipe,
      views: TrainingSession.views(of: session.task, configuration),
      imagesName: imagesName, imageCount: indices.count, steps: session.steps, batch: batch,
      normalisation: InputNormalisation(mean: store.mean, std: store.deviation), health: health)
  }

  /// Measures a step on this machine: one to warm up, which may take several times as long as others,
  /// then the mean of a few; of less where they are slow. Nothing is written.
  public func secondsPerStep(over count: Int = 3) throws(TrainingError) -> Double {
    var session = try makeSession()
    _ = session.take(0)
    store.device.synchronize()
    let clock = ContinuousClock()
    let began = clock.now
    var (taken, seconds) = (0, 0.0)
    while taken < count, seconds < Self.patience {
      taken += 1
      _ = session.take(taken)
      store.device.synchronize()
      seconds = (clock.now - began) / .seconds(1)
    }
    return seconds / Double(taken)
  }

  /// Seconds after which no further step is measured.
  private static let patience = 2.0

  private func makeSession() throws(TrainingError) -> TrainingSession {
    guard batch >= 2 else {
      throw .setUp("one image is too few to train on; give at least two")
    }
    return TrainingSession(
      try makeTask(), configuration, store: store, indices: indices, batch: batch,
      steps: steps)
  }

  /// Stands for the images and their order: which they are, and what they look like on the whole.
  private var fingerprint: String {
    let images = indices.reduce(into: UInt64(indices.count)) {
      $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return "\(images) \(store.mean) \(store.deviation)"
  }
}
