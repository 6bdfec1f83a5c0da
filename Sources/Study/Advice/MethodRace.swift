import Augment
import Backbones
import Foundation
import Images
import Pretext
import Torch
import TorchNN
public import Training

/// Holds a race of methods: each trains to the end of a rung, is judged, and the better go on from
/// where they stood. What is judged is kept, so that a race that was stopped goes on.
///
/// A run's schedule covers the longest run of the race, and those that are dropped leave theirs
/// unfinished: early figures are of high learning rates, for all alike. The test images are looked at
/// once, when the winner is known.
public struct MethodRace {
  /// What happens, for whoever watches.
  public enum Event {
    /// A candidate begins a rung, counted from 0; `position` counts from 0 among `total`.
    case began(String, rung: Int, position: Int, total: Int)
    /// It trains.
    case trained(TrainingStatus)
    /// It is being judged.
    case judging
    /// It is judged.
    case judged(String, Judgement)
    /// It was judged before.
    case known(String)
    /// It failed, and is dropped.
    case failed(String, String)
    /// Supervised training begins, for the yardstick.
    case beganSupervised
    /// It is trained.
    case endedSupervised
  }

  /// The race.
  public let plan: RacePlan
  private let images: RaceImages
  private let folder: RaceFolder
  private let judge: RaceJudge

  /// A race on `images`, kept in `folder`.
  /// - Throws: ``StudyError``.
  public init(_ plan: RacePlan, images: RaceImages, in folder: RaceFolder) throws(StudyError) {
    self.plan = plan
    self.images = images
    self.folder = folder
    judge = try RaceJudge(images, plan.settings, plan.sample)
  }

  /// Measures what a plan is made from: a step of each method, and judging.
  /// - Parameter note: told what is being measured.
  public static func costs(
    _ settings: RaceSettings, images: RaceImages, note: (String) -> Void
  ) throws -> RaceCosts {
    let clock = ContinuousClock()
    let began = clock.now
    var step: [String: Double] = [:]
    for method in settings.candidates + (images.hasClasses ? [Baseline.supervised] : []) {
      note(method)
      var configuration = settings.training
      configuration.method = method
      step[method] = try images.data.secondsPerStep(
        of: configuration, learningFrom: indices(of: method, images), over: 2)
    }
    note("judging")
    let sample = RaceSample.largest(images).smallest
    let judge = try RaceJudge(images, settings, sample)
    let network = try settings.training.makeBackbone().ready(on: images.data.store.device)
    let beganJudging = clock.now
    _ = try judge.judge(network)
    let judging = (clock.now - beganJudging) / .seconds(1) / Double(sample.images)
    return RaceCosts(step: step, judging: judging, measuring: (clock.now - began) / .seconds(1))
  }

  /// Holds the race, or what is left of it.
  /// - Returns: how it went; `nil` if `shouldStop` asked to stop.
  /// - Throws: ``StudyError`` where the race cannot go on; a candidate that fails is dropped.
  public func run(
    report: (Event) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> RaceResult? {
    var record = try folder.load() ?? RaceRecord(plan: plan)
    do {
      let random = RaceRecord.key(Baseline.random, 0)
      if record.judgements[random] == nil {
        record.judgements[random] = try judge.judge(randomNetwork)
        try folder.save(record)
      }
      var position = 0
      let total = plan.halving.rungs.reduce(0) { $0 + $1.candidates }
      let outcome = try plan.halving.run(plan.settings.candidates) { candidate, steps in
        if shouldStop() { throw Stopped() }
        defer { position += 1 }
        let key = RaceRecord.key(candidate, steps)
        if record.judgements[key] == nil {
          // What failed, as on a graphics card that was full, may succeed now, and change the order.
          if record.failures.removeValue(forKey: key) != nil { record.lead = nil }
          let rung = plan.halving.rungs.firstIndex { $0.steps == steps } ?? 0
          report(.began(candidate, rung: rung, position: position, total: total))
          do {
            let outcome = try train(candidate, upTo: steps, report, shouldStop)
            report(.judging)
            let judgement = try judge.judge(outcome.task.pretrained.ready(on: device))
            record.judgements[key] = judgement
            report(.judged(candidate, judgement))
          } catch let error as Stopped {
            throw error
          } catch TrainingError.file(let what) {
            throw StudyError.file(what)
          } catch {
            record.failures[key] = "\(error)"
            report(.failed(candidate, "\(error)"))
          }
          try folder.save(record)
        } else {
          report(.known(candidate))
        }
        return record.judgements[key]?.score(plan.settings.criterion)
      }
      try finish(outcome, &record, report, shouldStop)
      return RaceResult(
        plan, outcome, record, folder: folder, labelled: images.labelled.count,
        test: judge.testImages)
    } catch is Stopped {
      return nil
    }
  }

  private struct Stopped: Error {}

  /// Measures what separates first from second, and, once, what the test images say.
  private func finish(
    _ outcome: SuccessiveHalving.Outcome, _ record: inout RaceRecord, _ report: (Event) -> Void,
    _ shouldStop: () -> Bool
  ) throws {
    guard let winner = outcome.winner else { return }
    let last = (outcome.standings.last ?? []).filter { $0.score != nil }.map(\.candidate)
    if last.count > 1, record.lead == nil {
      record.lead = try lead(of: last[0], over: last[1], record)
      try folder.save(record)
    }
    guard images.hasClasses else {
      folder.tidy(plan.settings.candidates)
      return
    }
    for name in [winner, Baseline.random, Baseline.supervised] where record.tests[name] == nil {
      if shouldStop() { throw Stopped() }
      switch name {
      case Baseline.random: record.tests[name] = try judge.test(randomNetwork)
      case Baseline.supervised:
        report(.beganSupervised)
        let trained = try train(name, upTo: plan.steps, report, shouldStop)
        report(.judging)
        record.tests[name] = (trained.task as? any Classifier).flatMap(judge.test)
        report(.endedSupervised)
      default: record.tests[name] = try judge.test(trained(name))
      }
      try folder.save(record)
    }
    folder.tidy(plan.settings.candidates + [Baseline.supervised])
  }

  private func lead(
    of first: String, over second: String, _ record: RaceRecord
  ) throws -> Interval? {
    let criterion = plan.settings.criterion
    guard criterion == .accuracy else {
      return judge.difference(criterion, try trained(first), try trained(second))
    }
    let predictions = [first, second].map {
      record.judgements[RaceRecord.key($0, plan.steps)]?.predictions ?? []
    }
    return RaceResult.interval(
      predictions[0], predictions[1], of: judge.heldImages, plan.settings.metric ?? .accuracy)
  }

  // MARK: - Networks

  private static func indices(of method: String, _ images: RaceImages) -> [Int] {
    method == Baseline.supervised ? images.labelled : images.training
  }

  private func train(
    _ method: String, upTo steps: Int, _ report: (Event) -> Void, _ shouldStop: () -> Bool
  ) throws -> TrainingOutcome {
    var trainer = Trainer(
      plan.configuration(of: method), store: images.data.store,
      indices: Self.indices(of: method, images), classCount: images.data.images.classes.count,
      folder: folder.run(of: method))
    trainer.imagesName = plan.settings.dataset
    trainer.imagesHash = plan.settings.dataHash
    let outcome = try trainer.run(
      upTo: steps,
      report: { status in
        var status = status
        status.steps = steps
        report(.trained(status))
      }, shouldStop: shouldStop)
    guard outcome.step == steps else { throw Stopped() }
    return outcome
  }

  private var randomNetwork: Backbone {
    get throws { try plan.configuration(of: Baseline.random).makeBackbone().ready(on: device) }
  }

  /// The network of a run that was trained to the end.
  private func trained(_ method: String) throws -> Backbone {
    try Backbone.make(
      from: folder.run(of: method).appending(path: Trainer.weightsName),
      imageSize: plan.settings.training.imageSize, inputChannels: images.data.images.channels
    ).ready(on: device)
  }

  private var device: Device { images.data.store.device }
}
