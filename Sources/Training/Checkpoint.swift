import Foundation
import Pretext
import Torch
import TorchNN

/// All that a run needs to go on as if it had never stopped: the task's state, the optimiser's
/// moments and the step. Draws depend on seed and step alone, so no generator needs saving.
struct Checkpoint {
  var step: Int
  var seconds: Double
  /// Images that are trained on, from which the sizes of heads follow; `nil` in checkpoints of releases
  /// that did not write it.
  var imageCount: Int?
  var task: [String: Tensor]
  var optimizer: [String: Tensor]

  /// Writes the state; a killed process leaves the last checkpoint whole.
  static func write(
    _ task: any PretextTask, _ optimizer: Optimizer, step: Int, seconds: Double,
    fingerprint: String, imageCount: Int, to url: URL
  ) throws(TrainingError) {
    let tensors =
      task.state.map { ("task.\($0.name)", $0.tensor) }
      + optimizer.state.map { ("optimizer.\($0.name)", $0.tensor) }
    let metadata = [
      "step": "\(step)", "seconds": "\(seconds)", "fingerprint": fingerprint,
      "images": "\(imageCount)", "format": "glean-checkpoint-1",
    ]
    do {
      try SafeTensors(tensors.map { (name: $0.0, tensor: $0.1) }, metadata: metadata).write(to: url)
    } catch {
      throw .file("\(error); free some space and start the command again, it will go on")
    }
  }

  /// Reads a checkpoint; `nil` where there is none.
  /// - Parameter fingerprint: of the images that it must be of; `nil` for any.
  static func read(_ url: URL, fingerprint: String? = nil) throws(TrainingError) -> Checkpoint? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let file: SafeTensors
    do {
      file = try SafeTensors(contentsOf: url)
    } catch {
      throw .file("\(error) Delete it to start the run anew.")
    }
    guard let step = file.metadata["step"].flatMap({ Int($0) }),
      let seconds = file.metadata["seconds"].flatMap({ Double($0) })
    else { throw .file("\(url.path): is not a checkpoint of Glean; delete it to start anew") }
    guard fingerprint == nil || file.metadata["fingerprint"] == fingerprint else {
      throw .otherRun(
        folder: url.deletingLastPathComponent().path,
        difference: "its checkpoint is of other images")
    }
    var task: [String: Tensor] = [:]
    var optimizer: [String: Tensor] = [:]
    for (name, tensor) in file.tensors {
      if name.hasPrefix("task.") { task[String(name.dropFirst(5))] = tensor }
      if name.hasPrefix("optimizer.") { optimizer[String(name.dropFirst(10))] = tensor }
    }
    return Checkpoint(
      step: step, seconds: seconds, imageCount: file.metadata["images"].flatMap { Int($0) },
      task: task, optimizer: optimizer)
  }
}
