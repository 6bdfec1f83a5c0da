import Backbones
public import Foundation
public import Insight
import Pretext
public import Torch
import TorchNN
import Training

/// The networks of a study, to look at what they have learnt: those of every row at its largest size
/// under the first seed, beside their relatives of the next seed and of the smallest size.
public struct StudiedNetworks {
  /// The networks, in the plan's order, on their device.
  public private(set) var networks: [InspectedNetwork] = []
  /// Rows that are not among them, each with the reason.
  public private(set) var missing: [(row: String, reason: String)] = []
  /// Which networks they are, in a sentence.
  public let origin: String

  /// Loads the weights of a study's runs.
  /// - Parameters:
  ///   - channels: of the images that they are shown.
  ///   - runs: where the runs' folders are if they are not where they were made.
  /// - Throws: ``StudyError/run(_:)`` if no row has a network, `BackboneError` for weights that cannot
  ///   be read, `PretextError` for a method that does not exist.
  public init(
    _ plan: StudyPlan, records: [RunRecord], runs: URL, channels: Int, device: Device
  ) throws {
    let planned = try plan.runs()
    let seed = plan.seeds.first ?? 0
    let sizes = Set(planned.map(\.images)).count > 1 ? "its largest size" : "the study's size"
    origin = "Every row at \(sizes), seed \(seed)."
    let folder = WeightsFolder(
      plan: plan, standing: try plan.standing(of: records), runs: runs, channels: channels,
      device: device)
    for (method, own) in planned.grouped(by: \.method) {
      let row = StudyRow(method)
      guard row.method != Baseline.pixels else { continue }
      guard let largest = own.map(\.images).max(),
        let run = own.first(where: { $0.images == largest && $0.seed == seed }),
        let network = try folder.network(of: run)
      else {
        missing.append((row.title, "its run is not made, or its weights are gone"))
        continue
      }
      var inspected = InspectedNetwork(
        name: row.title, network: network, imageSize: plan.imageSize,
        method: try row.card().family == nil ? nil : row.card().title)
      inspected.history = folder.history(of: run)
      inspected.addTask(
        of: row.method, from: folder.folder(of: run), channels: channels, device: device)
      let configuration = plan.configuration(of: method, seed: seed)
      if let task = try Registry.task(row.method) {
        let views = try task.views(
          changing: configuration.options, imageSize: plan.imageSize,
          adjustment: configuration.augment)
        inspected.ignored = MadeFactor.ignored(by: views)
      }
      let smallest = own.map(\.images).min() ?? largest
      let others = [
        (
          InspectedNetwork.Relative.anotherSeed,
          own.first { $0.images == largest && $0.seed != seed }
        ),
        (
          Wording.count(smallest, "image"),
          smallest == largest || !run.trains
            ? nil : own.first { $0.images == smallest && $0.seed == seed }
        ),
      ]
      inspected.relatives = try others.compactMap { difference, other in
        try other.flatMap { try folder.network(of: $0) }.map {
          InspectedNetwork.Relative(difference: difference, network: $0)
        }
      }
      networks.append(inspected)
    }
    if networks.isEmpty {
      throw StudyError.run(
        "no run of the study has weights to look at; 'glean compare' with the study's settings makes "
          + "them")
    }
  }
}

/// Where the weights of a plan's runs are.
private struct WeightsFolder {
  let plan: StudyPlan
  let standing: PlanStanding
  let runs: URL
  let channels: Int
  let device: Device

  /// A run's network, in use mode on its device; `nil` if there are no weights.
  func network(of run: PlannedRun) throws -> Backbone? {
    guard run.trains else {
      return try plan.configuration(of: run.method, seed: run.seed).makeBackbone()
        .ready(on: device)
    }
    guard let file = file(Trainer.weightsName, of: run) else { return nil }
    return try Backbone.make(from: file, imageSize: plan.imageSize, inputChannels: channels)
      .ready(on: device)
  }

  /// The folder that a run's weights are in; `nil` where there are none.
  func folder(of run: PlannedRun) -> URL? {
    file(Trainer.weightsName, of: run)?.deletingLastPathComponent()
  }

  func history(of run: PlannedRun) -> TrainingHistory? {
    func text(_ name: String) -> String? {
      file(name, of: run).flatMap { try? String(contentsOf: $0, encoding: .utf8) }
    }
    var history = text(Trainer.metricsName).flatMap(TrainingHistory.init)
    history?.gap = text(Trainer.heldOutName).flatMap(LossGap.init)
    return history
  }

  /// A file of a run: where it was made, or in the folder of runs if that was moved.
  private func file(_ name: String, of run: PlannedRun) -> URL? {
    // Of a run that came as a line of text nobody knows the folder: "" would be the current one.
    guard let record = standing.record(of: run), !record.directory.isEmpty else {
      return nil
    }
    let made = URL(filePath: record.directory)
    return [made, runs.appending(path: made.lastPathComponent)]
      .map { $0.appending(path: name) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}
