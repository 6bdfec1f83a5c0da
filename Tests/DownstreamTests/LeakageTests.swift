import Testing
import Torch

@testable import Downstream

private let probes: [any FeatureProbe] = [KNNProbe(), LinearProbe(), SGDProbe()]

@Test("Test labels reach neither predictions nor settings", arguments: probes)
func testLabelsDoNotLeak(_ probe: any FeatureProbe) throws {
  for problem in [ReferenceProblem.tall, .wide] {
    let honest = try problem.evaluate(probe)
    var labels = problem.labels
    for image in problem.split.test { labels[image] = (labels[image] + 1) % problem.classes }
    let other = try probe.evaluate(
      features: problem.features, labels: labels, split: problem.split, classes: problem.classes,
      seed: 0)
    #expect(other.predictions == honest.predictions)
    #expect(other.setting == honest.setting)
    #expect(other.validationAccuracy == honest.validationAccuracy)
    #expect(other.accuracy != honest.accuracy)
  }
}

@Test("Other test images do not reach an image's prediction", arguments: probes)
func testFeaturesDoNotLeak(_ probe: any FeatureProbe) throws {
  for problem in [ReferenceProblem.tall, .wide] {
    let honest = try problem.evaluate(probe)
    // All test images but the first ten become huge and skewed.
    let spoiled = problem.features.copy()
    let first = problem.split.test[0]
    let tail = spoiled[first + 10..<problem.labels.count]
    tail.assign(tail * 1000 + 1e6)
    let other = try probe.evaluate(
      features: spoiled, labels: problem.labels, split: problem.split, classes: problem.classes,
      seed: 0)
    #expect(other.predictions.prefix(10) == honest.predictions.prefix(10))
    #expect(other.setting == honest.setting)
    #expect(other.validationAccuracy == honest.validationAccuracy)

    // And judged alone, an image gets the same class.
    let alone = try probe.evaluate(
      features: problem.features, labels: problem.labels,
      split: EvaluationSplit(train: problem.split.train, test: [first + 3]),
      classes: problem.classes, seed: 0)
    #expect(alone.predictions == [honest.predictions[3]])
  }
}

@Test func standardisationIsByTheFittedImagesOnly() throws {
  let problem = ReferenceProblem.tall
  let fitted = problem.train.features
  let standardise = Standardisation(fitted)
  let own = standardise(fitted, as: .float64)
  #expect(own.mean(over: 0).abs().max().scalar < 1e-9)
  #expect((own.variance(over: 0, correction: 0) - 1).abs().max().scalar < 1e-9)
  // Others keep their offset: they are measured against the fitted images.
  let moved = standardise(fitted + 5, as: .float64)
  #expect(isPositive(moved.mean(over: 0)))
}

private func isPositive(_ x: Tensor) -> Bool { x.min().scalar > 0.1 }

@Test("Held-out images reach neither the statistics nor the fit that is judged on them")
func validationImagesDoNotLeakIntoTheTrialFit() throws {
  let problem = ReferenceProblem.wide
  let train = try LabelledFeatures(problem.train.features, labels: problem.train.labels)
  let selection = try ModelSelection(train: train, validation: nil, seed: 3)
  var judged: [Int] = []
  _ = selection.best(of: 1) { trial in
    #expect(Set(trial.fit.images).isDisjoint(with: trial.held.images))
    #expect(trial.fit.count + trial.held.count == train.count)
    judged += trial.held.images
    return [trial.held.labels]
  }
  #expect(judged.sorted() == train.images)
}

@Test("Unlabelled images are as if they were not there", arguments: probes)
func unlabelledImagesDoNotLeak(_ probe: any FeatureProbe) throws {
  let problem = ReferenceProblem.wide
  let honest = try problem.evaluate(probe)
  // Rows of NaN without a label, named in every part.
  let count = problem.labels.count
  let blank = Tensor.full([6, problem.features.size(1)], .nan)
  var split = problem.split
  split.train += [count, count + 1, count + 2]
  split.test += [count + 3, count + 4, count + 5]
  let labels: [Int?] = problem.labels + [nil, -1, nil, -1, nil, -1]
  let other = try probe.evaluate(
    features: concatenated([problem.features, blank]), labels: labels, split: split,
    classes: problem.classes, seed: 0)
  #expect(other == honest)
}

@Test("The order in which images are named changes nothing", arguments: probes)
func orderDoesNotMatter(_ probe: any FeatureProbe) throws {
  for problem in [ReferenceProblem.tall, .wide] {
    let honest = try problem.evaluate(probe)
    let order = RandomStream(seed: 9).permutation(problem.split.train.count).ints
    let shuffled = EvaluationSplit(
      train: order.map { problem.split.train[$0] }, test: problem.split.test.reversed())
    let other = try probe.evaluate(
      features: problem.features, labels: problem.labels, split: shuffled,
      classes: problem.classes, seed: 0)
    #expect(other == honest)
  }
}

// SGD is left out: its batches are of rows in turn.
@Test("Training rows in another order give the same predictions", arguments: probes.prefix(2))
func rowOrderDoesNotMatter(_ probe: any FeatureProbe) throws {
  let problem = ReferenceProblem.tall
  let (x, y) = problem.train
  let order = RandomStream(seed: 9).permutation(400).ints
  func evaluate(_ order: [Int]) throws -> ProtocolResult {
    let train = try LabelledFeatures(
      x.rows(Tensor(order)), labels: order.map { y[$0] })
    let validation = try LabelledFeatures(x, labels: y, images: Array(400..<600))
    let test = try LabelledFeatures(problem.test.features, labels: problem.test.labels)
    return try probe.evaluate(
      train: train, validation: validation, test: test, classes: problem.classes, seed: 0)
  }
  let (other, honest) = (try evaluate(order), try evaluate(Array(0..<400)))
  #expect(other.predictions == honest.predictions && other.setting == honest.setting)
  #expect(other.validationAccuracy == honest.validationAccuracy)
}

@Test func aSplitThatSharesImagesOrGroupsIsRefused() throws {
  let shared = EvaluationSplit(train: [0, 1, 2], validation: [3], test: [4, 2])
  #expect(throws: ProbeError.split("image 2 is named in train and again in test; name it once")) {
    try shared.check(count: 5)
  }
  let grouped = EvaluationSplit(train: [0, 1], test: [2, 3])
  #expect(throws: ProbeError.split("group 7 is both in train and in test; keep groups whole")) {
    try grouped.check(count: 4, groups: [6, 7, 7, 8])
  }
  #expect(throws: ProbeError.self) { try grouped.check(count: 3) }
  try grouped.check(count: 4, groups: [6, 6, 7, 8])
}
