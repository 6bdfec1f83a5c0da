import Augment
import Backbones
import Testing
import Torch
import TorchNN

@testable import Downstream

@Suite struct FineTuningTests {
  @Test func colouredNoiseIsLearnt() throws {
    let images = MadeUpImages(count: 96)
    var options = options(steps: 40, every: 10)
    options.recipe = .init(
      source: "test", optimizer: .adamW(weightDecay: 0.01), learningRate: 3e-3, layerDecay: 1)
    var reported: [FineTuningStatus] = []
    let result = try #require(
      try FineTuning(options).run(
        images.problem(try MadeUpImages.network(), training: Array(0..<60)),
        split: images.split(train: 60), report: { reported.append($0) }))
    #expect(result.accuracy > 0.9)
    #expect(result.testImages == Array(60..<96) && result.predictions.count == 36)
    #expect(result.probabilities.shape == [36, 3] && result.probabilities.dtype == .float32)
    #expect((result.probabilities.sum(over: 1) - 1).abs().max().scalar < 1e-5)
    #expect(result.probabilities.argmax(along: 1).ints == result.predictions)
    #expect(result.trainImages.count == 48)
    #expect(reported.map(\.step) == Array(1...result.stepsDone))
    #expect(reported.last?.validationAccuracy != nil)
  }

  @Test("The seed decides the weights", arguments: MadeUpImages.networks)
  func theSeedDecides(_ text: String) throws {
    let images = MadeUpImages(count: 40)
    // Layers that draw, where there are any.
    let text = text.hasPrefix("resnet") ? text : "\(text),droppath=0.5"
    let results = try [1, 1, 2].map { seed in
      try #require(
        try FineTuning(options(steps: 4, headSteps: 1)).run(
          images.problem(
            try MadeUpImages.network(text), training: Array(0..<30), seed: seed),
          split: images.split(train: 30)))
    }
    #expect(results[0].network.bytes == results[1].network.bytes)
    #expect(results[0].probabilities.bytes == results[1].probabilities.bytes)
    #expect(results[0].network.bytes != results[2].network.bytes)
  }

  @Test("A copy is tuned, all of it", arguments: MadeUpImages.networks)
  func theGivenBackboneStaysAsItIs(_ text: String) throws {
    let images = MadeUpImages(count: 40)
    let backbone = try MadeUpImages.network(text)
    backbone.freeze()
    backbone.train(false)
    let before = backbone.state.map { $0.tensor.detached().copy() }
    let result = try #require(
      try FineTuning(options(steps: 2)).run(
        images.problem(backbone, training: Array(0..<30)), split: images.split(train: 30)))
    for (old, (name, tensor)) in zip(before, backbone.state) {
      #expect(old.bytes == tensor.detached().bytes, "\(name)")
    }
    #expect(backbone.parameters.allSatisfy { !$0.parameter.value.requiresGradient })
    #expect(!backbone.isTraining && !result.network.backbone.isTraining)
    let names = Set(backbone.parameters.map(\.name))
    for (old, (name, tensor)) in zip(before, result.network.backbone.state)
    where names.contains(name) {
      #expect(old.bytes != tensor.detached().contiguous().bytes, "\(name) stayed as it was")
    }
  }

  @Test func theFirstStepsTrainTheHeadAlone() throws {
    let images = MadeUpImages(count: 40)
    let problem = images.problem(try MadeUpImages.network(), training: Array(0..<30))
    let parts = try FineTuningParts(
      images.split(train: 30), labels: images.labels, groups: nil, classes: 3, seed: 1)
    var session = FineTuningSession(options(steps: 4, headSteps: 2), problem, parts)
    let backbone = session.network.backbone.state.map { $0.tensor.detached().copy() }
    let head = session.network.head.state.map { $0.tensor.detached().copy() }
    func isUntouched() -> Bool {
      zip(session.network.backbone.state, backbone).allSatisfy {
        $0.tensor.detached().bytes == $1.bytes
      }
    }
    for step in 0..<2 {
      _ = session.take(step)
      _ = session.standing()
    }
    #expect(isUntouched())
    #expect(
      zip(session.network.head.state, head).allSatisfy {
        $0.tensor.detached().bytes != $1.bytes
      })
    _ = session.take(2)
    #expect(!isUntouched())
  }

  @Test("Small batches keep the pretrained statistics", arguments: [8, 16])
  func smallBatchesKeepStatistics(_ batch: Int) throws {
    let images = MadeUpImages(count: 40)
    let result = try #require(
      try FineTuning(options(steps: 2, batch: batch)).run(
        images.problem(try MadeUpImages.network(), training: Array(0..<30)),
        split: images.split(train: 30)))
    let means = result.network.backbone.buffers.filter { $0.name.hasSuffix("running_mean") }
    #expect(!means.isEmpty)
    for (name, buffer) in means {
      #expect((buffer.value.abs().max().scalar == 0) == (batch == 8), "\(name)")
    }
  }

  /// What is learnt is wrong for the validation images, and the more so the longer it is learnt.
  private func misled(_ options: FineTuning.Options) throws -> (
    result: FineTuningResult, looks: [Double], validation: Double
  ) {
    var images = MadeUpImages(count: 90, classes: 2)
    let split = images.split(train: 48, validation: 24)
    for image in 48..<72 { images.labels[image] = images.labels[image].map { 1 - $0 } }
    var options = options
    options.recipe = .init(
      source: "test", optimizer: .adamW(weightDecay: 0), learningRate: 3e-3, layerDecay: 1)
    let problem = images.problem(
      try MadeUpImages.network(), training: Array(0..<48), classes: 2)
    var looks: [Double] = []
    let result = try #require(
      try FineTuning(options).run(problem, split: split) {
        if let accuracy = $0.validationAccuracy { looks.append(accuracy) }
      })
    let own = result.network.probabilities(
      problem.store.evaluationBatch(indices: Array(48..<72), size: 12))
    let truth = (48..<72).compactMap { images.labels[$0] }
    return (result, looks, Metrics.accuracy(own.argmax(along: 1).ints, truth))
  }

  @Test func theBestWeightsAreKeptNotTheLast() throws {
    let (result, looks, validation) = try misled(options(steps: 30, every: 1))
    let best = try #require(looks.max())
    let last = try #require(looks.last)
    try #require(last < best)
    #expect(result.validationAccuracy == best && validation == best)
    #expect(looks[result.step - 1] == best)
    #expect(result.step < 30 && result.stepsDone == 30)
  }

  @Test func tuningStopsOnceLooksNoLongerImprove() throws {
    let (result, looks, _) = try misled(options(steps: 60, every: 1, patience: 5))
    #expect(result.stepsDone < 60 && looks.count == result.stepsDone)
    #expect(result.step == result.stepsDone - 5)
  }

  @Test func aStoppedTuningHasNoResult() throws {
    let images = MadeUpImages(count: 40)
    var steps = 0
    let result = try FineTuning(options(steps: 50)).run(
      images.problem(try MadeUpImages.network(), training: Array(0..<30)),
      split: images.split(train: 30), report: { steps = $0.step }, shouldStop: { steps == 3 })
    #expect(result == nil && steps == 3)
  }

  @Test func balancedClassesWeighTheSame() {
    let logits = RandomStream(seed: 1).normal([6, 3])
    let labels = [0, 0, 0, 0, 1, 2]
    func loss(_ weighting: LinearProbe.ClassWeighting, _ labels: [Int]) -> Double {
      ClassLoss(weighting, labels: labels, classes: 3, smoothing: 0.1, device: .cpu)(
        logits, Tensor(labels)
      ).scalar
    }
    let even = [0, 1, 2, 0, 1, 2]
    #expect(abs(loss(.balanced, even) - loss(.none, even)) < 1e-6)
    // The mean over classes of each class's mean.
    func mean(_ rows: Range<Int>, _ label: Int) -> Double {
      logits[rows].crossEntropy(
        Tensor([Int](repeating: label, count: rows.count)), labelSmoothing: 0.1
      ).scalar
    }
    let expected = (mean(0..<4, 0) + mean(4..<5, 1) + mean(5..<6, 2)) / 3
    #expect(abs(loss(.balanced, labels) - expected) < 1e-6)
    #expect(abs(loss(.none, labels) - expected) > 1e-3)
  }
}
