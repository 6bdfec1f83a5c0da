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
  /// ``effectiveRank(_:)`` of the features of one batch.
  public var rank: Double
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
}

/// The one training loop, for every method.
public struct Trainer {
  private let configuration: RunConfiguration
  private let store: DeviceStore
  private let indices: [Int]
  private let classCount: Int
  private let folder: URL
  /// Seconds between checkpoints.
  public var checkpointInterval = 45.0
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
    self.indices = indices
    self.classCount = classCount
    self.folder = folder
  }

  /// Files of a run.
  public static let checkpointName = "checkpoint.safetensors"
  /// The pretrained backbone.
  public static let weightsName = "backbone.safetensors"
  /// The settings.
  public static let configurationName = "run.json"
  /// The figures of the run.
  public static let metricsName = "metrics.csv"

  /// Builds the task with its initial weights, as the run would.
  public func makeTask() throws(TrainingError) -> any PretextTask {
    do {
      guard let type = try Registry.task(configuration.method) else {
        throw TrainingError.setUp("'\(configuration.method)' does not train")
      }
      let backbone = configuration.backbone.make(
        random: RandomStream(seed: configuration.seed, "backbone"))
      return try type.make(
        changing: configuration.options,
        PretextContext(
          backbone: backbone, spec: configuration.backbone, imageSize: configuration.imageSize,
          imageCount: indices.count, classCount: classCount, batch: batch,
          random: RandomStream(seed: configuration.seed, "head")))
    } catch {
      throw .setUp("\(error)")
    }
  }

  /// Images in a batch: as asked for, but no more than there are.
  public var batch: Int { min(configuration.batch, indices.count) }

  /// Trains, from the start or from the folder's checkpoint.
  /// - Parameters:
  ///   - report: called every few steps.
  ///   - shouldStop: asked after every step; a stopped run leaves a checkpoint.
  public func run(
    report: (TrainingStatus) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingOutcome {
    guard batch >= 2 else {
      throw .setUp("one image is too few to train on; give at least two")
    }
    let task = try makeTask()
    task.move(to: store.device)
    task.useChannelsLast()
    var sampler = EpochSampler(indices: indices, batch: batch, seed: configuration.seed)
    let steps = configuration.budget.steps(perEpoch: sampler.stepsPerEpoch)
    let recipe = Recipe.resolve(
      configuration.recipe, card: type(of: task).card, batch: batch, steps: steps,
      stepsPerEpoch: sampler.stepsPerEpoch)
    let optimizer = Optimizer(recipe.optimizer, task.parameters)
    let augmenter = Augmenter(store: store, plan: views(of: task), seed: configuration.seed)
    let checkpoint = folder.appending(path: Trainer.checkpointName)
    let fingerprint = try prepareFolder()
    let (start, secondsBefore) = try resume(task, optimizer, fingerprint: fingerprint)
    var log = try filing { try MetricsLog(metricsURL, keepingUpTo: start) }

    let clock = ContinuousClock()
    let began = clock.now
    var saved = began
    var step = start
    var losses: [Tensor] = []
    func seconds() -> Double { secondsBefore + (clock.now - began) / .seconds(1) }

    task.train()
    while step < steps {
      let progress = StepProgress(step: step, steps: steps, stepsPerEpoch: sampler.stepsPerEpoch)
      if step % sampler.stepsPerEpoch == 0 || step == start {
        task.beforeEpoch(progress.epoch, wholeSet(task, augmenter))
      }
      Machine.seed(configuration.seed &+ UInt64(step))
      let views = augmenter.views(of: sampler.batch(at: step), step: step)
      let loss = loss(of: task, views, progress)
      optimizer.clearGradients()
      loss.value.backward()
      if let limit = recipe.clip { optimizer.clipGradients(to: limit) }
      let rate = recipe.learningRate(step)
      optimizer.step(learningRate: rate)
      withoutGradient { task.afterStep(progress) }
      losses.append(loss.value.detached())
      step += 1

      let stops = shouldStop()
      if step % Trainer.reportEvery == 0 || step == steps || stops {
        let mean = stacked(losses).mean().scalar
        losses = []
        guard mean.isFinite else {
          throw .diverged(method: configuration.method, step: step, learningRate: rate)
        }
        let rank = effectiveRank(loss.features)
        let figures: [(String, Double)] =
          [
            ("step", Double(step)), ("epoch", Double(step) / Double(sampler.stepsPerEpoch)),
            ("loss", mean), ("learning_rate", rate), ("effective_rank", rank),
            ("seconds", seconds()),
          ] + loss.diagnostics.map { ($0.name, $0.value.scalar) }
        try filing { try log.append(figures) }
        report(TrainingStatus(step: step, steps: steps, batch: batch, loss: mean, rank: rank))
      }
      if stops || step == steps || (clock.now - saved) / .seconds(1) > checkpointInterval {
        try Checkpoint.write(
          task, optimizer, step: step, seconds: seconds(), fingerprint: fingerprint, to: checkpoint)
        saved = clock.now
      }
      if stops { break }
    }
    task.train(false)
    if step == steps { try save(task.backbone) }
    return TrainingOutcome(
      task: task, step: step, isFinished: step == steps, seconds: seconds(),
      imagesSeen: step * batch,
      sitting: ((clock.now - began) / .seconds(1), (step - start) * batch), recipe: recipe)
  }

  /// Measures a step on this machine: one to warm up, then the mean of a few. Nothing is written.
  public func secondsPerStep(over count: Int = 3) throws(TrainingError) -> Double {
    guard batch >= 2 else { throw .setUp("one image is too few to train on") }
    let task = try makeTask()
    task.move(to: store.device)
    task.useChannelsLast()
    let optimizer = Optimizer(.sgd(weightDecay: 0), task.parameters)
    let augmenter = Augmenter(store: store, plan: views(of: task), seed: configuration.seed)
    var sampler = EpochSampler(indices: indices, batch: batch, seed: configuration.seed)
    let clock = ContinuousClock()
    var began = clock.now
    for step in 0...count {
      if step == 1 {
        store.device.synchronize()
        began = clock.now
      }
      let progress = StepProgress(
        step: step, steps: count + 1, stepsPerEpoch: sampler.stepsPerEpoch)
      let loss = loss(of: task, augmenter.views(of: sampler.batch(at: step), step: step), progress)
      optimizer.clearGradients()
      loss.value.backward()
      optimizer.step(learningRate: 0)
    }
    store.device.synchronize()
    return (clock.now - began) / .seconds(count)
  }

  // MARK: - Parts of a run

  private func views<Task: PretextTask>(of task: Task) -> ViewPlan {
    Task.views(task.options, imageSize: configuration.imageSize)
  }

  /// The loss under autocast.
  private func loss(
    of task: any PretextTask, _ views: Views, _ progress: StepProgress
  ) -> PretextLoss {
    withAutocast(configuration.precision.dtype, on: store.device) { task.loss(views, progress) }
  }

  private var metricsURL: URL { folder.appending(path: Trainer.metricsName) }

  /// Writes the backbone with its specification.
  private func save(_ backbone: Backbone) throws(TrainingError) {
    do {
      try backbone.save(to: folder.appending(path: Trainer.weightsName))
    } catch {
      throw .file("\(error); the checkpoint is safe: free some space and start the command again")
    }
  }

  /// Makes the folder and writes the settings, or checks that they are those of the run it holds.
  private func prepareFolder() throws(TrainingError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let url = folder.appending(path: Trainer.configurationName)
    return try filing {
      let json = try encoder.encode(configuration)
      if let data = try? Data(contentsOf: url) {
        guard let before = try? JSONDecoder().decode(RunConfiguration.self, from: data) else {
          throw TrainingError.file(
            "\(url.path): is not the settings of a run; delete the folder, or give another --out")
        }
        guard before == configuration else {
          throw TrainingError.otherRun(
            folder: folder.path, difference: Trainer.difference(before, configuration))
        }
      } else {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try json.write(to: url, options: .atomic)
      }
      let images = indices.reduce(into: UInt64(indices.count)) {
        $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01b3
      }
      return "\(images)"
    }
  }

  /// The first setting in which two runs differ.
  private static func difference(_ a: RunConfiguration, _ b: RunConfiguration) -> String {
    for (before, now) in zip(Mirror(reflecting: a).children, Mirror(reflecting: b).children)
    where "\(before.value)" != "\(now.value)" {
      return "\(before.label ?? "") was \(before.value), now \(now.value)"
    }
    return "its settings"
  }

  /// Takes up the folder's checkpoint, if any.
  private func resume(
    _ task: any PretextTask, _ optimizer: Optimizer, fingerprint: String
  ) throws(TrainingError) -> (step: Int, seconds: Double) {
    let url = folder.appending(path: Trainer.checkpointName)
    guard let checkpoint = try Checkpoint.read(url, fingerprint: fingerprint) else { return (0, 0) }
    do {
      try task.load(checkpoint.task)
      try optimizer.load(checkpoint.optimizer, steps: checkpoint.step)
    } catch {
      throw .file("\(url.path): \(error)")
    }
    return (checkpoint.step, checkpoint.seconds)
  }

  /// A pass over the training images without augmentation, for methods that re-cluster.
  private func wholeSet(_ task: any PretextTask, _ augmenter: Augmenter) -> DatasetPass {
    DatasetPass { network in
      task.train(false)
      defer { task.train() }
      return withoutGradient {
        concatenated(
          stride(from: 0, to: indices.count, by: batch).map { start in
            let part = Array(indices[start..<min(start + batch, indices.count)])
            return withAutocast(configuration.precision.dtype, on: store.device) {
              network(store.evaluationBatch(indices: part, size: configuration.imageSize)).to(
                .float32)
            }
          })
      }
    }
  }

  private func filing<Result>(_ body: () throws -> Result) throws(TrainingError) -> Result {
    do {
      return try body()
    } catch let error as TrainingError {
      throw error
    } catch {
      throw .file(
        "\(folder.path): cannot be written (\(error.localizedDescription)); free some space or give "
          + "another --out")
    }
  }
}
