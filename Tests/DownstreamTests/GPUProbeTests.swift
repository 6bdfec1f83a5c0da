import Testing
import Torch

@testable import Downstream

/// Where there is a GPU, probes of features on it say what they say on the processor.
@Suite(.enabled(if: Machine.cudaDevices > 0)) struct GPUProbeTests {
  // One learning rate: of several that do as well, rounding chooses.
  private static let probes: [any FeatureProbe] = [
    KNNProbe(), LinearProbe(), SGDProbe(SGDProbe.Options(learningRates: [0.01])),
  ]

  @Test(arguments: probes)
  func accuracyIsThatOfTheProcessor(_ probe: any FeatureProbe) throws {
    for problem in [ReferenceProblem.tall, .wide, .many] {
      let here = try problem.evaluate(probe)
      let there = try probe.evaluate(
        features: problem.features.to(.cuda()), labels: problem.labels, split: problem.split,
        classes: problem.classes, seed: 0)
      #expect(abs(here.accuracy - there.accuracy) < 0.02, "\(here.accuracy) \(there.accuracy)")
      #expect(there.testImages == here.testImages)
    }
  }
}
