import Testing
import Torch
import TorchNN

@testable import Downstream

@Suite struct FineTuningSplitTests {
  @Test func testImagesReachNoWeight() throws {
    var images = MadeUpImages(count: 60)
    let split = images.split(train: 40)
    let honest = try tune(images, split)
    // Every test image another one, and of another class; some unlabelled.
    let spoiled = images.pixels.copy()
    spoiled[40..<60].assign(
      RandomStream(seed: 8).integers([20, 12, 12, 3], in: 0..<256).to(.uint8))
    for image in 40..<60 { images.labels[image] = image % 5 == 0 ? nil : (image + 1) % 3 }
    let other = try tune(images, split, pixels: spoiled)
    #expect(other.network.bytes == honest.network.bytes)
    #expect(other.step == honest.step)
    #expect(other.validationAccuracy == honest.validationAccuracy)
    #expect(other.probabilities.bytes != honest.probabilities.bytes)
    #expect(other.testImages.count == 16)
  }

  @Test func anImagesProbabilitiesAreItsOwn() throws {
    let images = MadeUpImages(count: 60)
    let whole = try tune(images, images.split(train: 40))
    let alone = try tune(images, EvaluationSplit(train: Array(0..<40), test: [45]))
    #expect(alone.testImages == [45])
    #expect((alone.probabilities[0] - whole.probabilities[5]).abs().max().scalar < 1e-5)
  }

  @Test func aClassWithoutTrainingLabelsIsNeverPredicted() throws {
    var images = MadeUpImages(count: 60)
    for image in 0..<40 where images.labels[image] == 1 { images.labels[image] = nil }
    let result = try tune(images, images.split(train: 40))
    #expect(result.probabilities.shape == [20, 3])
    #expect(result.probabilities.selected(1, along: 1).abs().max().scalar == 0)
    #expect(!result.predictions.contains(1))
  }

  @Test func groupsAreSetAsideWhole() throws {
    let groups = (0..<60).map { $0 / 4 }
    let parts = try FineTuningParts(
      EvaluationSplit(train: Array(0..<48), test: Array(48..<60)),
      labels: (0..<60).map { $0 % 3 }, groups: groups, classes: 3, seed: 1)
    #expect(Set(parts.fit).union(parts.held) == Set(0..<48))
    #expect(!parts.held.isEmpty)
    #expect(
      Set(parts.fit.map { groups[$0] }).isDisjoint(with: Set(parts.held.map { groups[$0] })))
  }

  @Test func noClassLosesItsOnlyImage() throws {
    for seed in 0..<20 {
      let labels = [Int](repeating: 0, count: 9) + [1, 2, 3]
      let parts = try FineTuningParts(
        EvaluationSplit(train: Array(0..<11), test: [11]), labels: labels, groups: nil, classes: 4,
        seed: UInt64(seed))
      #expect(Set(parts.fit.map { labels[$0] }) == [0, 1, 2])
      #expect(!parts.held.isEmpty)
    }
  }

  @Test func withoutImagesToSpareTheLastWeightsAreKept() throws {
    let images = MadeUpImages(count: 20)
    let result = try tune(images, EvaluationSplit(train: [0, 1, 2], test: Array(3..<20)))
    #expect(result.trainImages == [0, 1, 2])
    #expect(result.validationAccuracy == nil)
    #expect(result.step == 3 && result.stepsDone == 3)
  }

  @Test func badInputIsRefused() throws {
    let images = MadeUpImages(count: 20)
    func split(_ train: [Int], validation: [Int]? = nil) -> EvaluationSplit {
      EvaluationSplit(train: train, validation: validation, test: Array(12..<20))
    }
    #expect(throws: ProbeError.oneClass(0)) { try tune(images, split([0, 3, 6])) }
    #expect(throws: ProbeError.self) { try tune(images, split([0, 1, 12])) }
    #expect(throws: ProbeError.label(2, image: 2, classes: 2)) {
      try tune(images, split([0, 1, 2]), classes: 2)
    }
    var blank = images
    blank.labels = blank.labels.enumerated().map { $0 < 6 ? nil : $1 }
    #expect(throws: ProbeError.noLabels(part: "training")) { try tune(blank, split([0, 1, 2])) }
    #expect(throws: ProbeError.noLabels(part: "validation")) {
      try tune(blank, split([6, 7, 8], validation: [1, 2]))
    }
    let unfit: [(inout FineTuning.Options) -> Void] = [
      { $0.steps = 0 }, { $0.headSteps = 3 }, { $0.batch = 0 }, { $0.evaluateEvery = 0 },
      { $0.patience = 0 }, { $0.labelSmoothing = 1 }, { $0.headLearningRate = -1 },
    ]
    for change in unfit {
      var options = options(steps: 3)
      change(&options)
      #expect(throws: ProbeError.self) { try options.check() }
    }
  }

  @Test func aRateTooLargeIsCalledDivergence() throws {
    let images = MadeUpImages(count: 40)
    var options = options(steps: 6)
    options.recipe = .init(
      source: "test", optimizer: .sgd(weightDecay: 0), learningRate: 1e38, layerDecay: 1)
    #expect(throws: ProbeError.self) {
      try FineTuning(options).run(
        images.problem(try MadeUpImages.network(), training: Array(0..<30)),
        split: images.split(train: 30))
    }
  }

  private func tune(
    _ images: MadeUpImages, _ split: EvaluationSplit, classes: Int = 3, pixels: Tensor? = nil
  ) throws -> FineTuningResult {
    let problem = images.problem(
      try MadeUpImages.network("resnet18:width=2"), training: split.train, classes: classes,
      pixels: pixels)
    return try #require(try FineTuning(options(steps: 3)).run(problem, split: split))
  }
}
