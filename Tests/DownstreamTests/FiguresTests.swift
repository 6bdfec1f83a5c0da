import Testing
import Torch

@testable import Downstream

/// Whether both have the same metrics, of nearly the same values.
private func agree(_ a: [Metric: Double], _ b: [Metric: Double], within error: Double) -> Bool {
  Set(a.keys) == Set(b.keys) && a.allSatisfy { abs($0.value - (b[$0.key] ?? .nan)) < error }
}

@Test("Every metric agrees with scikit-learn", arguments: MetricReference.all)
func metricsAgree(_ expected: MetricReference) {
  let problem = MetricCase.of(expected)
  let values = problem.figures(expected.task)
    .values(weights: expected.weighted ? problem.weights : nil)
  #expect(agree(values, expected.values, within: 1e-7), "\(values)")
}

@Test("Weights count images", arguments: MetricReference.all.filter(\.weighted))
func weightsCountImages(_ reference: MetricReference) {
  let problem = MetricCase.of(reference)
  let figures = problem.figures(reference.task)
  let ones = [Double](repeating: 1, count: figures.count)
  #expect(figures.values(weights: ones) == figures.values(weights: nil))
  let tripled = figures.values(weights: ones.map { $0 * 3 })
  #expect(agree(tripled, figures.values(weights: nil), within: 1e-9))
  // Weight 2 is the image twice, and weight 0 is no image.
  let copies = problem.weights.enumerated().flatMap { place, weight in
    [Int](repeating: place, count: Int(weight))
  }
  let copied = problem.picked(copies).figures(reference.task).values(weights: nil)
  #expect(agree(figures.values(weights: problem.weights), copied, within: 1e-9))
}

@Test("The order of images changes no metric", arguments: MetricReference.all)
func orderOfImagesDoesNotMatter(_ reference: MetricReference) {
  let problem = MetricCase.of(reference)
  let order = RandomStream(seed: 3).permutation(problem.rows.count).ints
  let shuffled = problem.picked(order)
  let weights = reference.weighted
  let first = problem.figures(reference.task).values(weights: weights ? problem.weights : nil)
  let second = shuffled.figures(reference.task).values(weights: weights ? shuffled.weights : nil)
  #expect(agree(first, second, within: 1e-9))
}

@Test func classesWithoutImagesAreLeftOut() {
  // Class 1 never occurs; class 2 occurs once and ranks second of four by its score.
  let scores = ClassScores(
    [0.7, 0.2, 0.1, 0.5, 0.1, 0.4, 0.4, 0.4, 0.2, 0.6, 0.1, 0.3], classes: 3)
  let figures = ClassificationFigures(scores, labels: [0, 0, 0, 2])
  #expect(figures.averagePrecisions() == [figures.averagePrecisions()[0], nil, 0.5])
  // Against class 0: image 3 scores above two of three. Against class 2: image 3 above two of three.
  let auc = figures.value(of: .auc) ?? .nan
  #expect(abs(auc - (1.0 / 3 + 2.0 / 3) / 2) < 1e-12)
  // Nothing can be ranked among images of one class.
  let alone = ClassificationFigures(scores, labels: [0, 0, 0, 0])
  #expect(alone.value(of: .auc) == nil && alone.value(of: .averagePrecision) == 1)
  #expect(figures.values(weights: [0, 0, 0, 0]).isEmpty)
}

@Test func topFiveNeedsMoreThanFiveClasses() {
  func topFive(_ classes: Int, label: Int) -> Double? {
    let scores = ClassScores(
      [Double](repeating: 1 / Double(classes), count: classes), classes: classes)
    return ClassificationFigures(scores, labels: [label]).value(of: .topFive)
  }
  #expect(topFive(5, label: 0) == nil)
  // Equal scores go to the lower classes.
  #expect(topFive(6, label: 4) == 1 && topFive(6, label: 5) == 0)
}

@Test func calibrationErrorIsTheGapToConfidence() {
  func error(_ confidence: Double, right: Int, of count: Int) -> Double? {
    let scores = ClassScores(
      (0..<count).flatMap { _ in [confidence, 1 - confidence] }, classes: 2)
    let labels = (0..<count).map { $0 < right ? 0 : 1 }
    return ClassificationFigures(scores, labels: labels).value(of: .calibrationError)
  }
  #expect(abs((error(0.9, right: 9, of: 10) ?? 1)) < 1e-12)
  #expect(abs((error(0.9, right: 5, of: 10) ?? 1) - 0.4) < 1e-12)
  #expect(error(1, right: 10, of: 10) == 0)
  // Scores that are no probabilities have none.
  #expect(error(3, right: 5, of: 10) == nil)
}

@Test func meanIoULeavesOutClassesNeitherThereNorPredicted() {
  #expect(Metrics.meanIoU(confusion: [[3, 1, 0], [0, 4, 0], [0, 0, 0]]) == (0.75 + 0.8) / 2)
  #expect(Metrics.meanIoU(confusion: [[0, 0], [0, 0]]) == nil)
}

@Test func figuresTrapOnNonsense() async {
  await #expect(processExitsWith: .failure) { _ = ClassScores([0, .nan], classes: 2) }
  await #expect(processExitsWith: .failure) { _ = ClassScores([0, 1, 0], classes: 2) }
  await #expect(processExitsWith: .failure) {
    _ = ClassificationFigures(ClassScores([0, 1], classes: 2), labels: [2])
  }
  await #expect(processExitsWith: .failure) {
    _ = ClassificationFigures(ClassScores([0, 1], classes: 2), labels: [1]).values(weights: [1, 1])
  }
}
