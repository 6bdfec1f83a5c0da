import Foundation
import Training

/// What is kept beside the weights of a trained network, so that runs which differ only in what they
/// are judged on, and protocols that are added later, need no training.
struct TrainedRun: Codable {
  /// The hash of what decides the training.
  var training: String
  /// What the training cost.
  var cost: RunCost
  /// What the features of the last batch looked like.
  var health: FeatureHealth?

  private static let name = "trained.json"

  /// What the folder of a run holds, if it is finished and the same.
  static func read(in folder: URL, training: String) -> TrainedRun? {
    let weights = folder.appending(path: Trainer.weightsName)
    guard FileManager.default.fileExists(atPath: weights.path),
      let data = try? Data(contentsOf: folder.appending(path: name)),
      let run = try? JSONDecoder().decode(Self.self, from: data), run.training == training
    else { return nil }
    return run
  }

  /// Keeps it.
  func write(in folder: URL) throws(StudyError) {
    do {
      try JSONEncoder().encode(self)
        .write(to: folder.appending(path: Self.name), options: .atomic)
    } catch {
      throw .file(
        "\(folder.path): cannot be written (\(error.localizedDescription)); free some space")
    }
  }
}
