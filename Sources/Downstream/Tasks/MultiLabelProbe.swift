public import Torch

/// The linear protocol for images with any number of tags: one logistic regression a class on
/// standardised frozen features.
///
/// Each class k is a question of its own, and its solution minimises
///
///     1/N Σᵢ binaryCrossEntropy(xᵢ · wₖ + bₖ, tᵢₖ) + λ/2 · ‖wₖ‖²
///
/// with features and λ as in ``LinearProbe``; all classes are solved together over the path of
/// penalties. The λ with the lowest binary cross-entropy on the validation images, a mean over images
/// and classes, wins (the stronger one among equals), and is fitted once more on training and
/// validation images together.
///
/// One λ serves all classes. The linear SVMs of Goyal et al., "Scaling and Benchmarking
/// Self-Supervised Visual Representation Learning", ICCV 2019, have one cost a class, chosen on
/// thousands of images; where labels are few, most classes have a handful of validation images, too
/// few to choose by, and the mean over classes is a proper score that pools them.
public struct MultiLabelProbe: Sendable {
  /// The penalties to try.
  public var path: PenaltyPath

  /// A probe over `path`.
  public init(_ path: PenaltyPath = PenaltyPath()) { self.path = path }

  /// Chooses the penalty, fits, and predicts the test images.
  ///
  /// Without a validation part, 20% of the labelled training images choose, or 5 folds in turn where
  /// they are fewer than 500; stratified by tag, with groups whole. A class that a fit has only seen
  /// one way takes no part in the choice on its held-out images.
  /// - Parameters:
  ///   - features: `[N, D]`, row i for image i.
  ///   - tags: the classes that each image shows, in any order, or none; `nil` for unlabelled images,
  ///     which the probe does not see.
  ///   - groups: the group of each image (patient, slide, flight), which no part may share.
  ///   - classes: the number of classes K.
  ///   - seed: draws the images set aside; not by features, so that every method is judged alike.
  /// - Throws: ``ProbeError``, among others if no class tells training images apart.
  public func evaluate(
    features: Tensor, tags: [[Int]?], groups: [Int]? = nil, split: EvaluationSplit, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> MultiLabelResult {
    let penalties = try PenaltyPath.strongestFirst(path.penalties)
    let (selection, test) = try TaggedFeatures.selection(
      features: features, tags: tags, groups: groups, split: split, classes: classes, seed: seed)
    let (best, loss) = selection.lowest(of: penalties.count) { trial in
      let columns = trial.fit.varyingClasses(of: classes)
      guard !columns.isEmpty else { return ([], 0) }
      let truth = trial.held.multiHot(columns).to(.float64)
      let sums = regression(trial.fit, columns).path(penalties, path).map { fit in
        let scores = fit.classifier.scores(of: trial.held.features)
        return (scores.softplus() - truth * scores).sum().scalar
      }
      return (sums, truth.count)
    }
    let all = selection.all
    let columns = all.varyingClasses(of: classes)
    let fit = regression(all, columns).path([penalties[best]], path)[0]
    return test.result(
      "linear", fit.classifier.scores(of: test.features).sigmoid(), columns: columns, fitted: all,
      classes: classes, setting: PenaltyPath.inWords(penalties[best], fit), validationLoss: loss)
  }

  private func regression(_ data: TaggedFeatures, _ columns: [Int]) -> LogisticRegression {
    LogisticRegression(
      data.features, targets: data.multiHot(columns), areTags: true, classes: columns)
  }
}

extension TargetFeatures where Target == [Int] {
  /// Checks tags and parts, and prepares the choice of a setting.
  static func selection(
    features: Tensor, tags: [[Int]?], groups: [Int]?, split: EvaluationSplit, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> (selection: ModelSelection<[Int]>, test: TaggedFeatures) {
    for (image, tags) in tags.enumerated() {
      for tag in tags ?? [] where !(0..<classes).contains(tag) {
        throw .label(tag, image: image, classes: classes)
      }
    }
    let parts = try split.parts(of: features, targets: tags, groups: groups)
    guard !parts.train.varyingClasses(of: classes).isEmpty else {
      throw .target(
        "each of the \(classes) classes is shown by all \(parts.train.count) labelled training "
          + "images or by none; a probe needs a class that some show and others do not: label more "
          + "images, or draw the training images anew")
    }
    let selection = try ModelSelection(train: parts.train, validation: parts.validation) {
      StratifiedFolds.deal(
        tags: $0.targets, groups: $0.groups, folds: StratifiedFolds.count, seed: seed)
    }
    return (selection, parts.test)
  }

  /// The result for these test images from the probabilities of the classes `columns`; the others
  /// are predicted at their share among the images fitted.
  func result(
    _ name: String, _ probabilities: Tensor, columns: [Int], fitted: TaggedFeatures, classes: Int,
    setting: String, validationLoss: Double
  ) -> MultiLabelResult {
    let places = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
    let always = Set(fitted.targets[0])
    let values = probabilities.array(of: Double.self)
    let rows = (0..<count).map { row in
      (0..<classes).map { tag in
        places[tag].map { values[row * columns.count + $0] } ?? (always.contains(tag) ? 1 : 0)
      }
    }
    return MultiLabelResult(
      protocolName: name, revision: 1, testImages: images, probabilities: rows,
      truth: targets.map { Set($0).sorted() },
      constantClasses: (0..<classes).filter { places[$0] == nil }, setting: setting,
      validationLoss: validationLoss)
  }
}
