import Foundation
import Images

/// The pretext loss of a batch of images that are not trained on, beside that of a batch of those that
/// are, over a run: both of the same views each time and in the same way, so that a gap between them
/// that grows is over-fitting.
struct HeldOutLoss {
  /// About how many times it is taken in a run.
  private static let times = 12
  /// With fewer images than this there is nothing to take.
  private static let fewest = 8

  private let training: [Int]
  private let heldOut: [Int]
  private let interval: Int

  /// Draws both batches; `nil` where there are too few images.
  init?(training: [Int], heldOut: [Int], batch: Int, steps: Int, seed: UInt64) {
    let count = min(batch, training.count, heldOut.count)
    guard count >= Self.fewest else { return nil }
    var random = SeededGenerator(seed: seed, stream: 0x48)
    self.training = Array(random.shuffled(training).prefix(count))
    self.heldOut = Array(random.shuffled(heldOut).prefix(count))
    let every = max(1, steps / Self.times)
    interval = (every + Trainer.reportEvery - 1) / Trainer.reportEvery * Trainer.reportEvery
  }

  /// Whether it is taken after so many steps.
  func isDue(_ step: Int) -> Bool { step % interval == 0 }

  /// Takes both after so many steps: a line of `held_out.csv`.
  func figures(of session: TrainingSession, after step: Int) -> [(String, Double)] {
    [
      ("step", Double(step)), ("training_loss", session.loss(of: training, after: step)),
      ("held_out_loss", session.loss(of: heldOut, after: step)),
    ]
  }
}
