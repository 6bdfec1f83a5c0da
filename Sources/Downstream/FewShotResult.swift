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

  /// Accuracy over the draws.
  public var accuracy: DrawMean { DrawMean(accuracies) }
  /// Balanced accuracy over the draws.
  public var balancedAccuracy: DrawMean { DrawMean(balancedAccuracies) }
}

/// A mean over draws of labels, and how sure it is for other draws from the same training images.
/// Draws overlap where they take much of a class, so it says nothing of other training images.
public struct DrawMean: Codable, Sendable, Equatable {
  /// The mean.
  public var mean: Double
  /// The 95% Student-t interval of the mean, within 0...1; `nil` with one draw, and where all draws
  /// gave the same: without spread there is nothing to tell the certainty from.
  public var interval: ClosedRange<Double>?

  /// Of one figure a draw, each in 0...1. Traps if there is none.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "DrawMean: no draw")
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.contains(where: { $0 != values[0] }) else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / (count - 1) / count).squareRoot()
    let half = StudentT.quantile(0.975, degrees: count - 1) * error
    interval = max(0, mean - half)...min(1, mean + half)
  }
}
