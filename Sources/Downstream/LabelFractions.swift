import Images

/// A part of the labelled training images.
public struct LabelFraction: Codable, Sendable, Equatable {
  /// The share that was asked for, above 0 and at most 1.
  public var fraction: Double
  /// The images, ascending. Their number differs from the share where it is rounded, or where one
  /// image of every class is more.
  public var images: [Int]
}

/// What a probe found with a part of the labels.
public struct LabelFractionResult: Codable, Sendable, Equatable {
  /// The part.
  public var part: LabelFraction
  /// What the probe found with it.
  public var result: ProtocolResult
}

/// Parts of the labelled training images, as semi-supervised evaluation takes them (1% and 10% of
/// ImageNet's labels in Chen et al. 2020, SimCLR): stratified, nested, and with at least one image
/// of every class. Named by image, they serve probes on features and fine-tuning alike.
public enum LabelFractions {
  /// 1%, 10% and all.
  public static let standard = [0.01, 0.1, 1]

  /// Draws the parts. The draw depends on labels, images and seed alone.
  /// - Parameters:
  ///   - fractions: the shares, each above 0 and at most 1.
  ///   - images: the training images; unlabelled ones are left out.
  ///   - labels: the class of every image; `nil` or below 0 for unlabelled.
  /// - Returns: one part a fraction, in the order asked for.
  /// - Throws: ``ProbeError``.
  public static func draw(
    _ fractions: [Double] = standard, of images: [Int], labels: [Int?], seed: UInt64
  ) throws(ProbeError) -> [LabelFraction] {
    guard !fractions.isEmpty, fractions.allSatisfy({ $0 > 0 && $0 <= 1 }) else {
      throw .option(
        "label fractions are \(fractions); give at least one, each above 0 and at most 1")
    }
    let labels = labels.map { label in label.flatMap { $0 < 0 ? nil : $0 } }
    let labelled = images.filter { labels[$0] != nil }
    guard !labelled.isEmpty else { throw .noLabels(part: "training") }
    let classes = Set(labelled.map { labels[$0] }).count
    var parts: [LabelFraction] = []
    for fraction in fractions {
      let size = max(classes, Int((fraction * Double(labelled.count)).rounded()))
      do {
        parts.append(
          LabelFraction(
            fraction: fraction,
            images: try Splits.labelledSubset(of: labelled, labels: labels, size: size, seed: seed))
        )
      } catch {
        throw .split("\(error)")
      }
    }
    return parts
  }
}

extension FeatureProbe {
  /// Evaluates features with a part of the training labels at a time.
  ///
  /// The probe chooses its setting within the part (by cross-validation where it has fewer than 500
  /// images): validation images beside it would bring more labels than the part has.
  /// - Returns: one result a fraction, in the order asked for.
  /// - Throws: ``ProbeError``.
  public func evaluate(
    fractions: [Double] = LabelFractions.standard, train: LabelledFeatures, test: LabelledFeatures,
    classes: Int, seed: UInt64
  ) throws(ProbeError) -> [LabelFractionResult] {
    // Rows stand for images: they are in the order of these.
    let parts = try LabelFractions.draw(
      fractions, of: Array(0..<train.count), labels: train.labels, seed: seed)
    var results: [LabelFractionResult] = []
    for part in parts {
      let result = try evaluate(
        train: train.picked(part.images), validation: nil, test: test, classes: classes, seed: seed)
      let named = LabelFraction(
        fraction: part.fraction, images: part.images.map { train.images[$0] })
      results.append(LabelFractionResult(part: named, result: result))
    }
    return results
  }
}
