import Foundation
import Testing
import Torch

@testable import Downstream

@Suite struct FewShotTests {
  /// `count` images of four classes: one-hot labels plus normal noise, and dimensions of noise alone.
  private func parts(
    train: Int, test: Int = 400, noise: Double
  ) throws -> (train: LabelledFeatures, test: LabelledFeatures) {
    let stream = RandomStream(seed: 3)
    let labels = (0..<train + test).map { $0 % 4 }
    let signal = Tensor(labels).oneHot(4).to(.float32)
    let features = concatenated([signal, Tensor.zeros([labels.count, 8])], along: 1)
    let noisy = features + stream.normal([labels.count, 12], deviation: noise) + 5
    return (
      try LabelledFeatures(noisy, labels: labels, images: Array(0..<train)),
      try LabelledFeatures(noisy, labels: labels, images: Array(train..<labels.count), part: "test")
    )
  }

  @Test func clearClassesAreLearntFromOneLabelEach() throws {
    let (train, test) = try parts(train: 200, noise: 0.05)
    let results = try FewShot().evaluate(train: train, test: test, classes: 4, seed: 1)
    #expect(results.map(\.shots) == [1, 5, 10, 50])
    #expect(results.map(\.labelled) == [4, 20, 40, 200])
    for result in results {
      #expect(result.accuracies.count == 10 && result.balancedAccuracies.count == 10)
      #expect(try #require(result.accuracy).mean > 0.97)
    }
  }

  @Test func moreLabelsTellMore() throws {
    let (train, test) = try parts(train: 200, noise: 0.4)
    let results = try FewShot().evaluate(train: train, test: test, classes: 4, seed: 1)
    let means = results.compactMap(\.accuracy?.mean)
    #expect(zip(means, means.dropFirst()).allSatisfy { $0 < $1 })
    #expect(results[0].accuracies.contains { $0 != results[0].accuracies[0] })
  }

  // scikit-learn 1.9.1: LogisticRegression(C=1, tol=1e-9) on rows less the training mean and of length
  // 1. With as many shots as the largest class has, a draw is the whole training part.
  @Test(arguments: [
    ("tall", 250, 0.59, 0.5719594226579521), ("wide", 29, 0.6625, 0.6082211342309262),
    ("many", 190, 0.804, 0.7896018153050821),
  ])
  func theClassifierIsScikitLearns(
    name: String, largest: Int, accuracy: Double, balancedAccuracy: Double
  ) throws {
    let problem = ReferenceProblem(named: name)
    let result = try FewShot(.init(shots: [largest, largest + 1], draws: 2)).evaluate(
      train: try LabelledFeatures(problem.train.features, labels: problem.train.labels),
      test: try LabelledFeatures(problem.test.features, labels: problem.test.labels),
      classes: problem.classes, seed: 0)
    // More shots than any class has are left out.
    #expect(result.map(\.shots) == [largest])
    #expect(result[0].labelled == problem.train.labels.count)
    // Within a test image or two of the exact optimum.
    let image = 1.01 / Double(problem.test.labels.count)
    #expect(result[0].accuracies.allSatisfy { abs($0 - accuracy) < image })
    #expect(result[0].balancedAccuracies.allSatisfy { abs($0 - balancedAccuracy) < 5 * image })
  }

  @Test func theDrawsNestAndDependOnLabelsAndSeedAlone() {
    let labels = (0..<60).map { $0 % 7 == 0 ? 2 : $0 % 2 }
    let first = FewShot.order(labels, draw: 0, seed: 4)
    #expect(FewShot.order(labels, draw: 0, seed: 4) == first)
    #expect(FewShot.order(labels, draw: 1, seed: 4) != first)
    #expect(FewShot.order(labels, draw: 0, seed: 5) != first)
    // Every image of each class once: the first five contain the first one.
    for (label, rows) in first.enumerated() {
      #expect(rows.sorted() == labels.indices.filter { labels[$0] == label })
    }
  }

  @Test func otherFeaturesAreJudgedOnTheSameDraws() throws {
    let (train, test) = try parts(train: 200, noise: 0.4)
    // A rotation, a scale and an offset change every number, and nothing that the classifier sees;
    // accuracies would differ if the draws did.
    let rotation = RandomStream(seed: 9).normal([12, 12]).to(.float64)
    let axes = rotation.matmul(rotation.transposed()).symmetricEigen().vectors
    func turned(_ part: LabelledFeatures) throws -> LabelledFeatures {
      try LabelledFeatures(
        part.features.to(.float64).matmul(axes) * 7 + 3, labels: part.labels)
    }
    let probe = FewShot(.init(shots: [1, 5]))
    let own = try probe.evaluate(train: train, test: test, classes: 4, seed: 1)
    let other = try probe.evaluate(
      train: turned(train), test: turned(test), classes: 4, seed: 1)
    let redrawn = try probe.evaluate(train: train, test: test, classes: 4, seed: 2)
    for (a, b) in zip(own, other) {
      #expect(zip(a.accuracies, b.accuracies).allSatisfy { abs($0 - $1) < 0.006 })
    }
    #expect(own[0].accuracies != redrawn[0].accuracies)
  }

  @Test func testImagesDoNotReachOneAnother() throws {
    let (train, test) = try parts(train: 100, noise: 0.3)
    let spoiled = test.features.copy()
    spoiled[10..<400].assign(spoiled[10..<400] * 1000 + 1e6)
    func judge(_ features: Tensor) throws -> [FewShotResult] {
      try FewShot().evaluate(
        train: train, test: LabelledFeatures(features[0..<10], labels: Array(test.labels[0..<10])),
        classes: 4, seed: 1)
    }
    #expect(try judge(test.features) == judge(spoiled))
  }

  @Test func aRareClassGivesWhatItHasAndAnAbsentOneIsNeverPredicted() throws {
    // 20 of class 0, 3 of class 2, none of class 1.
    let labels = (0..<23).map { $0 < 20 ? 0 : 2 }
    let stream = RandomStream(seed: 1)
    func features(_ labels: [Int]) -> Tensor {
      Tensor(labels).oneHot(3).to(.float32) + stream.normal([labels.count, 3], deviation: 0.05)
    }
    let result = try FewShot().evaluate(
      train: LabelledFeatures(features(labels), labels: labels),
      test: LabelledFeatures(features([0, 1, 2]), labels: [0, 1, 2]), classes: 3, seed: 0)
    #expect(result.map(\.shots) == [1, 5, 10])
    #expect(result.map(\.labelled) == [2, 8, 13])
    #expect(result[1].accuracies.allSatisfy { abs($0 - 2.0 / 3) < 1e-9 })
  }

  @Test func badInputIsRefused() throws {
    let (train, test) = try parts(train: 40, noise: 0.1)
    let unfit: [FewShot.Options] = [
      .init(shots: []), .init(shots: [5, 0]), .init(draws: 0),
    ]
    for options in unfit {
      #expect(throws: ProbeError.self) {
        try FewShot(options).evaluate(train: train, test: test, classes: 4, seed: 0)
      }
    }
    #expect(throws: ProbeError.label(3, image: 3, classes: 3)) {
      try FewShot().evaluate(train: train, test: test, classes: 3, seed: 0)
    }
    let same = try LabelledFeatures(train.features, labels: train.labels.map { _ in 1 })
    #expect(throws: ProbeError.oneClass(1)) {
      try FewShot().evaluate(train: same, test: test, classes: 4, seed: 0)
    }
  }

  @Test func theIntervalIsStudentsT() throws {
    func draws(_ accuracies: [Double]) -> FewShotResult {
      FewShotResult(
        shots: 1, labelled: 2, accuracies: accuracies, balancedAccuracies: accuracies)
    }
    let interval = try #require(draws([0.1, 0.2, 0.3]).accuracy?.interval)
    // SciPy: t.ppf(0.975, 2) = 4.302652729749462.
    let half = 4.302652729749462 * 0.1 / 3.0.squareRoot()
    #expect(interval.lower == 0)
    #expect(abs(interval.upper - (0.2 + half)) < 1e-12)
    #expect(draws([0.4, 0.4]).accuracy?.interval == nil && draws([]).balancedAccuracy == nil)
    let result = FewShotResult(
      shots: 1, labelled: 2, accuracies: [0.5, 0.75], balancedAccuracies: [0.5, 0.5])
    let data = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(FewShotResult.self, from: data) == result)
  }
}
