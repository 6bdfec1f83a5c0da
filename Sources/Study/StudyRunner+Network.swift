import Augment
import Backbones
import Foundation
import Images
import Pretext
import Torch
import TorchNN
import Training

/// The network of a run: trained, or read again.
extension StudyRunner {
  /// A network that is ready to be judged.
  struct Trained {
    var network: StudyNetwork
    var classifier: (any Classifier)?
    var health: FeatureHealth?
    var card: ModelCard?
    var cost: RunCost
  }

  func source(of run: PlannedRun) -> StudyData? {
    StudyRow(run.method).source == nil ? nil : source
  }

  /// The run's network: trained now, or as it was trained before.
  /// - Parameter needsClassifier: whether weights alone will not do.
  /// - Returns: `nil` if training was stopped.
  func network(
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
}
