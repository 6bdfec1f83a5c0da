import Augment
import Foundation
import TestSupport
import Testing
import Torch

@testable import Downstream

private typealias Trial = Robustness.Trial

/// 40 even images of two classes, dark and bright, the last ten without a label.
private struct Shades {
  let labels: [Int?] = (0..<40).map { $0 < 30 ? ($0 % 3) / 2 : nil }

  var store: DeviceStore {
    let levels = (0..<40).map { (number: Int) -> UInt8 in
      UInt8(number % 3 == 2 ? 150 + number : 60 + number)
    }
    return DeviceStore(
      pixels: Tensor(levels).reshaped(40, 1, 1, 1).expanded(40, 16, 16, 1).contiguous())
  }
}

private let shades = Shades()

/// Calls bright what lies above the store's mean.
private func byBrightness(_ images: Tensor) -> Tensor {
  let mean = images.mean(over: 1, 2, 3)
  return stacked([-mean, mean], along: 1)
}

@Test("Means are taken over severities, then over corruptions")
func robustnessIsAMeanOfMeans() throws {
  let robustness = Robustness(
    clean: 0.8,
    trials: [
      Trial(corruption: .contrast, severity: 5, accuracy: 0.2),
      Trial(corruption: .contrast, severity: 1, accuracy: 0.6),
      Trial(corruption: .shotNoise, severity: 1, accuracy: 0.8),
    ], images: 10, seed: 3)
  #expect(abs(robustness.absolute - 0.6) < 1e-12)
  #expect(abs((robustness.relative ?? 0) - 0.75) < 1e-12)
  #expect(robustness.corruptions == [.shotNoise, .contrast] && robustness.severities == [1, 5])
  #expect(abs(robustness.mean(of: .contrast) - 0.4) < 1e-12)
  #expect(abs(robustness.mean(at: 1) - 0.7) < 1e-12)
  #expect(robustness.mean(of: Corruption.Group.blur) == nil)
  #expect(robustness.mean(of: Corruption.Group.noise) == 0.8)
  #expect(robustness.accuracy(.contrast, severity: 5) == 0.2)
  #expect(robustness.accuracy(.contrast, severity: 2) == nil)
  let data = try JSONEncoder().encode(robustness)
  #expect(try JSONDecoder().decode(Robustness.self, from: data) == robustness)
  #expect(Robustness(clean: 0, trials: robustness.trials, images: 1, seed: 0).relative == nil)
}

@Test("Labelled test images are shown clean and under every corruption, whatever the batch")
func everyCorruptionIsMeasured() throws {
  let test = Array(0..<40)
  var calls: [(done: Int, total: Int)] = []
  let options = Robustness.Options(corruptions: [.brightness, .gaussianNoise, .contrast])
  let measured = try Robustness.measure(
    test: test, labels: shades.labels, store: shades.store, imageSize: 16, options: options,
    batch: 8, progress: { calls.append(($0, $1)) }, predict: byBrightness)
  let robustness = measured.plain
  #expect(robustness.images == 30 && robustness.clean == 1 && robustness.trials.count == 15)
  // Noise has mean 0, contrast keeps the mean; brightness makes dark images bright.
  #expect(robustness.mean(of: .gaussianNoise) == 1 && robustness.mean(of: .contrast) == 1)
  #expect(robustness.mean(of: .brightness) < 1)
  let dark = Double(shades.labels.count { $0 == 0 }) / 30
  #expect(abs((robustness.accuracy(.brightness, severity: 5) ?? 0) - (1 - dark)) < 1e-12)
  #expect(calls.map(\.done) == calls.map(\.done).sorted() && calls.count == 4 * 16)
  #expect(calls.last?.done == 30 * 16 && calls.allSatisfy { $0.total == 30 * 16 })
  let other = try Robustness.measure(
    test: test.reversed(), labels: shades.labels, store: shades.store, imageSize: 16,
    options: options, batch: 30, predict: byBrightness)
  #expect(other == measured)
  // Of two classes one is named rightly throughout, however many images it has.
  #expect(measured.balanced.accuracy(.brightness, severity: 5) == 0.5)
  #expect(measured.balanced.clean == 1)
}

@Test("Fewer images are drawn with the classes' shares")
func fewerImagesAreDrawn() throws {
  var seen = 0
  let robustness = try Robustness.measure(
    test: Array(0..<40), labels: shades.labels, store: shades.store, imageSize: 8,
    options: .init(corruptions: [.pixelate], severities: [2], images: 9)
  ) { images in
    seen += images.size(0)
    return Tensor.zeros([images.size(0), 2]) + Tensor([Float(1), 0])
  }.plain
  #expect(robustness.images == 9 && seen == 18)
  // Class 0 has two thirds of the images.
  #expect(abs(robustness.clean - 6.0 / 9) < 1e-12 && robustness.absolute == robustness.clean)
}

@Test("Nothing to show, nothing to do and nonsense are refused by name")
func badRequestsAreRefused() {
  func measure(
    _ options: Robustness.Options = .init(), test: [Int] = [0, 1]
  ) throws -> Robustness {
    try Robustness.measure(
      test: test, labels: shades.labels, store: shades.store, imageSize: 8, options: options,
      predict: byBrightness
    ).plain
  }
  #expect(throws: ProbeError.noLabels(part: "test")) { try measure(test: [35, 36]) }
  #expect(throws: ProbeError.self) { try measure(test: [1, 1]) }
  #expect(throws: ProbeError.self) { try measure(test: [40]) }
  for options: Robustness.Options in [
    .init(corruptions: []), .init(severities: []), .init(severities: [0]),
    .init(severities: [2, 2]), .init(corruptions: [.contrast, .contrast]), .init(images: 0),
  ] {
    #expect(throws: ProbeError.self) { try measure(options) }
  }
}

@Test("A fitted probe predicts what the evaluation predicted, from scores", arguments: [0, 1])
func aFittedProbeIsTheEvaluatedOne(seed: UInt64) throws {
  let problem = ReferenceProblem.many
  let evaluated = try problem.evaluate(LinearProbe(), seed: seed)
  let train = try LabelledFeatures(
    problem.features, labels: problem.labels, images: problem.split.train)
  let fitted = try LinearProbe().fit(
    train: train, validation: nil, classes: problem.classes + 1, seed: seed)
  let test = problem.test.features
  #expect(fitted.classes(of: test) == evaluated.predictions)
  #expect(fitted.setting == evaluated.setting)
  #expect(fitted.validationAccuracy == evaluated.validationAccuracy)
  let scores = fitted.scores(of: test)
  #expect(scores.shape == [evaluated.predictions.count, problem.classes + 1])
  #expect(scores.argmax(along: 1).ints == evaluated.predictions)
  #expect(scores.selected(problem.classes, along: 1).max().scalar == -.infinity)
}

@Test func unfitPenaltiesAreRefusedByFit() throws {
  let train = try LabelledFeatures(RandomStream(seed: 1).normal([4, 2]), labels: [0, 1, 0, 1])
  #expect(throws: ProbeError.self) {
    try LinearProbe(.init(penalties: [0])).fit(
      train: train, validation: nil, classes: 2, seed: 0)
  }
  #expect(throws: ProbeError.label(1, image: 1, classes: 1)) {
    try LinearProbe().fit(train: train, validation: nil, classes: 1, seed: 0)
  }
}
