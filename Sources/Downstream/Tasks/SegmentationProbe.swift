public import Torch

/// The linear protocol for class maps: multinomial logistic regression on standardised frozen
/// features of patches.
///
/// For each strength λ of the penalty it minimises
///
///     Σₚ wₚ · crossEntropy(xₚ W + b, tₚ) / Σₚ wₚ + λ/2 · ‖W‖²
///
/// over patches p, where t is the share of each class among the pixels of the patch, ignored ones left
/// out, and w the share of pixels that are counted. The scores are enlarged bilinearly to the size of
/// the mask, and the largest wins at each pixel. The λ with the best mean intersection over union on
/// the pixels of the validation images wins (the stronger one among equals), and is fitted once more
/// on training and validation images together.
///
/// A linear layer on one map with its scores enlarged is the usual protocol (Oquab et al., "DINOv2:
/// Learning Robust Visual Features without Supervision", arXiv:2304.07193, section 7.4); there it is
/// trained on the enlarged scores by gradient descent, here on patches to the optimum, so that no
/// learning rate favours a method.
///
/// Which map is the caller's choice (`DeviceStore.patchFeatures`): a ConvNet's last stage is the
/// feature that the other protocols pool, and the default. Where it has few places (4 × 4 for images
/// of 32 pixels), no linear layer can draw a border, and an earlier stage says more; take one stage
/// for all rows of a table.
public struct SegmentationProbe: Sendable {
  /// The penalties to try.
  public var path: PenaltyPath
  /// The most patches that one fit is made on; where there are more, as many are drawn. A fit keeps
  /// about four `float32` copies of them: 1.6 GB for 200,000 of 512 channels.
  public var patches: Int

  /// A probe over `path`.
  public init(_ path: PenaltyPath = PenaltyPath(), patches: Int = 200_000) {
    self.path = path
    self.patches = patches
  }

  /// Chooses the penalty, fits, and predicts the pixels of the test images.
  ///
  /// Without a validation part, 20% of the labelled training images choose, or 5 folds in turn where
  /// they are fewer than 500; stratified by the classes shown, with groups whole.
  /// - Parameters:
  ///   - features: of N images.
  ///   - masks: the class map of each of the N images as the network is shown it, `uint8` `[H, W]` of
  ///     any size, 255 for pixels to leave out; `nil` (or 255 throughout) for unlabelled images, which
  ///     the probe does not see.
  ///   - groups: the group of each image (patient, slide, flight), which no part may share.
  ///   - classes: the number of classes K, 2 to 255.
  ///   - seed: draws the images set aside and the patches; not by features, so that every method is
  ///     judged alike.
  /// - Returns: the figures, and the fitted classifier for pictures.
  /// - Throws: ``ProbeError``.
  public func evaluate(
    features: PatchFeatures, masks: [Tensor?], groups: [Int]? = nil, split: EvaluationSplit,
    classes: Int, seed: UInt64
  ) throws(ProbeError) -> (result: SegmentationResult, classifier: PatchClassifier) {
    let penalties = try PenaltyPath.strongestFirst(path.penalties)
    guard patches > 0 else { throw .option("the most patches are \(patches); give 1 or more") }
    guard masks.count == features.count, groups.map({ $0.count == masks.count }) ?? true else {
      throw .target(
        "there are features of \(features.count) images and masks of \(masks.count)"
          + (groups.map { ", and groups of \($0.count)" } ?? "") + "; give one for each image")
    }
    let targets = try PatchTargets(
      masks, classes: classes, height: features.height, width: features.width)
    try split.check(count: masks.count, groups: groups)
    func part(_ name: String, _ images: [Int]) throws(ProbeError) -> [Int] {
      let labelled = images.sorted().filter { !targets.shown[$0].isEmpty }
      guard !labelled.isEmpty else { throw .noLabels(part: name) }
      for image in labelled {
        guard let place = features.places(of: image).firstUnusable else { continue }
        throw .badFeature(part: name, image: image, dimension: place[1])
      }
      return labelled
    }
    let train = try part("training", split.train)
    var validation: [Int]?
    if let images = split.validation { validation = try part("validation", images) }
    let test = try part("test", split.test)
    let shown = train.map { targets.shown[$0] }
    let first = shown[0][0]
    guard shown.contains(where: { $0 != [first] }) else {
      throw .target(
        "the masks of the training images show class \(first) alone; a probe needs at least two: "
          + "label images that show others, or draw the training images anew")
    }

    func fit(_ images: [Int], _ penalties: [Double]) -> (fits: [LogisticFit], patches: Int) {
      let sample = PatchSample(images, features, targets, most: patches, seed: seed)
      let regression = LogisticRegression(
        sample.features, targets: sample.shares, areTags: false, weights: sample.weights,
        classes: sample.present)
      return (regression.path(penalties, path), sample.weights.count)
    }
    var tallies = [PixelTally](repeating: PixelTally(classes: classes), count: penalties.count)
    func judge(_ held: [Int], fittedOn images: [Int]) {
      let (fits, _) = fit(images, penalties)
      for image in held {
        let (mask, maps) = predict(image, features, targets, by: fits.map(\.classifier))
        for setting in tallies.indices {
          tallies[setting].add(truth: mask, predicted: maps[setting])
        }
      }
    }
    if let validation {
      judge(validation, fittedOn: train)
    } else {
      let folds = StratifiedFolds.deal(
        tags: shown, groups: groups.map { groups in train.map { groups[$0] } },
        folds: StratifiedFolds.count, seed: seed)
      for fold in try StratifiedFolds.heldOut(folds) {
        let held = Set(fold.map { train[$0] })
        judge(held.sorted(), fittedOn: train.filter { !held.contains($0) })
      }
    }
    let scores = tallies.map(\.meanIoU)
    let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    let final = fit((train + (validation ?? [])).sorted(), [penalties[best]])
    let chosen = final.fits[0]
    let confusions = test.map { image in
      let (mask, maps) = predict(image, features, targets, by: [chosen.classifier])
      var tally = PixelTally(classes: classes)
      tally.add(truth: mask, predicted: maps[0])
      return tally.matrix
    }
    let result = SegmentationResult(
      protocolName: "linear", revision: 1, testImages: test, confusions: confusions,
      absentClasses: Set(0..<classes).subtracting(chosen.classifier.present).sorted(),
      patches: final.patches, setting: PenaltyPath.inWords(penalties[best], chosen),
      validationIoU: scores[best])
    return (result, PatchClassifier(chosen.classifier))
  }

  /// The pixels of an image, and what each fit makes of them.
  private func predict(
    _ image: Int, _ features: PatchFeatures, _ targets: PatchTargets, by fits: [LinearClassifier]
  ) -> (mask: [UInt8], maps: [[UInt8]]) {
    let mask = targets.mask(of: image)
    let maps = PatchClassifier.classMaps(
      of: image, in: features, by: fits, height: mask.size(0), width: mask.size(1))
    return (mask.bytes, fits.indices.map { maps[$0].bytes })
  }
}
