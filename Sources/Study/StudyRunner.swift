import Augment
import Backbones
import Downstream
public import Foundation
import Images
public import Pretext
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
    /// A run is being judged: by what, in a word or two.
    case judging(String)
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
  private let source: StudyData?
  private let runs: URL
  private let results: ResultStore
  private let environment: RunEnvironment
  private let shard: StudyShard?

  /// A study whose figures are kept in `results`.
  /// - Parameters:
  ///   - data: the images that the networks are judged on.
  ///   - source: the images of the plan's ``StudyPlan/transfer``.
  ///   - runs: where the runs' folders go. Studies may share it: a run that trains the same is
  ///     trained once.
  ///   - shard: the part of the runs to make; `nil` for all.
  public init(
    _ plan: StudyPlan, data: StudyData, source: StudyData? = nil, runs: URL, results: ResultStore,
    environment: RunEnvironment, shard: StudyShard? = nil
  ) {
    self.plan = plan
    self.data = data
    self.source = source
    self.runs = runs
    self.results = results
    self.environment = environment
    self.shard = shard
  }

  /// The runs to make: the plan's, or those of the shard.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func plannedRuns() throws(PretextError) -> [PlannedRun] {
    let runs = try plan.runs()
    return shard?.share(of: runs) ?? runs
  }

  /// Makes all runs that are missing, and judges those that are made by the protocols they have not
  /// been judged by.
  /// - Returns: whether all are made; `false` if `shouldStop` asked to stop.
  /// - Throws: ``StudyError`` or ``DatabaseError`` if the study as a whole cannot go on; a single run
  ///   that fails is recorded and the others go on.
  public func run(
    report: (Event) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    let runs = try plannedRuns()
    try results.keepTestImages(
      labels: data.test.map { data.images.labels[$0] ?? -1 }, groups: data.groups(of: data.test),
      of: plan.name)
    for (position, run) in runs.enumerated() {
      if shouldStop() { return false }
      let identity = RunIdentity(of: run, plan, data: data, source: source)
      let key = identity.key
      let missing = try missing(for: run, key.id)
      let folder = self.runs.appending(path: identity.folderName)
      let record = RunRecord(
        key: key, gleanVersion: environment.version, commit: environment.commit,
        directory: folder.path)
      let isNew = try results.begin(record)
      if !isNew && missing.isEmpty {
        report(.known(run))
        continue
      }
      report(.began(run, position: position, total: runs.count))
      do {
        let place = RunPlace(run: run, key: key, folder: folder)
        guard try make(place, missing, report: report, shouldStop: shouldStop) else {
          return false
        }
        report(.finished(run, try results.scores(of: key.id)))
      } catch let error as DatabaseError {
        throw error
      } catch TrainingError.file(let what) {
        throw StudyError.file(what)
      } catch let error as StudyError {
        throw error
      } catch {
        // A run that had its figures keeps them.
        if isNew { try results.fail(key.id, message: "\(error)") }
        report(.failed(run, "\(error)"))
      }
    }
    return true
  }

  // MARK: - One run

  /// A run, the row it is kept under, and its folder.
  private struct RunPlace {
    var run: PlannedRun
    var key: RunKey
    var folder: URL
  }

  /// What a run is still to be judged by.
  private func missing(for run: PlannedRun, _ id: String) throws -> [DownstreamProtocol] {
    let done = try results.evaluations(of: id)
    let wanted = [DownstreamProtocol.endToEnd] + plan.protocols
    let row = StudyRow(run.method)
    return wanted.filter {
      $0.applies(to: row, on: data.images.task)
        && !done.contains(Judge.tag(of: $0, on: data.images))
    }
  }

  /// Trains and judges one run.
  /// - Returns: whether it was finished, not stopped.
  private func make(
    _ place: RunPlace, _ missing: [DownstreamProtocol], report: (Event) -> Void,
    shouldStop: () -> Bool
  ) throws -> Bool {
    PeakMemory.reset()
    let (run, id) = (place.run, place.key.id)
    let draw = try data.draw(run, plan.labels, from: source(of: run))
    guard
      var trained = try network(
        of: place, draw, needsClassifier: missing.contains(.endToEnd), report: report,
        shouldStop: shouldStop)
    else { return false }
    let judge = Judge(
      data: data, labelled: draw.labelled, imageSize: plan.imageSize,
      precision: plan.precision.dtype, seed: UInt64(run.seed), network: trained.network,
      classifier: trained.classifier,
      classWeights: plan.classWeights ?? LinearProbe.ClassWeighting.none)
    for task in missing {
      guard
        let evaluation = try judge.evaluate(
          task, runId: id, report: { report(.judging($0)) }, shouldStop: shouldStop)
      else { return false }
      try results.record(evaluation)
    }
    var health = judge.health()
    health.alignment = trained.health?.alignment
    trained.cost.peakMemoryBytes = max(trained.cost.peakMemoryBytes, PeakMemory.bytes)
    try results.finish(id, cost: trained.cost, features: health)
    if let card = trained.card {
      try complete(card, with: try results.scores(of: id), health, in: place.folder)
    }
    // The figures are safe; what only serves to go on with the run can go.
    try? FileManager.default.removeItem(at: place.folder.appending(path: Trainer.checkpointName))
    return true
  }

  /// A network that is ready to be judged.
  private struct Trained {
    var network: StudyNetwork
    var classifier: (any Classifier)?
    var health: FeatureHealth?
    var card: ModelCard?
    var cost: RunCost
  }

  private func source(of run: PlannedRun) -> StudyData? {
    StudyRow(run.method).source == nil ? nil : source
  }

  /// The run's network: trained now, or as it was trained before.
  /// - Parameter needsClassifier: whether weights alone will not do.
  /// - Returns: `nil` if training was stopped.
  private func network(
    of place: RunPlace, _ draw: (training: [Int], labelled: [Int]), needsClassifier: Bool,
    report: (Event) -> Void, shouldStop: () -> Bool
  ) throws -> Trained? {
    let run = place.run
    let configuration = plan.configuration(of: run.method, seed: run.seed)
    let channels = data.images.channels
    if StudyRow(run.method).method == Baseline.pixels {
      return Trained(network: .pixels, cost: .none)
    }
    guard run.trains else {
      return Trained(
        network: .backbone(try configuration.makeBackbone().ready(on: data.store.device)),
        cost: .none)
    }
    if !needsClassifier,
      let before = TrainedRun.read(in: place.folder, training: place.key.training)
    {
      let weights = place.folder.appending(path: Trainer.weightsName)
      let backbone = try Backbone.make(
        from: weights, imageSize: configuration.imageSize, inputChannels: channels)
      return Trained(
        network: .backbone(backbone.ready(on: data.store.device)), health: before.health,
        cost: before.cost)
    }
    let set = source(of: run) ?? data
    let usesLabels = try StudyRow(run.method).card().usesLabels
    let isOwn = StudyRow(run.method).source == nil
    let indices = usesLabels && isOwn ? draw.labelled : draw.training
    var store = set.store
    if usesLabels { store.targets = Targets(set.images, learntFrom: indices) }
    var trainer = Trainer(
      configuration, store: store, indices: indices,
      classCount: set.images.classes.count, folder: place.folder)
    trainer.imagesName = isOwn ? plan.name : plan.transfer?.name ?? plan.name
    trainer.imagesHash = set.images.contentHash
    trainer.heldOut =
      isOwn ? data.test : set.images.indices(of: .validation) + set.images.indices(of: .test)
    let outcome = try trainer.run(report: { report(.trained($0)) }, shouldStop: shouldStop)
    guard outcome.isFinished else { return nil }
    let cost = RunCost(
      seconds: outcome.seconds, steps: outcome.step, imagesSeen: outcome.imagesSeen,
      imagesPerSecond: Double(outcome.imagesSeen) / outcome.seconds,
      peakMemoryBytes: PeakMemory.bytes)
    try TrainedRun(training: place.key.training, cost: cost, health: outcome.health)
      .write(in: place.folder)
    var backbone = outcome.task.pretrained
    if set.images.channels != channels {
      backbone = try Backbone.make(
        from: place.folder.appending(path: Trainer.weightsName),
        imageSize: configuration.imageSize, inputChannels: channels)
    }
    return Trained(
      network: .backbone(backbone.ready(on: data.store.device)),
      classifier: isOwn ? outcome.task as? any Classifier : nil, health: outcome.health,
      card: outcome.card, cost: cost)
  }

  /// Writes the model card of a run again, now that its results are known.
  private func complete(
    _ card: ModelCard, with scores: [Score], _ health: FeatureHealth?, in directory: URL
  ) throws {
    var card = card
    card.health = card.health ?? health
    card.scores = scores.map {
      .init(evaluation: $0.evaluation.rawValue, metric: $0.metric.rawValue, value: $0.value)
    }
    do {
      try card.write(to: directory)
    } catch {
      throw TrainingError.file(
        "\(directory.path): cannot be written (\(error.localizedDescription)); free some space")
    }
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
