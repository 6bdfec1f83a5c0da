import Augment
import Backbones
import Downstream
import Foundation
import Images
import Pretext
import Torch
import Training

/// Everything that decides a run's result, hashed; the commit and the folder do not.
struct RunIdentity {
  private let run: PlannedRun
  private let plan: StudyPlan
  private let training: Training
  private let judging: Judging

  /// What decides the weights.
  private struct Training: Codable {
    var configuration: RunConfiguration
    var methodRevision: Int
    var dataset: String
    var images: Int
    var dependsOnSize: Bool
    /// Which labels are learnt from; empty for methods without.
    var labels: String
    var deviceKind: String
  }

  /// What else decides the figures. The protocols are kept beside each figure.
  private struct Judging: Codable {
    var training: String
    var dataset: String
    var labelled: Int
    var labels: String
    /// Of the linear probe; left out where every image counts alike.
    var classWeights: LinearProbe.ClassWeighting?
  }

  init(of run: PlannedRun, _ plan: StudyPlan, data: StudyData, source: StudyData?) {
    self.run = run
    self.plan = plan
    let row = StudyRow(run.method)
    let card = try? row.card()
    let set = row.source == nil ? data : source ?? data
    var configuration = plan.configuration(of: run.method, seed: run.seed)
    configuration.initial?.path = ""
    training = Training(
      configuration: configuration, methodRevision: card?.revision ?? 0,
      dataset: run.trains ? Self.name(of: set.images) : "", images: run.trains ? run.images : 0,
      dependsOnSize: run.dependsOnSize,
      labels: card?.usesLabels == true && row.source == nil
        ? "\(plan.labels) \(run.labelled)" : "",
      deviceKind: data.store.device.kind)
    judging = Judging(
      training: Digest.sha256(Self.json(training)), dataset: Self.name(of: data.images),
      labelled: run.labelled, labels: "\(plan.labels) \(run.images)",
      classWeights: plan.classWeights)
  }

  /// The settings that a run was made with; `nil` if its key does not tell.
  static func configuration(of key: RunKey) -> RunConfiguration? {
    try? JSONDecoder().decode(Training.self, from: Data(key.config.utf8)).configuration
  }

  /// The revision of the method that a run was made with; 0 if its key does not tell.
  static func methodRevision(of key: RunKey) -> Int {
    struct Made: Decodable { var methodRevision: Int }
    return (try? JSONDecoder().decode(Made.self, from: Data(key.config.utf8)))?.methodRevision ?? 0
  }

  /// The kind of device that a run was made on; `nil` if its key does not tell.
  static func deviceKind(of key: RunKey) -> String? {
    struct Made: Decodable { var deviceKind: String }
    return (try? JSONDecoder().decode(Made.self, from: Data(key.config.utf8)))?.deviceKind
  }

  /// The images, and how they are divided: groups were not always kept whole.
  private static func name(of images: ImageStore) -> String {
    images.contentHash + (images.groups == nil ? "" : ", groups whole")
  }

  /// What the run is kept under.
  var key: RunKey {
    let card = try? StudyRow(run.method).card()
    // A network that is pretrained on images of other channels is judged as one for these.
    let network =
      StudyRow(run.method).source == nil ? training.configuration.backbone : plan.backbone
    return RunKey(
      id: Digest.sha256(Self.json(judging)), dataset: plan.name, training: judging.training,
      method: run.method, family: card?.family?.rawValue, backbone: network.id,
      pretrainImages: run.images, labelledImages: run.labelled, seed: run.seed,
      dependsOnPretrainingSize: run.dependsOnSize, config: Self.json(training))
  }

  /// The folder of the run's training: runs that differ in what they are judged on share it.
  var folderName: String {
    let name = StudyRow(run.method).withoutSource
    return "\(name)-\(run.images)-seed\(run.seed)-\(judging.training.prefix(8))"
  }

  private static func json(_ identity: some Encodable) -> String {
    let encoder = JSONEncoder()
    // Hashes of runs that were made stay what they are.
    if let form = Budget.hashedForm { encoder.userInfo[form] = true }
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(identity), as: UTF8.self)
    } catch {
      preconditionFailure("RunIdentity: settings that cannot be written have no hash (\(error))")
    }
  }
}
