import Augment
import Backbones
import Downstream
public import Foundation
import Images
import Pretext
import Torch
import TorchNN
public import Training

/// Makes the runs of a plan, one after the other, and records every figure. A run that is recorded
/// is never made again; a run that was interrupted goes on from its checkpoint.
public struct StudyRunner {
  /// What happens, for whoever watches.
  public enum Event {
    /// A run begins; `position` counts from 0 among `total`.
    case began(PlannedRun, position: Int, total: Int)
    /// A run trains.
    case trained(TrainingStatus)
    /// A run is being judged.
    case judging
    /// A run is done, with its scores.
    case finished(PlannedRun, [Score])
    /// A run had been made before.
    case known(PlannedRun)
    /// A run failed; the others go on.
    case failed(PlannedRun, String)
  }

  /// The comparison.
  public let plan: StudyPlan
  private let data: StudyData
  private let folder: URL
  private let results: ResultStore
  private let environment: RunEnvironment

  /// A study whose figures and runs are kept in `folder`.
  public init(
    _ plan: StudyPlan, data: StudyData, folder: URL, results: ResultStore,
    environment: RunEnvironment
  ) {
    self.plan = plan
    self.data = data
    self.folder = folder
    self.results = results
    self.environment = environment
  }

  /// Makes all runs that are missing.
  /// - Returns: whether all are made; `false` if `shouldStop` asked to stop.
  /// - Throws: ``StudyError`` or ``DatabaseError`` if the study as a whole cannot go on; a single run
  ///   that fails is recorded and the others go on.
  public func run(
    report: (Event) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    let runs = try plan.runs()
    for (position, run) in runs.enumerated() {
      if shouldStop() { return false }
      let key = key(of: run)
      let directory = folder.appending(path: "runs/\(directoryName(run, key.id))")
      let record = RunRecord(
        key: key, gleanVersion: environment.version, commit: environment.commit,
        directory: directory.path)
      guard try results.begin(record) else {
        report(.known(run))
        continue
      }
      report(.began(run, position: position, total: runs.count))
      do {
        guard
          let result = try make(run, key.id, in: directory, report: report, shouldStop: shouldStop)
        else { return false }
        try results.finish(
          key.id, cost: result.cost, scores: result.verdicts.scores,
          features: result.verdicts.health, correct: result.verdicts.correct)
        // The figures are safe; what only serves to go on with the run can go.
        try? FileManager.default.removeItem(
          at: directory.appending(path: Trainer.checkpointName))
        report(.finished(run, result.verdicts.scores))
      } catch let error as DatabaseError {
        throw error
      } catch TrainingError.file(let what) {
        throw StudyError.file(what)
      } catch {
        try results.fail(key.id, message: "\(error)")
        report(.failed(run, "\(error)"))
      }
    }
    return true
  }

  // MARK: - One run

  /// What a run came to.
  private struct RunResult {
    var cost: RunCost
    var verdicts: Judge.Verdicts
  }

  /// Trains and judges one run; `nil` if it was stopped.
  private func make(
    _ run: PlannedRun, _ id: String, in directory: URL, report: (Event) -> Void,
    shouldStop: () -> Bool
  ) throws -> RunResult? {
    PeakMemory.reset()
    let configuration = plan.configuration(of: run.method, seed: run.seed)
    let draw = try data.draw(run, plan.labels)
    let backbone: Backbone
    var classifier: (any Classifier)?
    var health: FeatureHealth?
    var card: ModelCard?
    var cost = RunCost(
      seconds: 0, steps: 0, imagesSeen: 0, imagesPerSecond: 0, peakMemoryBytes: 0)
    if run.trains {
      let usesLabels = try StudyRow(run.method).card().usesLabels
      var trainer = Trainer(
        configuration, store: data.store, indices: usesLabels ? draw.labelled : draw.training,
        classCount: data.images.classes.count, folder: directory)
      trainer.imagesName = plan.name
      trainer.imagesHash = data.images.contentHash
      let outcome = try trainer.run(report: { report(.trained($0)) }, shouldStop: shouldStop)
      guard outcome.isFinished else { return nil }
      backbone = outcome.task.pretrained
      health = outcome.health
      card = outcome.card
      classifier = outcome.task as? any Classifier
      cost = RunCost(
        seconds: outcome.seconds, steps: outcome.step, imagesSeen: outcome.imagesSeen,
        imagesPerSecond: Double(outcome.imagesSeen) / outcome.seconds, peakMemoryBytes: 0)
    } else {
      backbone = try configuration.makeBackbone()
      backbone.move(to: data.store.device)
      backbone.useChannelsLast()
      backbone.train(false)
    }
    report(.judging)
    let judge = Judge(
      data: data, labelled: draw.labelled, configuration: configuration, seed: run.seed)
    var verdicts = try judge.frozen(backbone, runId: id)
    verdicts.health?.alignment = health?.alignment
    if let classifier { verdicts.add(judge.endToEnd(classifier, runId: id)) }
    if let card { try complete(card, with: verdicts, in: directory) }
    cost.peakMemoryBytes = PeakMemory.bytes
    return RunResult(cost: cost, verdicts: verdicts)
  }

  /// Writes the model card of a run again, now that its results are known.
  private func complete(
    _ card: ModelCard, with verdicts: Judge.Verdicts, in directory: URL
  ) throws {
    var card = card
    card.health = card.health ?? verdicts.health
    card.scores = verdicts.scores.map {
      .init(evaluation: $0.evaluation.rawValue, metric: $0.metric.rawValue, value: $0.value)
    }
    do {
      try card.write(to: directory)
    } catch {
      throw TrainingError.file(
        "\(directory.path): cannot be written (\(error.localizedDescription)); free some space")
    }
  }

  /// What decides the result, hashed; the commit and the folder do not.
  private func key(of run: PlannedRun) -> RunKey {
    var configuration = plan.configuration(of: run.method, seed: run.seed)
    let network = configuration.backbone.id
    configuration.initial?.path = ""
    let card = try? StudyRow(run.method).card()
    let identity = RunIdentity(
      configuration: configuration, methodRevision: card?.revision ?? 0,
      judgeRevision: Judge.revision, dataset: data.images.contentHash,
      images: run.images, labelled: run.labelled, labels: "\(plan.labels)",
      dependsOnSize: run.dependsOnSize,
      deviceKind: data.store.device.kind)
    let json = RunIdentity.json(identity)
    return RunKey(
      id: Digest.sha256(json), dataset: plan.name, method: run.method,
      family: card?.family?.rawValue, backbone: network, pretrainImages: run.images,
      labelledImages: run.labelled, seed: run.seed,
      dependsOnPretrainingSize: run.dependsOnSize, config: json)
  }

  private func directoryName(_ run: PlannedRun, _ id: String) -> String {
    "\(run.method)-\(run.images)-seed\(run.seed)-\(id.prefix(8))"
  }
}

/// Which program makes the runs; recorded beside them, not part of their identity.
public struct RunEnvironment: Sendable {
  /// Glean's version.
  public var version: String
  /// The commit it was built from, if known.
  public var commit: String

  /// Both.
  public init(version: String, commit: String) {
    self.version = version
    self.commit = commit
  }
}

/// Everything that decides a run's result.
private struct RunIdentity: Codable {
  var configuration: RunConfiguration
  var methodRevision: Int
  var judgeRevision: String
  var dataset: String
  var images: Int
  var labelled: Int
  var labels: String
  var dependsOnSize: Bool
  var deviceKind: String

  static func json(_ identity: RunIdentity) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(identity)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
