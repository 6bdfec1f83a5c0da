import CommandLineKit
import Foundation
import Glean

/// Makes or continues a study: its plan, fitted to images and machine, its runs and its report.
/// `compare` makes one, `study run` one for each part of a file.
struct StudyMaker {
  /// What is asked for.
  var request = StudyRequest()
  /// Whether baselines that are not named are left out.
  var isBare = false
  /// Whether methods that a network does not suit are left out, instead of refused.
  var leavesOutUnsuited = false
  /// Another set, which the methods are pretrained on too.
  var source: ComparedSet?
  /// Numbers of its images; all if none.
  var transferSizes: [Int] = []
  var views = AugmentOptions()
  var network = NetworkOptions()
  var general = GeneralOptions()
  /// How much classes count in the linear probe.
  var classWeights = LinearProbe.ClassWeighting.none
  /// The type of products and convolutions; `nil` for what is fast here.
  var precision: Precision?
  /// The part of the runs to make; `nil` for all.
  var shard: StudyShard?
  /// Where the runs go, if not into the study's folder.
  var runs: URL?
  /// The page of the whole that the study is a part of.
  var overview: URL?
  /// The processes that make its runs.
  var jobs = Jobs(1)
  let device: Device
  private var compute: ComputeOptions
  private let timer: StepTimer

  init(on device: Device, _ compute: ComputeOptions) {
    self.device = device
    self.compute = compute
    precision = compute.precision
    timer = StepTimer(note: compute.note)
  }

  // MARK: - The plan

  /// The plan that the folder holds, if it agrees with what is asked for; else a new one. Nothing is
  /// written.
  func plan(of set: ComparedSet, in folder: StudyFolder) throws -> StudyPlan {
    try misuse { try folder.refuseHiding(ofParts: true) }
    let data = set.data
    let weights = try general.weights(for: data.images, network, on: device, note: compute.note)
    var base = StudyPlan(
      name: set.name, dataHash: data.images.contentHash, methods: [], sizes: [],
      labels: .allLabelled, seeds: [],
      backbone: try backbone(weights, data), general: weights,
      imageSize: network.size(for: data.images, on: device), batch: network.batch,
      budget: .steps(0), recipe: network.recipe,
      precision: precision ?? .best(on: device))
    base.augment = views.adjustment(for: data.store, training: data.pool, note: compute.note)
    base.classWeights = classWeights == .none ? nil : classWeights
    base.options = request.options
    var request = request
    request.methods = try misuse { try rows(on: base.backbone, weights != nil, data) }
    if let source {
      request.labels = request.labels ?? .fewLabels(data.labelledPool.count)
      base.transfer = PretrainingSet(
        name: source.name, dataHash: source.data.images.contentHash,
        isLabelled: source.data.images.classes.count >= 2, channels: source.data.images.channels,
        sizes: [])
      request.transferSizes = transferSizes
    }
    let before = try folder.load()
    // A budget that was measured when the study began stays what it was.
    if request.budget == nil { request.budget = before?.budget }
    if request.budget == nil && shard != nil {
      throw UsageError(
        "--shard needs --steps or --epochs: left open, each machine would measure its own")
    }
    var measured: [String: Double] = [:]
    let plan = try misuse {
      try StudyPlan.fitted(request, to: data, source: source?.data, base: base) { methods in
        measured = try timer.secondsPerStep(of: methods, base, data)
        return measured
      }
    }
    if request.budget == nil { try noteIfLonger(plan, than: request.minutes, measured) }
    if let difference = before?.difference(from: plan) {
      return try misuse { throw StudyError.otherStudy(folder: folder.url.path, difference) }
    }
    return plan
  }

  /// Says so where no run is short enough for the minutes given. Steps are rounded by less than 10%.
  private func noteIfLonger(
    _ plan: StudyPlan, than minutes: Double, _ measured: [String: Double]
  ) throws {
    let given = 60 * minutes
    guard let seconds = try plan.forecast([], measured: measured).seconds, seconds > 1.1 * given
    else { return }
    compute.note(
      "\(Human.duration(seconds: given)) are too short for \(plan.name) on \(plan.backbone.id): at "
        + "\(plan.budget) a run, the fewest that are worth comparing, it takes about "
        + Human.duration(seconds: seconds))
  }

  /// The network: that asked for, else that of the weights, else one that fits images and device.
  func backbone(for set: ComparedSet) throws -> BackboneSpec {
    try backbone(general.weights(for: set.data.images, network, on: device) { _ in }, set.data)
  }

  private func backbone(_ weights: GeneralWeights?, _ data: StudyData) throws -> BackboneSpec {
    if network.backbone == nil, let weights { return weights.backbone }
    return try network.spec(for: data.images, on: device)
  }

  /// The rows: baselines, what is asked for, and what general weights add.
  private func rows(
    on backbone: BackboneSpec, _ hasWeights: Bool, _ data: StudyData
  ) throws -> [String] {
    var (words, general) = (request.methods ?? StudyRequest.defaultMethods, general)
    if leavesOutUnsuited {
      func suited(_ words: [String]) -> [String] {
        words.filter { (try? Registry.names([$0], on: backbone)) != nil }
      }
      let left = words.filter { !suited([$0]).contains($0) }
      if !left.isEmpty {
        compute.note("Not on \(backbone.id), which does not suit: \(left.joined(separator: ", "))")
      }
      words = suited(words)
      if !general.continued.isEmpty {
        let names = try Registry.names(suited(general.continued), on: backbone)
          .filter { try Registry.card($0).family != nil }
        general.continued = names.isEmpty ? ["none"] : names
      }
    }
    let named = try Registry.names(words, on: backbone)
    let baselines = isBare ? [] : StudyRequest.baselines.filter { !named.contains($0) }
    let names = baselines + named
    let rows = try names + (hasWeights ? general.rows(beside: names) : [])
    return rows.filter { data.suits(StudyRow($0)) }
  }

  /// What the missing runs of a plan will take here: a step of what no finished run has trained is
  /// measured.
  func forecast(of plan: StudyPlan, _ set: ComparedSet, in folder: StudyFolder) throws
    -> StudyForecast
  {
    var finished: [FinishedRun] = []
    var deviation: Double?
    if FileManager.default.fileExists(atPath: folder.results.path) {
      let results = try ResultStore(path: folder.results.path)
      // What another kind of device has made is made anew here.
      finished = try results.finishedRuns().filter {
        $0.record.key.deviceKind ?? device.kind == device.kind
      }
      deviation = try StudyReport.summary(plan, results: results).sensitivity?.deviation
    }
    let measured = try timer.secondsPerStep(of: plan.untimed(finished), plan, set.data)
    return try plan.forecast(finished, deviation: deviation, measured: measured)
  }

  // MARK: - The runs

  /// What became of a study.
  struct Made {
    /// All that the study has, more than was asked for where it had grown.
    var part: OverviewPart
    /// How much of the plan a shard leaves, in a sentence; `nil` if nothing.
    var missing: String?
    /// Whether runs were asked for and none of these has a result, whatever else the study has.
    var isBarren: Bool
    /// Whether runs were left to other processes that are making them.
    var isHeld: Bool
  }

  /// Keeps a plan in its folder, joined with what the folder has.
  @discardableResult
  func keep(_ plan: StudyPlan, in folder: StudyFolder) throws -> StudyPlan {
    let whole = try folder.whole(plan)
    if try folder.load() != whole { try folder.save(whole) }
    return whole
  }

  /// Makes or continues the runs of a plan, and writes the report.
  func make(_ plan: StudyPlan, of set: ComparedSet, in folder: StudyFolder) throws -> Made {
    if let general = plan.general { try self.general.check(general, note: compute.note) }
    let whole = try keep(plan, in: folder)
    let results = try ResultStore(path: folder.results.path)
    try StudyReport.keepFacts(of: set.data, command: commandLine, in: results)
    let runner = StudyRunner(
      plan, data: set.data, source: source?.data, runs: runs ?? folder.runs, results: results,
      environment: RunEnvironment(version: gleanVersion, commit: gleanCommit), shard: shard)
    let planned = try runner.plannedRuns()
    let share = shard.map { " (shard \($0.rawValue))" } ?? ""
    compute.note(
      "\(planned.count) runs\(share) of \(plan.budget) on \(plan.backbone.id), \(device), "
        + "\(plan.precision.rawValue); results in \(folder.url.relativePath)")
    let besides = try whole.runs().count - plan.runs().count
    if besides > 0 {
      compute.note(
        "The study has \(Human.count(besides, "run")) besides, which are not made here; the report "
          + "shows all")
    }

    Interrupt.install()
    let progress = StudyProgress(
      quiet: compute.quiet, runs: planned, toMake: try runner.runsToMake(), jobs: jobs.count)
    defer { progress.dismiss() }
    var isHeld = false
    let isComplete = try runner.run(
      report: {
        if case .held = $0 { isHeld = true }
        progress.show($0)
      }, shouldStop: { Interrupt.isRequested || Jobs.isOrphaned })
    progress.end()
    let part = try StudyReport.write(
      whole, results: results, gleanVersion: gleanVersion, to: folder, overview: overview)
    guard isComplete else {
      throw Interrupted(hint: "finished runs are kept; the same command goes on from here")
    }
    let standing = try plan.standing(of: results.allRuns())
    return Made(
      part: part, missing: shard == nil ? nil : standing.missingNote,
      isBarren: try !planned.isEmpty && !isHeld && runner.finishedCount() == 0, isHeld: isHeld)
  }

  /// What became of a study once the other jobs are through: where runs were left to them, it is looked
  /// at once more, quietly.
  func finish(
    _ made: Made, _ plan: StudyPlan, of set: ComparedSet, in folder: StudyFolder
  ) throws -> Made {
    guard made.isHeld && jobs.count > 1 else { return made }
    jobs.wait()
    var quiet = self
    quiet.compute.quiet = true
    return try quiet.make(plan, of: set, in: folder)
  }
}
