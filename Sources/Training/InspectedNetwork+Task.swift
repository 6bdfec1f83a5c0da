import Backbones
public import Foundation
public import Insight
import Pretext
public import Torch
import TorchNN

extension InspectedNetwork {
  /// Adds what stood on the network while it was trained, from the checkpoint of its run, or says why it
  /// cannot be had. Nothing is added for a method that neither paints images nor has prototypes.
  /// - Parameters:
  ///   - method: the one that trained it.
  ///   - folder: of its run; `nil` where its weights are not in one.
  ///   - channels: of the images that it is to be shown.
  public mutating func addTask(
    of method: String, from folder: URL?, channels: Int, device: Device
  ) {
    guard let type = Registry.tasks.first(where: { $0.card.name == method }) else { return }
    let picture: InspectedTask.Picture
    switch type {
    case is any Reconstructing.Type: picture = .reconstructions
    case is any Prototyped.Type: picture = .prototypes
    default: return
    }
    do throws(TrainingError) {
      let task = try Self.trained(method, in: folder, channels: channels, device: device)
      self.task = InspectedTask(
        imageSize: task.imageSize,
        reconstruction: (task.task as? any Reconstructing).map { task in
          { task.reconstruction(of: $0, random: $1) }
        },
        prototypeScores: (task.task as? any Prototyped).map { task in
          { task.prototypeScores(of: $0) }
        })
    } catch {
      missing = InspectedTask.Missing(picture, reason: "\(error)")
    }
  }

  /// The task of a run as its checkpoint has it, in use mode, and the size of the images it takes.
  private static func trained(
    _ method: String, in folder: URL?, channels: Int, device: Device
  ) throws(TrainingError) -> (task: any PretextTask, imageSize: Int) {
    let settings = folder.flatMap {
      try? Data(contentsOf: $0.appending(path: Trainer.configurationName))
    }
    .flatMap { try? JSONDecoder().decode(RunConfiguration.self, from: $0) }
    let url = folder?.appending(path: Trainer.checkpointName)
    let saved: Checkpoint?
    do {
      saved = try url.flatMap { (url) throws(TrainingError) in try Checkpoint.read(url) }
    } catch {
      throw .file("\(url?.path ?? "") is damaged, or not a checkpoint of Glean; train again")
    }
    guard var settings, let url, let saved else {
      throw .file(
        "they need the heads of the run, and there is no \(Trainer.checkpointName) with its "
          + "\(Trainer.configurationName) beside the weights; the folders of 'glean pretrain' keep "
          + "them, those of a study's runs do not")
    }
    guard settings.method == method, settings.backbone.inputChannels == channels else {
      throw .file(
        "\(url.deletingLastPathComponent().path) is a run of \(settings.method) on images of "
          + "\(settings.backbone.inputChannels) channels, not of \(method) on \(channels)")
    }
    // All weights come from the checkpoint.
    settings.initial = nil
    let count = saved.imageCount ?? settings.batch
    let batch = min(settings.batch, count)
    let task = try settings.makeTask(
      imageCount: count, batch: batch,
      steps: settings.budget.steps(images: count, batch: batch))
    do {
      try task.load(saved.task)
    } catch {
      throw .file(
        saved.imageCount == nil
          ? "\(url.path) is of an earlier Glean, which did not write how many images it is of; train "
            + "again"
          : "\(url.path) is not a checkpoint of \(method) with the settings beside it")
    }
    task.move(to: device)
    task.train(false)
    return (task, settings.imageSize)
  }
}
