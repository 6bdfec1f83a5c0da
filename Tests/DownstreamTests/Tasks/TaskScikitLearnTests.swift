import Testing
import Torch

@testable import Downstream

// Figures of scikit-learn 1.9.1 on the problems of TaskProblem.swift: StandardScaler, then
// OneVsRestClassifier(LogisticRegression(C=1/(λN), tol=1e-10, max_iter=100000)) and Ridge(alpha=λN).

struct TagReference: Sendable {
  let problem: String
  let penalty: Double
  /// Probabilities of the first two test images.
  let first: [Double]
  /// The mean over test images and classes.
  let mean: Double

  init(_ problem: String, _ penalty: Double, first: [Double], mean: Double) {
    (self.problem, self.penalty, self.first, self.mean) = (problem, penalty, first, mean)
  }

  static let all: [TagReference] = [
    .init(
      "tall", 1,
      first: [
        0.426322, 0.394610, 0.427047, 0.324601, 0.203946, 0.520615, 0.303922, 0.421399, 0.332750,
        0.200960,
      ], mean: 0.357358),
    .init(
      "tall", 0.03,
      first: [
        0.128845, 0.558126, 0.594234, 0.324922, 0.220463, 0.366337, 0.168539, 0.602750, 0.417503,
        0.204697,
      ], mean: 0.359041),
    .init(
      "tall", 0.001,
      first: [
        0.097977, 0.584030, 0.623655, 0.322995, 0.221042, 0.331398, 0.144887, 0.637350, 0.442303,
        0.207188,
      ], mean: 0.359732),
    .init(
      "wide", 1,
      first: [0.164959, 0.683660, 0.308739, 0.185882, 0.393514, 0.392140, 0.398742, 0.173939],
      mean: 0.331581),
    .init(
      "wide", 0.03,
      first: [0.005042, 0.958860, 0.173059, 0.133875, 0.283998, 0.147743, 0.600341, 0.019770],
      mean: 0.308332),
    .init(
      "wide", 0.001,
      first: [0.000071, 0.997483, 0.048702, 0.069793, 0.219230, 0.023420, 0.811076, 0.000391],
      mean: 0.303112),
  ]
}

struct RidgeReference: Sendable {
  let problem: String
  let penalty: Double
  /// Predictions for the first four test images.
  let first: [Double]
  /// The mean over test images.
  let squaredError: Double

  init(_ problem: String, _ penalty: Double, first: [Double], squaredError: Double) {
    (self.problem, self.penalty, self.first) = (problem, penalty, first)
    self.squaredError = squaredError
  }

  static let all: [RidgeReference] = [
    .init("tall", 10, first: [105.61692, 105.54999, 105.17976, 105.25895], squaredError: 12.97557),
    .init(
      "tall", 0.1, first: [107.34690, 107.85777, 104.90341, 104.89262], squaredError: 10.59878),
    .init(
      "tall", 0.001, first: [107.47376, 108.15119, 104.94906, 104.87198], squaredError: 10.61067),
    .init("wide", 10, first: [104.69467, 104.70925, 103.84342, 103.89221], squaredError: 6.42563),
    .init("wide", 0.1, first: [105.89920, 107.29851, 103.36809, 103.50663], squaredError: 6.87764),
    .init(
      "wide", 0.001, first: [105.96851, 107.44172, 102.87672, 103.78906], squaredError: 8.34576),
  ]
}

@Test("The multi-label probe's final fit is scikit-learn's", arguments: TagReference.all)
func tagProbabilitiesAgree(_ expected: TagReference) throws {
  let problem = TaskProblem(named: expected.problem)
  let probe = MultiLabelProbe(PenaltyPath(penalties: [expected.penalty], tolerance: 1e-9))
  let result = try probe.evaluate(
    features: problem.features, tags: problem.tags, split: problem.split, classes: problem.classes,
    seed: 0)
  #expect(result.constantClasses.isEmpty)
  let found = result.probabilities.prefix(2).joined()
  #expect(found.count == expected.first.count)
  #expect(zip(found, expected.first).allSatisfy { abs($0 - $1) < 1e-3 })
  let all = result.probabilities.joined()
  #expect(abs(all.reduce(0, +) / Double(all.count) - expected.mean) < 1e-4)
}

@Test("The regression probe's final fit is scikit-learn's", arguments: RidgeReference.all)
func ridgePredictionsAgree(_ expected: RidgeReference) throws {
  let problem = TaskProblem(named: expected.problem)
  let result = try RegressionProbe(penalties: [expected.penalty]).evaluate(
    features: problem.features, labels: problem.numbers, split: problem.split, seed: 0)
  #expect(zip(result.predictions, expected.first).allSatisfy { abs($0 - $1) < 1e-3 })
  let errors = zip(result.predictions, result.truth).map { ($0 - $1) * ($0 - $1) }
  #expect(abs(errors.reduce(0, +) / Double(errors.count) - expected.squaredError) < 1e-3)
}
