import Testing
import Torch

@testable import Downstream

private let probes: [any FeatureProbe] = [KNNProbe(), LinearProbe(), SGDProbe(.init(epochs: 10))]

@Test("Scores are probabilities, and the largest is the prediction", arguments: probes)
func scoresArePredictions(_ probe: any FeatureProbe) throws {
  for problem in [ReferenceProblem.tall, .wide, .many] {
    let result = try problem.evaluate(probe)
    let scores = try #require(result.scores)
    #expect(scores.count == problem.test.labels.count && scores.classes == problem.classes)
    #expect(scores.values.allSatisfy { (0...1).contains($0) })
    for image in 0..<scores.count {
      let row = Array(scores[image])
      #expect(abs(row.reduce(0, +) - 1) < 1e-9)
      #expect(row.firstIndex(of: row.max() ?? 0) == result.predictions[image])
    }
    let figures = ClassificationFigures(scores, labels: problem.test.labels)
    #expect(result.figures == Bootstrap().figures(of: figures))
    #expect(result.accuracy == figures.value(of: .accuracy))
    #expect(result.balancedAccuracy == figures.value(of: .balancedAccuracy))
  }
}

@Test func equalVotesGoToTheLowestClass() throws {
  // Two neighbours, equally near, of classes 2 and 1.
  let train = try LabelledFeatures(Tensor([Float(1), 1, 1, 1], shape: [2, 2]), labels: [2, 1])
  let test = try LabelledFeatures(Tensor([Float(1), 1], shape: [1, 2]), labels: [2])
  let result = try KNNProbe(.init(k: [2])).evaluate(
    train: train, validation: train, test: test, classes: 3, seed: 0)
  #expect(result.predictions == [1] && result.scores?.values == [0, 0.5, 0.5])
}

@Test("A class that training lacks has probability 0", arguments: probes)
func absentClassHasNoProbability(_ probe: any FeatureProbe) throws {
  let labels = [0, 2, 0, 2, 0, 2, 0, 2, 0, 2] + [0, 1, 2]
  let features =
    Tensor(labels).oneHot(3).to(.float32) * 3
    + RandomStream(seed: 2).normal([13, 3], deviation: 0.1)
  let result = try probe.evaluate(
    features: features, labels: labels,
    split: EvaluationSplit(train: Array(0..<10), test: [10, 11, 12]), classes: 3, seed: 0)
  let scores = try #require(result.scores)
  #expect((0..<3).allSatisfy { Array(scores[$0])[1] == 0 })
}
