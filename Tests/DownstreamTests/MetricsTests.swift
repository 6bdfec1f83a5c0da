import Testing

@testable import Downstream

@Test func accuracyIsTheShareOfCorrectPredictions() {
  #expect(Metrics.accuracy([0, 1, 2, 2], [0, 1, 1, 2]) == 0.75)
  #expect(Metrics.accuracy([3], [3]) == 1)
}

@Test func balancedAccuracyIsTheMeanRecallOfClassesPresent() {
  // Class 0: 3 of 4. Class 2: 1 of 2. Class 1 is predicted but not present.
  let predictions = [0, 0, 0, 1, 2, 0]
  let labels = [0, 0, 0, 0, 2, 2]
  #expect(abs(Metrics.balancedAccuracy(predictions, labels) - 0.625) < 1e-12)
  // A majority vote is at chance however frequent the majority is.
  #expect(
    Metrics.balancedAccuracy([Int](repeating: 0, count: 100), [1] + [Int](repeating: 0, count: 99))
      == 0.5)
}

@Test func confusionMatrixHasLabelsInRows() {
  let matrix = Metrics.confusionMatrix([0, 1, 1, 2], [0, 0, 1, 1], classes: 3)
  #expect(matrix == [[1, 1, 0], [0, 1, 1], [0, 0, 0]])
}

@Test func metricsTrapWithoutPredictions() async {
  await #expect(processExitsWith: .failure) { _ = Metrics.accuracy([], []) }
  await #expect(processExitsWith: .failure) { _ = Metrics.accuracy([1], [1, 2]) }
}
