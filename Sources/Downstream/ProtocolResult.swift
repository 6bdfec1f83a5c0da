/// What a protocol found for one set of features: the row of a study.
public struct ProtocolResult: Codable, Sendable, Equatable {
  /// The protocol: `linear`, `knn`.
  public var protocolName: String
  /// The revision of the protocol's implementation; results of different revisions do not mix.
  public var revision: Int
  /// Top-1 accuracy on the test images, 0...1.
  public var accuracy: Double
  /// Mean recall over the classes present in the test images, 0...1.
  public var balancedAccuracy: Double
  /// Every metric of ``ClassificationFigures`` that is defined on the test images, in the order of
  /// ``Metric``, with its interval over test images (``Bootstrap`` as it comes).
  public var figures: [MetricFigure]
  /// The test images judged: the labelled ones, ascending.
  public var testImages: [Int]
  /// The class predicted for each of ``testImages``: the one with the largest of ``scores``.
  public var predictions: [Int]
  /// The class probabilities of each of ``testImages``; not kept in JSON.
  public var scores: ClassScores?
  /// The chosen hyper-parameters in words, such as `k = 20, τ = 0.07`.
  public var setting: String
  /// Top-1 accuracy of the chosen setting on validation images (pooled over folds where
  /// cross-validated), before the final fit.
  public var validationAccuracy: Double

  /// A result from its parts.
  public init(
    protocolName: String, revision: Int, accuracy: Double, balancedAccuracy: Double,
    figures: [MetricFigure] = [], testImages: [Int], predictions: [Int],
    scores: ClassScores? = nil, setting: String, validationAccuracy: Double
  ) {
    self.protocolName = protocolName
    self.revision = revision
    self.accuracy = accuracy
    self.balancedAccuracy = balancedAccuracy
    self.figures = figures
    self.testImages = testImages
    self.predictions = predictions
    self.scores = scores
    self.setting = setting
    self.validationAccuracy = validationAccuracy
  }

  private enum CodingKeys: CodingKey {
    case protocolName, revision, accuracy, balancedAccuracy, figures, testImages, predictions
    case setting, validationAccuracy
  }
}
