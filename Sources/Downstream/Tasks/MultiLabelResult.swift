/// What a protocol predicts of images that have any number of tags.
public struct MultiLabelResult: Codable, Sendable, Equatable {
  /// The protocol: `linear`, `knn`.
  public var protocolName: String
  /// The revision of the protocol's implementation; results of different revisions do not mix.
  public var revision: Int
  /// The test images judged: the labelled ones, ascending.
  public var testImages: [Int]
  /// The probability of each class for each of ``testImages``, `[N, K]`, 0...1.
  public var probabilities: [[Double]]
  /// The tags of each of ``testImages``, ascending.
  public var truth: [[Int]]
  /// Classes that every fitted image has, or none: nothing can be learnt of them, and each is
  /// predicted at its share, 1 or 0.
  public var constantClasses: [Int]
  /// The chosen hyper-parameters in words, such as `λ = 0.0022`.
  public var setting: String
  /// The loss of the chosen setting on validation images (pooled over folds where cross-validated),
  /// a mean over images and classes: binary cross-entropy in nats for `linear`, the squared error of
  /// the probability (Brier score) for `knn`.
  public var validationLoss: Double
}
