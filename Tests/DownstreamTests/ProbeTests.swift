import Foundation
import Testing
import Torch

@testable import Downstream

private let probes: [any FeatureProbe] = [KNNProbe(), LinearProbe(), SGDProbe()]

/// `count` images: one-hot labels plus normal noise, and dimensions of noise alone.
private func oneHotProblem(
  count: Int, classes: Int, noise: Double, extra: Int = 0, signal: Double = 1, seed: UInt64 = 1
) -> (Tensor, [Int]) {
  let stream = RandomStream(seed: seed)
  let labels = (0..<count).map { $0 % classes }
  let signals = Tensor(labels).oneHot(classes).to(.float32) * signal
  let features = signals + stream.normal([count, classes], deviation: noise)
  return (concatenated([features, stream.normal([count, extra + 1])], along: 1), labels)
}

@Test("One-hot features with a little noise are all but solved", arguments: probes)
func informativeFeaturesAreFound(_ probe: any FeatureProbe) throws {
  let (features, labels) = oneHotProblem(count: 1200, classes: 4, noise: 0.15, signal: 2)
  let result = try probe.evaluate(
    features: features, labels: labels,
    split: EvaluationSplit(train: Array(0..<700), test: Array(700..<1200)), classes: 4, seed: 1)
  #expect(result.accuracy > 0.97)
  #expect(result.validationAccuracy > 0.97)
  #expect(result.predictions.count == 500)
  #expect(result.testImages == Array(700..<1200))
}

@Test func linearProbeReachesTheBestPossibleAccuracy() throws {
  let (features, labels) = oneHotProblem(count: 4000, classes: 2, noise: 1, signal: 2)
  let result = try LinearProbe().evaluate(
    features: features, labels: labels,
    split: EvaluationSplit(train: Array(0..<2000), test: Array(2000..<4000)), classes: 2, seed: 1)
  // The centres are √8 apart in noise of deviation 1: Φ(√2) = 0.9214, within 4 binomial deviations
  // and a half per cent for the fit.
  #expect(abs(result.accuracy - 0.9214) < 4 * (0.9214 * 0.0786 / 2000).squareRoot() + 0.005)
}

@Test("Pure noise is at chance", arguments: probes)
func noiseIsAtChance(_ probe: any FeatureProbe) throws {
  for train in [200, 800] {
    let count = train + 2000
    let features = RandomStream(seed: 5).normal([count, 16])
    let labels = (0..<count).map { $0 % 4 }
    let result = try probe.evaluate(
      features: features, labels: labels,
      split: EvaluationSplit(train: Array(0..<train), test: Array(train..<count)), classes: 4,
      seed: 1)
    // 4 binomial deviations.
    #expect(abs(result.accuracy - 0.25) < 4 * (0.25 * 0.75 / 2000).squareRoot())
  }
}

@Test("Results come back from JSON as they went", arguments: probes)
func resultsAreCodable(_ probe: any FeatureProbe) throws {
  var result = try ReferenceProblem.wide.evaluate(probe)
  // Kept in memory alone.
  result.scores = nil
  let data = try JSONEncoder().encode(result)
  #expect(try JSONDecoder().decode(ProtocolResult.self, from: data) == result)
  #expect(result.protocolName == probe.name)
  #expect(result.revision == probe.revision)
}

@Test("The same seed gives the same result, and seeds draw different folds", arguments: probes)
func seedsDecide(_ probe: any FeatureProbe) throws {
  let first = try ReferenceProblem.wide.evaluate(probe, seed: 4)
  #expect(try ReferenceProblem.wide.evaluate(probe, seed: 4) == first)
  let others = try (5..<10).map {
    try ReferenceProblem.wide.evaluate(probe, seed: $0).validationAccuracy
  }
  #expect(others.contains { $0 != first.validationAccuracy })
}

@Test("Among equal settings the most cautious wins")
func tiesGoToTheMostCautious() throws {
  // Solved by every setting.
  let (features, labels) = oneHotProblem(count: 800, classes: 2, noise: 0.01, signal: 5)
  let split = EvaluationSplit(train: Array(0..<600), test: Array(600..<800))
  let linear = try LinearProbe(.init(penalties: [1e-3, 1e-1, 1e-2])).evaluate(
    features: features, labels: labels, split: split, classes: 2, seed: 0)
  #expect(linear.setting == "λ = 0.1")
  let neighbours = try KNNProbe(.init(k: [5, 20, 1])).evaluate(
    features: features, labels: labels, split: split, classes: 2, seed: 0)
  #expect(neighbours.setting == "k = 20, τ = 0.07")
}

@Test("Balanced weights raise balanced accuracy on lopsided classes")
func classWeightsHelpRareClasses() throws {
  let plain = try ReferenceProblem.tall.evaluate(LinearProbe())
  let weighted = try ReferenceProblem.tall.evaluate(LinearProbe(.init(classWeighting: .balanced)))
  #expect(weighted.balancedAccuracy > plain.balancedAccuracy - 0.01)
  #expect(weighted.predictions != plain.predictions)
}

@Test func penaltiesAreEvenlySpacedInTheLogarithm() {
  let penalties = LinearProbe.Options().penalties
  #expect(penalties.count == 10)
  #expect(abs(penalties[0] - 10) < 1e-12 && abs(penalties[9] / 1e-5 - 1) < 1e-9)
  let ratios = zip(penalties.dropFirst(), penalties).map { $0 / $1 }
  #expect(ratios.allSatisfy { abs($0 - ratios[0]) < 1e-9 })
}
