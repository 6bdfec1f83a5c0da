/// What ``FewShot`` found with one number of labels a class.
public struct FewShotResult: Codable, Sendable, Equatable {
  /// Labels a class.
  public var shots: Int
  /// Labels in all: fewer than shots times classes where a class has fewer training images.
  public var labelled: Int
  /// Top-1 accuracy on the test images, 0...1, of each draw.
  public var accuracies: [Double]
  /// Mean recall over the classes present in the test images, 0...1, of each draw.
  public var balancedAccuracies: [Double]

  /// A result from its parts.
  public init(
    shots: Int, labelled: Int, accuracies: [Double], balancedAccuracies: [Double]
  ) {
    self.shots = shots
    self.labelled = labelled
    self.accuracies = accuracies
    self.balancedAccuracies = balancedAccuracies
  }

  /// Accuracy over the draws; `nil` without any.
  public var accuracy: Estimate? { Self.mean(accuracies) }
  /// Balanced accuracy over the draws; `nil` without any.
  public var balancedAccuracy: Estimate? { Self.mean(balancedAccuracies) }

  /// How sure the mean is for other draws from the same training images. Draws overlap where they take
  /// much of a class, so it says nothing of other training images.
  private static func mean(_ shares: [Double]) -> Estimate? {
    guard var estimate = Estimate(shares) else { return nil }
    estimate.interval = estimate.interval?.clamped(to: 0...1)
    return estimate
  }
}
