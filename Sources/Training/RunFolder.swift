import Backbones
import Foundation
import Pretext
import TorchNN

/// The folder of a run: settings, checkpoint, figures and weights.
struct RunFolder {
  let url: URL
  let configuration: RunConfiguration
  /// Stands for the images that are trained on.
  let fingerprint: String
  /// How many they are.
  let imageCount: Int
  /// The hash of the whole image set; empty where it is not known.
  let imagesHash: String

  var checkpoint: URL { url.appending(path: Trainer.checkpointName) }

  /// Makes the folder and writes the settings, or checks that they are those of the run it holds.
  func prepare() throws(TrainingError) {
    let file = url.appending(path: Trainer.configurationName)
    try filing {
      if let data = try? Data(contentsOf: file) {
        guard let before = try? JSONDecoder().decode(RunConfiguration.self, from: data) else {
          throw TrainingError.file(
            "\(file.path): is not the settings of a run; delete the folder, or give another --out")
        }
        if let difference = firstDifference(before, configuration) {
          throw TrainingError.otherRun(folder: url.path, difference: difference)
        }
      } else {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try encoder.encode(configuration).write(to: file, options: .atomic)
      }
    }
  }

  /// Takes up the checkpoint, if there is one, and says where it stands.
  func resume(_ session: TrainingSession) throws(TrainingError) -> (step: Int, seconds: Double) {
    guard let saved = try Checkpoint.read(checkpoint, fingerprint: fingerprint) else {
      return (0, 0)
    }
    do {
      try session.task.load(saved.task)
      try session.optimizer.load(saved.optimizer, steps: saved.step)
    } catch {
      throw .file("\(checkpoint.path): \(error)")
    }
    return (saved.step, saved.seconds)
  }

  /// Writes the checkpoint.
  func save(_ session: TrainingSession, step: Int, seconds: Double) throws(TrainingError) {
    try Checkpoint.write(
      session.task, session.optimizer, step: step, seconds: seconds, fingerprint: fingerprint,
      imageCount: imageCount, to: checkpoint)
  }

  /// A table of figures, going on after `step`.
  func log(_ name: String, from step: Int) throws(TrainingError) -> MetricsLog {
    try filing { try MetricsLog(url.appending(path: name), keepingUpTo: step) }
  }

  /// Writes the finished backbone, and in its notes which method trained it and on what input.
  func save(_ backbone: Backbone, _ normalisation: InputNormalisation) throws(TrainingError) {
    let notes = normalisation.metadata.merging(
      ["glean.method": configuration.method, InitialWeights.imagesKey: imagesHash]) { $1 }
    do {
      try backbone.save(to: url.appending(path: Trainer.weightsName), metadata: notes)
    } catch {
      throw .file("\(error); the checkpoint is safe: free some space and start the command again")
    }
  }

  /// Runs what writes files, and says which folder it was and what to do where it fails.
  func filing<Result>(_ body: () throws -> Result) throws(TrainingError) -> Result {
    do {
      return try body()
    } catch let error as TrainingError {
      throw error
    } catch {
      throw .file(
        "\(url.path): cannot be written (\(error.localizedDescription)); free some space or give "
          + "another --out")
    }
  }
}

/// The first property in which two settings differ, with both values; `nil` if they are equal.
package func firstDifference<Settings: Equatable>(_ before: Settings, _ now: Settings) -> String? {
  if before == now { return nil }
  for (old, new) in zip(Mirror(reflecting: before).children, Mirror(reflecting: now).children)
  where !areEqual(old.value, new.value) {
    return "\(old.label ?? "") was \(old.value), now \(new.value)"
  }
  return "its settings"
}

/// Whether two values of one type are equal. (Their descriptions will not do: a dictionary's order is
/// not the same twice.)
private func areEqual(_ a: Any, _ b: Any) -> Bool {
  func compare<Value: Equatable>(_ a: Value) -> Bool { a == b as? Value }
  guard let a = a as? any Equatable else { return "\(a)" == "\(b)" }
  return compare(a)
}
