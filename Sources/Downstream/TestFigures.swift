/// What a task measures on its test images, prepared so that measuring again under other weights of
/// the images is cheap.
public protocol TestFigures: Sendable {
  /// The number of test images.
  var count: Int { get }
  /// Numbers that one measurement goes through; what ``Bootstrap`` limits its resamples by.
  var cost: Int { get }

  /// The metrics that are defined on these images.
  /// - Parameter weights: how much each image counts, at least 0; an image of weight 2 counts as two
  ///   and one of weight 0 as none. `nil` counts each once. Traps if there are not ``count``.
  func values(weights: [Double]?) -> [Metric: Double]
}

extension TestFigures {
  /// The number of test images.
  public var cost: Int { count }

  /// One metric; nil where it is not defined on these images.
  public func value(of metric: Metric, weights: [Double]? = nil) -> Double? {
    values(weights: weights)[metric]
  }

  /// The weights given, or 1 for each image.
  func checked(_ weights: [Double]?) -> [Double] {
    precondition(
      weights.map { $0.count == count } ?? true,
      "\(Self.self): \(weights?.count ?? 0) weights for \(count) images")
    return weights ?? [Double](repeating: 1, count: count)
  }
}

/// The mean of those that are defined; nil if none is.
func meanOfDefined(_ values: [Double?]) -> Double? {
  let defined = values.compactMap { $0 }
  return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
}
