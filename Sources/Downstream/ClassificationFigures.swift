/// The metrics of classification, one class an image: all of ``Metric`` from accuracy to
/// calibration error.
///
/// Macro means are over classes that the test images have: a class without an image (of weight
/// above 0) is left out, and so, of AUC, is the only class there; scikit-learn leaves AUC undefined
/// there. As in scikit-learn, macro F1 also counts a class that is only predicted, with 0.
///
/// AUC is MedMNIST's (Yang et al., Scientific Data 2023): for two classes the area for the score of
/// class 1, for more the unweighted mean of one-versus-rest areas. Average precision is the mean over
/// classes, each against the rest, also where there are two, so that it does not depend on which is
/// called positive. Calibration error is that of Guo et al., "On Calibration of Modern Neural
/// Networks", ICML 2017 (arXiv:1706.04599), equation 3, over 15 bins of equal width; only where
/// scores are probabilities.
public struct ClassificationFigures: TestFigures {
  /// Bins of the calibration error.
  private static let bins = 15

  private let classes: Int
  private let labels: [Int]
  private let predictions: [Int]
  /// Whether the label is among the five largest scores, where there are more than five classes.
  private let isInTopFive: [Bool]?
  /// The largest probability of each image, and its bin; empty unless scores are probabilities.
  private let confidences: [(value: Double, bin: Int)]
  private let ranked: [RankedScores]

  /// The number of test images, N.
  public var count: Int { labels.count }
  /// N × K.
  public var cost: Int { count * classes }

  /// Prepares the metrics of N images: sorts K times.
  /// - Parameters:
  ///   - scores: N × K; probabilities, or any finite scores (then without calibration error).
  ///   - labels: the class of each image. Traps unless there are N, at least one, in `0 ..< K`.
  public init(_ scores: ClassScores, labels: [Int]) {
    let classes = scores.classes
    precondition(
      !labels.isEmpty && labels.count == scores.count
        && labels.allSatisfy { (0..<classes).contains($0) },
      "ClassificationFigures: \(labels.count) labels below \(classes) for \(scores.count) images")
    self.classes = classes
    self.labels = labels
    predictions = scores.predictions
    let rows = labels.indices.map { scores[$0] }
    isInTopFive =
      classes <= 5
      ? nil
      : zip(rows, labels).map { row, label in
        let own = row[row.startIndex + label]
        // Equal scores go to the lower class, as in predictions.
        return row.enumerated().count { $1 > own || ($1 == own && $0 < label) } < 5
      }
    let areProbabilities = rows.allSatisfy { row in
      row.allSatisfy { $0 >= 0 } && abs(row.reduce(0, +) - 1) < 1e-3
    }
    confidences =
      areProbabilities
      ? zip(rows, predictions).map { row, prediction in
        let confidence = row[row.startIndex + prediction]
        // Bin m holds (m − 1) / 15 < confidence ≤ m / 15.
        let bin = Int((confidence * Double(Self.bins)).rounded(.up)) - 1
        return (confidence, min(max(bin, 0), Self.bins - 1))
      } : []
    ranked = (0..<classes).map { label in
      RankedScores(rows.map { $0[$0.startIndex + label] }, isPositive: labels.map { $0 == label })
    }
  }

  /// The metrics that are defined on these images; see ``TestFigures``.
  public func values(weights: [Double]? = nil) -> [Metric: Double] {
    let weights = checked(weights)
    let total = weights.reduce(0, +)
    guard total > 0 else { return [:] }
    var hits = [Double](repeating: 0, count: classes)
    var (labelled, predicted) = (hits, hits)
    for (image, weight) in weights.enumerated() {
      let (label, prediction) = (labels[image], predictions[image])
      if label == prediction { hits[label] += weight }
      labelled[label] += weight
      predicted[prediction] += weight
    }
    func mean(over size: [Double], _ share: (Int) -> Double) -> Double? {
      meanOfDefined(size.indices.map { size[$0] > 0 ? share($0) : nil })
    }
    let either = zip(labelled, predicted).map { $0 + $1 }
    let areas = areas(weights)
    var values = [Metric.accuracy: hits.reduce(0, +) / total]
    values[.balancedAccuracy] = mean(over: labelled) { hits[$0] / labelled[$0] }
    values[.macroF1] = mean(over: either) { 2 * hits[$0] / either[$0] }
    values[.auc] = classes == 2 ? areas[1].auc : meanOfDefined(areas.map(\.auc))
    values[.averagePrecision] = meanOfDefined(areas.map(\.averagePrecision))
    if let isInTopFive {
      values[.topFive] = zip(isInTopFive, weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) } / total
    }
    if !confidences.isEmpty { values[.calibrationError] = calibrationGap(weights) / total }
    return values
  }

  /// The average precision of each class against the rest; nil for classes without an image.
  public func averagePrecisions(weights: [Double]? = nil) -> [Double?] {
    areas(checked(weights)).map(\.averagePrecision)
  }

  private func areas(_ weights: [Double]) -> [RankedScores.Areas] {
    weights.withUnsafeBufferPointer { weights in ranked.map { $0.areas(weights) } }
  }

  /// Σ over bins of |Σ weight · (whether right − confidence)|.
  private func calibrationGap(_ weights: [Double]) -> Double {
    var gaps = [Double](repeating: 0, count: Self.bins)
    for (image, weight) in weights.enumerated() {
      let right = predictions[image] == labels[image] ? 1.0 : 0
      gaps[confidences[image].bin] += weight * (right - confidences[image].value)
    }
    return gaps.reduce(0) { $0 + abs($1) }
  }
}
