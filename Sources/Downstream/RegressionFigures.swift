/// The metrics of regression of one number an image: mean absolute error and R².
public struct RegressionFigures: TestFigures {
  private let predictions: [Double]
  private let targets: [Double]

  /// The number of test images.
  public var count: Int { targets.count }

  /// Takes a prediction and a target for each image. Traps unless there are as many of both.
  public init(_ predictions: [Double], targets: [Double]) {
    precondition(
      predictions.count == targets.count,
      "RegressionFigures: \(predictions.count) predictions for \(targets.count) targets")
    self.predictions = predictions
    self.targets = targets
  }

  /// Mean absolute error, and R² unless all targets are the same; see ``TestFigures``.
  public func values(weights: [Double]? = nil) -> [Metric: Double] {
    let weights = checked(weights)
    func sum(_ term: (Int) -> Double) -> Double {
      weights.indices.reduce(0) { $0 + weights[$1] * term($1) }
    }
    let total = sum { _ in 1 }
    guard total > 0 else { return [:] }
    let mean = sum { targets[$0] } / total
    func square(_ x: Double) -> Double { x * x }
    let spread = sum { square(targets[$0] - mean) }
    var values = [Metric.meanAbsoluteError: sum { abs(targets[$0] - predictions[$0]) } / total]
    if spread > 0 { values[.r2] = 1 - sum { square(targets[$0] - predictions[$0]) } / spread }
    return values
  }
}
