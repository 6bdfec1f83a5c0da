/// What a protocol predicts of images that are labelled by a number.
public struct RegressionResult: Codable, Sendable, Equatable {
  /// The protocol: `linear`, `knn`.
  public var protocolName: String
  /// The revision of the protocol's implementation; results of different revisions do not mix.
  public var revision: Int
  /// The test images judged: the labelled ones, ascending.
  public var testImages: [Int]
  /// The number predicted for each of ``testImages``, in the unit of the labels.
  public var predictions: [Double]
  /// The label of each of ``testImages``.
  public var truth: [Double]
  /// The chosen hyper-parameters in words, such as `λ = 0.0022`.
  public var setting: String
  /// The mean squared error of the chosen setting on validation images (pooled over folds where
  /// cross-validated), in the unit of the labels squared.
  public var validationLoss: Double
}
