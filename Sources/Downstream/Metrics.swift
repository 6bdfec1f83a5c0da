/// Figures of merit from class indices and their confusion matrix. Those that need scores, and all
/// with intervals, are ``ClassificationFigures``.
///
/// Every function traps if there are no predictions, or not as many as labels.
public enum Metrics {
  /// The share of predictions that equal their label (top-1), 0...1.
  public static func accuracy(_ predictions: [Int], _ labels: [Int]) -> Double {
    check(predictions, labels)
    let correct = zip(predictions, labels).count { $0 == $1 }
    return Double(correct) / Double(labels.count)
  }

  /// The mean recall over the classes that occur in `labels`, 0...1: a rare class weighs as much
  /// as a frequent one. Classes without a label are left out, as in scikit-learn.
  public static func balancedAccuracy(_ predictions: [Int], _ labels: [Int]) -> Double {
    check(predictions, labels)
    var tallies: [Int: (correct: Int, total: Int)] = [:]
    for (prediction, label) in zip(predictions, labels) {
      var tally = tallies[label] ?? (0, 0)
      tally.total += 1
      if prediction == label { tally.correct += 1 }
      tallies[label] = tally
    }
    // In order of class, so that rounding is the same in every process.
    let recalls = tallies.sorted { $0.key < $1.key }
      .map { Double($0.value.correct) / Double($0.value.total) }
    return recalls.reduce(0, +) / Double(recalls.count)
  }

  /// How often each label (row) received each prediction (column), `classes` × `classes`. Traps
  /// on a label or prediction outside `0 ..< classes`.
  public static func confusionMatrix(
    _ predictions: [Int], _ labels: [Int], classes: Int
  ) -> [[Int]] {
    check(predictions, labels)
    var matrix = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (prediction, label) in zip(predictions, labels) { matrix[label][prediction] += 1 }
    return matrix
  }

  /// The mean over classes of intersection over union: hits / (labelled + predicted − hits), 0...1.
  /// Classes that neither occur nor are predicted are left out; nil if none remains.
  /// - Parameter confusion: how often each label (row) received each prediction (column), K × K.
  public static func meanIoU(confusion: [[Int]]) -> Double? {
    meanIoU(confusion.map { $0.map(Double.init) })
  }

  /// The same of weighted counts.
  static func meanIoU(_ confusion: [[Double]]) -> Double? { meanOfDefined(classIoU(confusion)) }

  /// The intersection over union of each class, as in ``meanIoU(confusion:)``.
  static func classIoU(confusion: [[Int]]) -> [Double?] {
    classIoU(confusion.map { $0.map(Double.init) })
  }

  /// The intersection over union of each class; nil for one that neither occurs nor is predicted.
  static func classIoU(_ confusion: [[Double]]) -> [Double?] {
    confusion.indices.map { label in
      let union =
        confusion[label].reduce(0, +) + confusion.reduce(0) { $0 + $1[label] }
        - confusion[label][label]
      return union > 0 ? confusion[label][label] / union : nil
    }
  }

  private static func check(_ predictions: [Int], _ labels: [Int]) {
    precondition(
      !labels.isEmpty && predictions.count == labels.count,
      "Metrics: \(predictions.count) predictions against \(labels.count) labels")
  }
}
