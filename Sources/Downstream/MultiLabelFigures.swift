/// The metrics of classification with any number of labels an image: mean average precision, and
/// the mean AUC of MedMNIST.
///
/// Both are means over labels; one that no image has (or, for AUC, that all have) is left out.
public struct MultiLabelFigures: TestFigures {
  private let ranked: [RankedScores]

  /// The number of test images, N.
  public let count: Int
  /// N × K.
  public var cost: Int { count * ranked.count }

  /// Prepares the metrics of N images: sorts K times.
  /// - Parameters:
  ///   - scores: N × K, any finite scores.
  ///   - truth: which labels each image has, row after row, N × K. Traps if there are not as many.
  public init(_ scores: ClassScores, truth: [Bool]) {
    precondition(
      scores.values.count == truth.count,
      "MultiLabelFigures: \(truth.count) truths for \(scores.values.count) scores")
    count = scores.count
    let classes = scores.classes
    ranked = (0..<classes).map { label in
      let column = stride(from: label, to: truth.count, by: classes)
      return RankedScores(column.map { scores.values[$0] }, isPositive: column.map { truth[$0] })
    }
  }

  /// The metrics that are defined on these images; see ``TestFigures``.
  public func values(weights: [Double]? = nil) -> [Metric: Double] {
    let areas = areas(checked(weights))
    var values: [Metric: Double] = [:]
    values[.meanAveragePrecision] = meanOfDefined(areas.map(\.averagePrecision))
    values[.auc] = meanOfDefined(areas.map(\.auc))
    return values
  }

  /// The average precision of each label; nil for labels that no image has.
  public func averagePrecisions(weights: [Double]? = nil) -> [Double?] {
    areas(checked(weights)).map(\.averagePrecision)
  }

  private func areas(_ weights: [Double]) -> [RankedScores.Areas] {
    weights.withUnsafeBufferPointer { weights in ranked.map { $0.areas(weights) } }
  }
}
