import Testing
import Torch

@testable import Downstream

@Test func allRatesAtOnceAreEachRateAlone() throws {
  let problem = ReferenceProblem.many
  let train = try LabelledFeatures(problem.train.features, labels: problem.train.labels)
  let probe = SGDProbe(.init(epochs: 3))
  let rates = [0.001, 0.03, 0.3]
  let together = probe.classifiers(of: train, rates: rates, seed: 5)
  for (rate, classifier) in zip(rates, together) {
    let alone = try #require(probe.classifiers(of: train, rates: [rate], seed: 5)[0])
    let weights = try #require(classifier?.weights)
    let error = (weights - alone.weights).abs().max().scalar
    #expect(error < 1e-4 * alone.weights.abs().max().scalar)
  }
}

@Test("Steps are those of SGD on the mean cross-entropy", arguments: [0, 0.01])
func stepsAreSGD(_ decay: Double) throws {
  let problem = ReferenceProblem.wide
  let train = try LabelledFeatures(problem.train.features, labels: problem.train.labels)
  // 60 images are one batch, so that their order does not matter.
  let probe = SGDProbe(.init(epochs: 4, weightDecay: decay))
  let fitted = try #require(probe.classifiers(of: train, rates: [0.2], seed: 0)[0])

  let labels = Tensor(problem.train.labels)
  let weights = Tensor.zeros([3, 96]).requiringGradient()
  let bias = Tensor.zeros([3]).requiringGradient()
  let momenta = [Tensor.zeros([3, 96]), Tensor.zeros([3])]
  // Half a cosine over four epochs, for 60 of 256 images.
  for (epoch, share) in [1, 0.85355339, 0.5, 0.14644661].enumerated() {
    let gradients = [Tensor.zeros([3, 96]), Tensor.zeros([3])]
    let (w, b) = (weights.copy().detached(), bias.copy().detached())
    let (wg, bg) = (w.requiringGradient(), b.requiringGradient())
    problem.train.features.linear(wg, bg).crossEntropy(labels).backward()
    gradients[0].assign(try #require(wg.gradient))
    gradients[1].assign(try #require(bg.gradient))
    withoutGradient {
      TensorList.sgdStep(
        parameters: [weights, bias], gradients: gradients, momenta: momenta,
        learningRate: 0.2 * 60 / 256 * share, momentum: 0.9, weightDecay: decay, nesterov: false,
        isFirst: epoch == 0)
    }
  }
  let error = (fitted.weights.transposed() - weights.detached().to(.float64)).abs().max().scalar
  #expect(error < 1e-4 * fitted.weights.abs().max().scalar)
  #expect((fitted.bias - bias.detached().to(.float64)).abs().max().scalar < 1e-4)
}

@Test("SGD and the exact solution are about as accurate", arguments: ["tall", "wide", "many"])
func sgdIsNearTheLinearProbe(_ name: String) throws {
  let problem = ReferenceProblem(named: name)
  let exact = try problem.evaluate(LinearProbe())
  for standardises in [false, true] {
    let published = try problem.evaluate(SGDProbe(.init(standardises: standardises)))
    #expect(abs(published.accuracy - exact.accuracy) < 0.1)
  }
}

@Test func ratesThatOverflowAreNeverChosen() throws {
  let problem = ReferenceProblem.wide
  let train = try LabelledFeatures(problem.train.features, labels: problem.train.labels)
  let test = try LabelledFeatures(problem.test.features, labels: problem.test.labels)
  func evaluate(_ rates: [Double]) throws -> ProtocolResult {
    try SGDProbe(.init(learningRates: rates)).evaluate(
      train: train, validation: nil, test: test, classes: 3, seed: 0)
  }
  #expect(try evaluate([0.01, 1e38]).setting == "learning rate = 0.01")
  #expect(throws: ProbeError.self) { try evaluate([1e38]) }
}
