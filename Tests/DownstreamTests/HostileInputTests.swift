import Testing
import Torch

@testable import Downstream

private let probes: [any FeatureProbe] = [KNNProbe(), LinearProbe(), SGDProbe()]

/// Trains on the first rows and tests on the rest.
private func evaluate(
  _ probe: any FeatureProbe, _ features: Tensor, _ labels: [Int], train: Int, classes: Int = 3
) throws -> ProtocolResult {
  try probe.evaluate(
    features: features, labels: labels,
    split: EvaluationSplit(train: Array(0..<train), test: Array(train..<labels.count)),
    classes: classes, seed: 0)
}

@Test("One class is refused by name", arguments: probes)
func oneClassIsRefused(_ probe: any FeatureProbe) {
  let features = RandomStream(seed: 1).normal([9, 4])
  #expect(throws: ProbeError.oneClass(2)) {
    try evaluate(probe, features, [2, 2, 2, 2, 2, 2, 0, 1, 2], train: 6)
  }
  // One training image is one class.
  #expect(throws: ProbeError.oneClass(2)) {
    try evaluate(probe, features, [2, 2, 2, 2, 2, 2, 0, 1, 2], train: 1)
  }
}

@Test("Broken features are named by image and dimension", arguments: [.nan, .infinity, 1e20])
func brokenFeaturesAreNamed(_ value: Double) {
  let features = RandomStream(seed: 1).normal([9, 4])
  for (image, part) in [(4, "training"), (7, "test")] {
    let broken = features.copy()
    broken[image].sliced(2..<4).assign(Tensor.full([], value))
    broken[8].assign(Tensor.full([], value))
    let expected = ProbeError.badFeature(part: part, image: image, dimension: 2)
    #expect(throws: expected) {
      try evaluate(KNNProbe(), broken, [0, 1, 0, 1, 0, 1, 0, 1, 0], train: 6)
    }
  }
}

@Test("Labels out of range, empty parts and unfit options are refused", arguments: probes)
func nonsenseIsRefused(_ probe: any FeatureProbe) throws {
  let features = RandomStream(seed: 1).normal([9, 4])
  let labels = [0, 1, 0, 1, 0, 3, 0, 1, 0]
  #expect(throws: ProbeError.label(3, image: 5, classes: 3)) {
    try evaluate(probe, features, labels, train: 6)
  }
  #expect(throws: ProbeError.noLabels(part: "test")) {
    try evaluate(probe, features, labels, train: 9)
  }
  #expect(throws: ProbeError.noLabels(part: "training")) {
    try evaluate(probe, features, [Int](repeating: -1, count: 8) + [0], train: 6)
  }
  let narrow = try LabelledFeatures(RandomStream(seed: 1).normal([2, 3]), labels: [0, 1])
  let train = try LabelledFeatures(features, labels: labels, images: [0, 1, 2, 3])
  #expect(throws: ProbeError.dimensions(part: "test", found: 3, expected: 4)) {
    try probe.evaluate(train: train, validation: nil, test: narrow, classes: 2, seed: 0)
  }
}

@Test func unfitOptionsAreRefused() {
  let features = RandomStream(seed: 1).normal([9, 4])
  let labels = [0, 1, 0, 1, 0, 1, 0, 1, 0]
  let unfit: [any FeatureProbe] = [
    KNNProbe(.init(k: [])), KNNProbe(.init(k: [0])), KNNProbe(.init(temperature: 0)),
    LinearProbe(.init(penalties: [])), LinearProbe(.init(penalties: [1, 0])),
    SGDProbe(.init(learningRates: [])), SGDProbe(.init(learningRates: [0.1, -1])),
    SGDProbe(.init(epochs: 0)), SGDProbe(.init(batch: 0)), SGDProbe(.init(momentum: 1)),
    SGDProbe(.init(weightDecay: -1)),
  ]
  for probe in unfit {
    #expect(throws: ProbeError.self) { try evaluate(probe, features, labels, train: 6) }
  }
}

@Test("Fewer labels than folds, down to one of each class", arguments: probes)
func fewerLabelsThanFolds(_ probe: any FeatureProbe) throws {
  for train in 2...4 {
    let labels = (0..<train + 20).map { $0 % 2 }
    let line = Tensor(labels.map { Float($0) * 4 - 2 }, shape: [labels.count, 1])
    let noisy = line + RandomStream(seed: 2).normal([labels.count, 64], deviation: 0.1)
    let result = try evaluate(probe, noisy, labels, train: train)
    #expect(result.accuracy == 1)
  }
}

@Test("A class that training lacks is never predicted, and counts as missed", arguments: probes)
func absentClassIsNeverPredicted(_ probe: any FeatureProbe) throws {
  let labels = [0, 2, 0, 2, 0, 2, 0, 2, 0, 2] + [0, 1, 2, 2]
  let features =
    Tensor(labels).oneHot(3).to(.float32) * 3
    + RandomStream(seed: 2).normal([14, 3], deviation: 0.1)
  let result = try evaluate(probe, features, labels, train: 10)
  #expect(!result.predictions.contains(1))
  #expect(result.predictions[0] == 0 && result.predictions[2...] == [2, 2])
  #expect(abs(result.balancedAccuracy - 2.0 / 3) < 1e-9)
}

@Test("One dimension, one test image, copies, zeros and constant features", arguments: probes)
func degenerateFeaturesWork(_ probe: any FeatureProbe) throws {
  let labels = (0..<41).map { $0 % 2 }
  // One dimension, told apart by its sign.
  let line = Tensor(labels.map { Float($0) * 2 - 1 }, shape: [41, 1])
  #expect(try evaluate(probe, line, labels, train: 40).accuracy == 1)
  // The same image many times over.
  #expect(try evaluate(probe, line.expanded(41, 3).contiguous(), labels, train: 40).accuracy == 1)
  // Nothing to go by at all: any answer, but an answer.
  #expect(try evaluate(probe, Tensor.zeros([41, 3]), labels, train: 40).predictions.count == 1)
  #expect(try evaluate(probe, Tensor.full([41, 3], 0.1), labels, train: 40).predictions.count == 1)
}

@Test("A feature that is constant in training changes nothing in the linear probe")
func constantFeaturesAreIgnored() throws {
  let problem = ReferenceProblem.wide
  let honest = try problem.evaluate(LinearProbe())
  let constant = Tensor.full([problem.labels.count, 1], 1234.567)
  constant[problem.split.test[0]..<problem.labels.count].assign(Tensor.full([], -1e6))
  let other = try LinearProbe().evaluate(
    features: concatenated([problem.features, constant], along: 1), labels: problem.labels,
    split: problem.split, classes: problem.classes, seed: 0)
  #expect(other.predictions == honest.predictions)
}

@Test("The scale and the offset of features do not matter to the linear probe")
func scaleAndOffsetDoNotMatter() throws {
  let problem = ReferenceProblem.tall
  let honest = try problem.evaluate(LinearProbe())
  for (scale, offset) in [(1e-9, 0.0), (1e6, 1e6), (1, 100)] {
    let other = try LinearProbe().evaluate(
      features: problem.features * scale + offset, labels: problem.labels, split: problem.split,
      classes: problem.classes, seed: 0)
    let same = zip(other.predictions, honest.predictions).count { $0 == $1 }
    #expect(Double(same) / Double(honest.predictions.count) > 0.99)
  }
}

@Test func bfloat16FeaturesWork() throws {
  let problem = ReferenceProblem.wide
  let result = try LinearProbe().evaluate(
    features: problem.features.to(.bfloat16), labels: problem.labels, split: problem.split,
    classes: problem.classes, seed: 0)
  let full = try problem.evaluate(LinearProbe())
  #expect(abs(result.accuracy - full.accuracy) < 0.05)
}
