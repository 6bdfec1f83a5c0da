public import Torch

/// A protocol that judges frozen features by what a simple classifier makes of them.
///
/// Conforming probes never let a test label or a test image's statistics reach the choice of a
/// setting or the final fit: a prediction depends on the training and validation images and on its
/// own image alone.
public protocol FeatureProbe: Sendable {
  /// The protocol's name in tables: `linear`, `knn`, `sgd`.
  var name: String { get }
  /// Raised whenever a change of implementation may change a result.
  var revision: Int { get }

  /// Chooses a setting on validation images, fits on training and validation images together, and
  /// predicts the test images.
  /// - Parameters:
  ///   - validation: the images to choose by; `nil` sets 20% of `train` aside, stratified and by
  ///     whole groups, or cross-validates in 5 folds where `train` has fewer than 500 images.
  ///   - classes: the number of classes; those absent from `train` are never predicted.
  ///   - seed: draws the images set aside. The draw depends on the seed, the images' indices, labels
  ///     and groups, not on features: every method is judged on the same folds.
  /// - Throws: ``ProbeError``.
  func evaluate(
    train: LabelledFeatures, validation: LabelledFeatures?, test: LabelledFeatures, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> ProtocolResult
}

extension FeatureProbe {
  /// Evaluates one matrix of features by a split of its rows.
  /// - Parameters:
  ///   - features: `[N, D]`, row i for image i.
  ///   - labels: the class of each image; `nil` or below 0 for unlabelled images, which no probe
  ///     sees.
  ///   - groups: the group of each image (patient, slide, flight), which no part may share.
  /// - Throws: ``ProbeError``, among others if an image or a group is in two parts.
  public func evaluate(
    features: Tensor, labels: [Int?], groups: [Int]? = nil, split: EvaluationSplit, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> ProtocolResult {
    let parts = try split.parts(
      of: features, targets: labels.map(LabelledFeatures.known), groups: groups)
    return try evaluate(
      train: parts.train, validation: parts.validation, test: parts.test, classes: classes,
      seed: seed)
  }

  /// The row for the study, from the class probabilities of the test images.
  func result(
    _ scores: ClassScores, _ test: LabelledFeatures, setting: String, validationAccuracy: Double
  ) -> ProtocolResult {
    let predictions = scores.predictions
    return ProtocolResult(
      protocolName: name, revision: revision,
      accuracy: Metrics.accuracy(predictions, test.labels),
      balancedAccuracy: Metrics.balancedAccuracy(predictions, test.labels),
      figures: Bootstrap().figures(
        of: ClassificationFigures(scores, labels: test.labels), groups: test.groups),
      testImages: test.images, predictions: predictions, scores: scores, setting: setting,
      validationAccuracy: validationAccuracy)
  }
}

/// What every protocol on features asks of its parts before it starts.
func checkParts(
  train: LabelledFeatures, validation: LabelledFeatures?, test: LabelledFeatures, classes: Int
) throws(ProbeError) {
  let parts = [("training", train), ("validation", validation ?? train), ("test", test)]
  let dimensions = train.features.size(1)
  for (name, part) in parts {
    for (label, image) in zip(part.labels, part.images) where label >= classes {
      throw .label(label, image: image, classes: classes)
    }
    let found = part.features.size(1)
    guard found == dimensions else {
      throw .dimensions(part: name, found: found, expected: dimensions)
    }
  }
  let first = train.labels[0]
  if train.labels.allSatisfy({ $0 == first }) { throw .oneClass(first) }
}
