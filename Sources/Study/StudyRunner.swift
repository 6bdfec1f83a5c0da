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
    /// A run is still being made by another process, and is left to it.
    case held(PlannedRun)
  }

  /// The comparison.
  public let plan: StudyPlan
  let data: StudyData
  let source: StudyData?
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
  ///
  /// A run that another process is making is passed over, and looked at again at the end.
  /// - Returns: whether all are made or left to others; `false` if `shouldStop` asked to stop.
  /// - Throws: ``StudyError`` or ``DatabaseError`` if the study as a whole cannot go on; a single run
  ///   that fails is recorded and the others go on.
  public func run(
    report: (Event) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    let runs = try plannedRuns()
    try results.keepTestImages(
      labels: data.test.map { data.images.labels[$0] ?? -1 }, groups: data.groups(of: data.test),
      of: plan.name)
    var left = Array(runs.indices)
    for isSecondTime in [false, true] {
      var held: [Int] = []
      for position in left {
        switch try make(runs, at: position, report: report, shouldStop: shouldStop) {
        case .made: break
        case .stopped: return false
        case .held where isSecondTime: report(.held(runs[position]))
        case .held: held.append(position)
        }
      }
      left = held
    }
    return true
  }

  /// The runs among ``plannedRuns()`` that are not made, or not judged by all protocols.
  /// - Throws: ``PretextError`` or ``DatabaseError``.
  public func runsToMake() throws -> [PlannedRun] {
    try plannedRuns().filter { run in
      try !isMade(run, RunIdentity(of: run, plan, data: data, source: source).key.id)
    }
  }

  /// How many of ``plannedRuns()`` are finished.
  /// - Throws: ``PretextError`` or ``DatabaseError``.
  public func finishedCount() throws -> Int {
    try plannedRuns().count {
      try results.isFinished(RunIdentity(of: $0, plan, data: data, source: source).key.id)
    }
  }

  // MARK: - One run

  /// What became of a run: made or failed, stopped, or left to the process that is making it.
  private enum Outcome { case made, stopped, held }

  private func isMade(_ run: PlannedRun, _ id: String) throws -> Bool {
    try results.isFinished(id) && missing(for: run, id).isEmpty
  }

  private func make(
    _ runs: [PlannedRun], at position: Int, report: (Event) -> Void, shouldStop: () -> Bool
  ) throws -> Outcome {
    if shouldStop() { return .stopped }
    let run = runs[position]
    let identity = RunIdentity(of: run, plan, data: data, source: source)
    let key = identity.key
    if try isMade(run, key.id) {
      report(.known(run))
      return .made
    }
    let folder = self.runs.appending(path: identity.folderName)
    // What trains nothing has no folder, and is quickly made twice.
    let lock = run.trains ? RunLock(folder) : nil
    defer { withExtendedLifetime(lock) {} }
    if run.trains && lock == nil { return .held }
    let isNew = try results.begin(
      RunRecord(
        key: key, gleanVersion: environment.version, commit: environment.commit,
        directory: folder.path))
    // Looked up under the lock: another process may have judged it meanwhile.
    let missing = try missing(for: run, key.id)
    if !isNew && missing.isEmpty {
      report(.known(run))
      return .made
    }
    report(.began(run, position: position, total: runs.count))
    do {
      let place = RunPlace(run: run, key: key, folder: folder)
      guard try make(place, missing, report: report, shouldStop: shouldStop) else {
        return .stopped
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
    return .made
  }

  /// A run, the row it is kept under, and its folder.
  struct RunPlace {
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
