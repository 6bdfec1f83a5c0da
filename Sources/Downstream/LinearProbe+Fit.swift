public import Torch

extension LinearProbe {
  /// Chooses the penalty and fits, as
  /// ``evaluate(train:validation:test:classes:seed:)`` does before it looks at the test images.
  /// - Parameters: see ``FeatureProbe``.
  ///   - shouldStop: asked at every step of the optimisation; where it stops, the classifier is not
  ///     fitted, and is to be thrown away.
  /// - Throws: ``ProbeError``, also for penalties that are not above 0.
  public func fit(
    train: LabelledFeatures, validation: LabelledFeatures?, classes: Int, seed: UInt64,
    shouldStop: () -> Bool = { false }
  ) throws(ProbeError) -> FittedLinearProbe {
    let penalties = try PenaltyPath.strongestFirst(options.penalties)
    try checkParts(train: train, validation: validation, test: train, classes: classes)
    let selection = try ModelSelection(train: train, validation: validation, seed: seed)
    let (best, accuracy) = selection.best(
      of: penalties.count, balanced: options.classWeighting == .balanced
    ) { trial in
      let path = LogisticRegression(trial.fit, weighting: options.classWeighting)
        .path(
          penalties, tolerance: options.tolerance, iterations: options.iterations,
          shouldStop: shouldStop)
      return path.map { $0.classifier.classes(of: trial.held.features) }
    }
    let penalty = penalties[best]
    let fit = LogisticRegression(selection.all, weighting: options.classWeighting)
      .path(
        [penalty], tolerance: options.tolerance, iterations: options.iterations,
        shouldStop: shouldStop)[0]
    return FittedLinearProbe(
      classifier: fit.classifier, classes: classes,
      setting: PenaltyPath.inWords(penalty, fit)
        + (options.classWeighting == .balanced ? ", balanced classes" : ""),
      validationAccuracy: accuracy)
  }
}

/// A linear probe after its fit, which classifies any number of images: the standardisation, folded
/// into weights on raw features.
public struct FittedLinearProbe {
  package let classifier: LinearClassifier
  /// The number of classes.
  public let classes: Int
  /// The chosen penalty in words, as in ``ProtocolResult/setting``.
  public let setting: String
  /// As in ``ProtocolResult/validationAccuracy``.
  public let validationAccuracy: Double

  /// The log-probability of every class, up to a number for each row: `float64` `[N, classes]`
  /// for features `[N, D]`; −∞ for classes that no fitted image showed.
  public func scores(of features: Tensor) -> Tensor {
    let device = features.device
    let weights = classifier.weights.to(device)
    let present = features.to(.float64).matmul(weights) + classifier.bias.to(device)
    let scores = Tensor.full(
      [classes, features.size(0)], -.infinity, dtype: .float64, device: device)
    scores.assignRows(Tensor(classifier.present).to(device), present.transposed())
    return scores.transposed()
  }

  /// The most likely class of each row of `features` `[N, D]`.
  public func classes(of features: Tensor) -> [Int] { classifier.classes(of: features) }
}
