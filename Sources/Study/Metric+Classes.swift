public import Downstream

extension Metric {
  /// Where the largest class has more than this many times the images of the smallest, balanced
  /// accuracy is the figure to compare by.
  public static let imbalance = 1.5

  /// What classifiers are compared by.
  /// - Parameters:
  ///   - least: images of the smallest class.
  ///   - most: images of the largest class.
  public static func ofClasses(least: Int, most: Int) -> Metric {
    Double(most) > imbalance * Double(max(1, least)) ? .balancedAccuracy : .accuracy
  }
}
