import Backbones
import Foundation
import Pretext
import TestSupport
import Testing
import Torch

@testable import Training

/// Where there is a GPU, every method trains on it, in fp32 and in bf16, and goes on after a stop.
@Suite(.enabled(if: Machine.cudaDevices > 0)) struct GPURunTests {
  @Test(arguments: Registry.tasks.map { $0.card.name }, [Precision.float32, .bfloat16])
  func aStoppedRunGoesOnToTheSameLoss(method: String, precision: Precision) throws {
    try Fixtures.inTemporaryFolder { folder in
      var configuration = try TrainerTests.configuration(method, steps: 12)
      configuration.precision = precision
      let whole = try run(configuration, in: folder.appending(path: "whole"))
      let parts = folder.appending(path: "parts")
      _ = try run(configuration, in: parts, upTo: Trainer.reportEvery)
      let rest = try run(configuration, in: parts)
      #expect(whole.outcome.isFinished && rest.outcome.isFinished)
      #expect(whole.loss.isFinite)
      // Sums on a GPU come in any order, which bf16 rounds to 8 bits.
      let apart = abs(whole.loss - rest.loss) / max(1, abs(whole.loss))
      #expect(apart < (precision == .bfloat16 ? 0.25 : 0.05), "\(whole.loss) \(rest.loss)")
    }
  }

  /// A run, and its mean loss since the last report but one: one stops where it reports, so that those
  /// of a whole run and of one that goes on cover the same steps.
  private func run(
    _ configuration: RunConfiguration, in folder: URL, upTo limit: Int = .max
  ) throws -> (outcome: TrainingOutcome, loss: Double) {
    let trainer = Trainer(
      configuration, store: TrainerTests.store(.cuda()), indices: Array(0..<24), classCount: 3,
      folder: folder)
    var loss = Double.nan
    let outcome = try trainer.run(upTo: limit) { loss = $0.loss }
    return (outcome, loss)
  }
}
