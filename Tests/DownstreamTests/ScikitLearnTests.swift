import Testing
import Torch

@testable import Downstream

// Figures of scikit-learn 1.9.1 on the problems of ReferenceProblem.swift:
// StandardScaler, then LogisticRegression(C=1/(λN), tol=1e-10, max_iter=100000), and
// KNeighborsClassifier(metric="cosine", algorithm="brute", weights=exp((1 - distance) / 0.07)).

struct LinearReference: Sendable {
  let problem: String
  let penalty: Double
  let balanced: Bool
  let loss, norm, accuracy, balancedAccuracy: Double

  init(
    _ problem: String, _ penalty: Double, balanced: Bool, loss: Double, norm: Double,
    accuracy: Double, balancedAccuracy: Double
  ) {
    (self.problem, self.penalty, self.balanced) = (problem, penalty, balanced)
    (self.loss, self.norm) = (loss, norm)
    (self.accuracy, self.balancedAccuracy) = (accuracy, balancedAccuracy)
  }

  static let all: [LinearReference] = [
    .init(
      "tall", 1, balanced: false, loss: 1.21850608, norm: 0.383954, accuracy: 0.4025,
      balancedAccuracy: 0.32419118),
    .init(
      "tall", 1, balanced: true, loss: 1.27619806, norm: 0.405945, accuracy: 0.5800,
      balancedAccuracy: 0.58720724),
    .init(
      "tall", 0.03, balanced: false, loss: 0.90517852, norm: 1.909262, accuracy: 0.6000,
      balancedAccuracy: 0.58302560),
    .init(
      "tall", 0.03, balanced: true, loss: 0.93615373, norm: 1.949318, accuracy: 0.5650,
      balancedAccuracy: 0.57331563),
    .init(
      "tall", 0.001, balanced: false, loss: 0.83681812, norm: 2.522042, accuracy: 0.5900,
      balancedAccuracy: 0.57714869),
    .init(
      "tall", 0.001, balanced: true, loss: 0.86603425, norm: 2.526442, accuracy: 0.5575,
      balancedAccuracy: 0.56602260),
    .init(
      "wide", 1, balanced: false, loss: 0.58180998, norm: 0.629948, accuracy: 0.7075,
      balancedAccuracy: 0.65888073),
    .init(
      "wide", 1, balanced: true, loss: 0.60448194, norm: 0.652780, accuracy: 0.7875,
      balancedAccuracy: 0.76625187),
    .init(
      "wide", 0.03, balanced: false, loss: 0.09623962, norm: 2.027117, accuracy: 0.7400,
      balancedAccuracy: 0.70675235),
    .init(
      "wide", 0.03, balanced: true, loss: 0.09777562, norm: 2.047748, accuracy: 0.7550,
      balancedAccuracy: 0.72824017),
    .init(
      "wide", 0.001, balanced: false, loss: 0.00868047, norm: 3.630990, accuracy: 0.7300,
      balancedAccuracy: 0.69702842),
    .init(
      "wide", 0.001, balanced: true, loss: 0.00876550, norm: 3.651461, accuracy: 0.7475,
      balancedAccuracy: 0.71946824),
    .init(
      "many", 1, balanced: false, loss: 1.98060792, norm: 0.638549, accuracy: 0.3860,
      balancedAccuracy: 0.30263099),
    .init(
      "many", 1, balanced: true, loss: 2.05647125, norm: 0.648839, accuracy: 0.8420,
      balancedAccuracy: 0.85248905),
    .init(
      "many", 0.03, balanced: false, loss: 0.84168516, norm: 4.263517, accuracy: 0.8320,
      balancedAccuracy: 0.82436543),
    .init(
      "many", 0.03, balanced: true, loss: 0.85719226, norm: 4.345342, accuracy: 0.8340,
      balancedAccuracy: 0.83984752),
    .init(
      "many", 0.001, balanced: false, loss: 0.32411500, norm: 11.873983, accuracy: 0.7780,
      balancedAccuracy: 0.77771678),
    .init(
      "many", 0.001, balanced: true, loss: 0.31822310, norm: 12.204845, accuracy: 0.7700,
      balancedAccuracy: 0.77468010),
  ]
}

struct NeighbourReference: Sendable {
  let problem: String
  let k: Int
  let accuracy, balancedAccuracy: Double

  init(_ problem: String, k: Int, accuracy: Double, balancedAccuracy: Double) {
    (self.problem, self.k) = (problem, k)
    (self.accuracy, self.balancedAccuracy) = (accuracy, balancedAccuracy)
  }

  static let all: [NeighbourReference] = [
    .init("tall", k: 1, accuracy: 0.4150, balancedAccuracy: 0.40540714),
    .init("tall", k: 5, accuracy: 0.4575, balancedAccuracy: 0.42993873),
    .init("tall", k: 20, accuracy: 0.4725, balancedAccuracy: 0.42986656),
    .init("tall", k: 50, accuracy: 0.4800, balancedAccuracy: 0.43026008),
    .init("wide", k: 1, accuracy: 0.5850, balancedAccuracy: 0.56293350),
    .init("wide", k: 5, accuracy: 0.6600, balancedAccuracy: 0.62304502),
    .init("wide", k: 20, accuracy: 0.6275, balancedAccuracy: 0.56827145),
    .init("wide", k: 50, accuracy: 0.4350, balancedAccuracy: 0.33918129),
    .init("many", k: 1, accuracy: 0.4480, balancedAccuracy: 0.42574897),
    .init("many", k: 5, accuracy: 0.5740, balancedAccuracy: 0.55357120),
    .init("many", k: 20, accuracy: 0.6660, balancedAccuracy: 0.63254951),
    .init("many", k: 50, accuracy: 0.6700, balancedAccuracy: 0.62989087),
  ]
}

@Test("Logistic regression reaches scikit-learn's optimum", arguments: LinearReference.all)
func logisticRegressionAgrees(_ expected: LinearReference) throws {
  let problem = ReferenceProblem(named: expected.problem)
  let train = try LabelledFeatures(problem.train.features, labels: problem.train.labels)
  let fit = LogisticRegression(train, weighting: expected.balanced ? .balanced : .none)
    .path([10, expected.penalty], tolerance: 1e-9, iterations: 500)[1]
  #expect(fit.converged)
  #expect(abs(fit.loss / expected.loss - 1) < 1e-5)
  #expect(abs(fit.standardisedWeights.norm().scalar / expected.norm - 1) < 1e-3)
  let predictions = fit.classifier.classes(of: problem.test.features)
  #expect(abs(Metrics.accuracy(predictions, problem.test.labels) - expected.accuracy) < 1e-3)
  let balanced = Metrics.balancedAccuracy(predictions, problem.test.labels)
  #expect(abs(balanced - expected.balancedAccuracy) < 1e-3)
}

@Test("The linear probe's final fit is scikit-learn's", arguments: LinearReference.all)
func linearProbeAgrees(_ expected: LinearReference) throws {
  let options = LinearProbe.Options(
    penalties: [expected.penalty], classWeighting: expected.balanced ? .balanced : .none,
    tolerance: 1e-9)
  let result = try ReferenceProblem(named: expected.problem).evaluate(LinearProbe(options))
  #expect(abs(result.accuracy - expected.accuracy) < 1e-3)
  #expect(abs(result.balancedAccuracy - expected.balancedAccuracy) < 1e-3)
}

@Test("The kNN probe agrees with scikit-learn", arguments: NeighbourReference.all)
func neighboursAgree(_ expected: NeighbourReference) throws {
  let probe = KNNProbe(.init(k: [expected.k]))
  let result = try ReferenceProblem(named: expected.problem).evaluate(probe)
  #expect(abs(result.accuracy - expected.accuracy) < 1e-3)
  #expect(abs(result.balancedAccuracy - expected.balancedAccuracy) < 1e-3)
}
