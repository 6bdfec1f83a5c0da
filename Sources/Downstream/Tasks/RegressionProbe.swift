public import Torch

/// The linear protocol for images labelled by a number (an age, a count, a grade): ridge regression
/// on standardised frozen features.
///
/// For each strength λ of the penalty, it minimises
///
///     1/(2N) Σᵢ (xᵢ · w + b − yᵢ)² + λ/2 · ‖w‖²
///
/// where x has mean 0 and deviation 1 over the fitted images, and b is not penalised; scikit-learn's
/// alpha for N images is λ N. The λ with the lowest squared error on the validation images wins (the
/// stronger one among equals), and is fitted once more on training and validation images together.
/// Ordinal labels are numbers: their steps count as equal.
public struct RegressionProbe: Sendable {
  /// Penalties λ to try, each above 0, in any order.
  public var penalties: [Double]

  /// Seventeen penalties from 1000 down to 10⁻⁵, evenly spaced in the logarithm: a closed form costs
  /// no more for many, and features that say nothing want a strong one.
  public init(
    penalties: [Double] = LinearProbe.Options.logSpaced(from: 1000, to: 1e-5, count: 17)
  ) {
    self.penalties = penalties
  }

  /// Chooses the penalty, fits, and predicts the test images.
  ///
  /// Without a validation part, 20% of the labelled training images choose, or 5 folds in turn where
  /// they are fewer than 500; stratified by tenths of the labels' ranks, with groups whole.
  /// - Parameters:
  ///   - features: `[N, D]`, row i for image i.
  ///   - labels: the number of each image; `nil` for unlabelled images, which the probe does not see.
  ///   - groups: the group of each image (patient, slide, flight), which no part may share.
  ///   - seed: draws the images set aside; not by features, so that every method is judged alike.
  /// - Throws: ``ProbeError``, among others if all training images have the same label.
  public func evaluate(
    features: Tensor, labels: [Double?], groups: [Int]? = nil, split: EvaluationSplit, seed: UInt64
  ) throws(ProbeError) -> RegressionResult {
    let penalties = try PenaltyPath.strongestFirst(penalties)
    let (selection, test) = try TargetFeatures<Double>.selection(
      features: features, labels: labels, groups: groups, split: split, seed: seed)
    let (best, loss) = selection.lowest(of: penalties.count) { trial in
      let truth = Tensor(trial.held.targets, shape: [trial.held.count, 1])
      let found = RidgeRegression(trial.fit, penalties: penalties)(trial.held.features).to(.cpu)
      return ((found - truth).square().sum(over: 0).array(), trial.held.count)
    }
    let fit = RidgeRegression(selection.all, penalties: [penalties[best]])
    return test.result(
      "linear", fit(test.features).array(), setting: PenaltyPath.inWords(penalties[best]),
      validationLoss: loss)
  }
}

extension TargetFeatures where Target == Double {
  /// Checks labels and parts, and prepares the choice of a setting.
  static func selection(
    features: Tensor, labels: [Double?], groups: [Int]?, split: EvaluationSplit, seed: UInt64
  ) throws(ProbeError) -> (selection: ModelSelection<Double>, test: TargetFeatures) {
    for (image, label) in labels.enumerated() {
      guard let label, !(label.magnitude <= largest) else { continue }
      throw .target(
        "image \(image) has the label \(label), which is no number to predict; correct it, or leave "
          + "the image unlabelled")
    }
    let parts = try split.parts(of: features, targets: labels, groups: groups)
    let first = parts.train.targets[0]
    guard parts.train.targets.contains(where: { $0 != first }) else {
      throw .target(
        "all \(parts.train.count) labelled training images have the label \(first); a probe needs at "
          + "least two: label more images, or draw the training images anew")
    }
    let selection = try ModelSelection(train: parts.train, validation: parts.validation) {
      StratifiedFolds.deal(
        labels: $0.tenths, groups: $0.groups, folds: StratifiedFolds.count, seed: seed)
    }
    return (selection, parts.test)
  }

  /// The tenth of the images, by rank of their label, that each is in; of fewer parts where a tenth
  /// would not go round the folds.
  private var tenths: [Int] {
    let parts = max(1, min(10, count / StratifiedFolds.count))
    var result = [Int](repeating: 0, count: count)
    let order = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    for (rank, row) in order.enumerated() { result[row] = rank * parts / count }
    return result
  }

  /// The result for these test images.
  func result(
    _ name: String, _ predictions: [Double], setting: String, validationLoss: Double
  ) -> RegressionResult {
    RegressionResult(
      protocolName: name, revision: 1, testImages: images, predictions: predictions, truth: targets,
      setting: setting, validationLoss: validationLoss)
  }
}
