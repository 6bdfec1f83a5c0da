import Images

/// A part of the labelled training images.
public struct LabelFraction: Codable, Sendable, Equatable {
  /// The share that was asked for, above 0 and at most 1.
  public var fraction: Double
  /// The images, ascending. Their number differs from the share where it is rounded, where one image of
  /// every class is more, and as far as whole groups ask for.
  public var images: [Int]
}

/// Parts of the labelled training images, as semi-supervised evaluation takes them (1% and 10% of
/// ImageNet's labels in Chen et al. 2020, SimCLR): stratified, nested, and with at least one image
/// of every class. Named by image, they serve probes on features and fine-tuning alike.
///
/// Groups (patients, slides, flights) are kept whole: a tenth of the labels is what labelling a tenth of
/// the patients gives, which tells fewer things apart than as many images of all patients.
public enum LabelFractions {
  /// 1%, 10% and all.
  public static let standard = [0.01, 0.1, 1]

  /// Draws the parts. The draw depends on labels, images and seed alone.
  /// - Parameters:
  ///   - fractions: the shares, each above 0 and at most 1.
  ///   - images: the training images; unlabelled ones are left out.
  ///   - labels: the class of every image; `nil` or below 0 for unlabelled.
  ///   - groups: the group of every image, no one of which is divided; `nil` for none.
  /// - Returns: one part a fraction, in the order asked for.
  /// - Throws: ``ProbeError``.
  public static func draw(
    _ fractions: [Double] = standard, of images: [Int], labels: [Int?],
    groups: [Int]? = nil, seed: UInt64
  ) throws(ProbeError) -> [LabelFraction] {
    guard !fractions.isEmpty, fractions.allSatisfy({ $0 > 0 && $0 <= 1 }) else {
      throw .option(
        "label fractions are \(fractions); give at least one, each above 0 and at most 1")
    }
    let labels = labels.map { label in label.flatMap { $0 < 0 ? nil : $0 } }
    let labelled = images.filter { labels[$0] != nil }
    guard !labelled.isEmpty else { throw .noLabels(part: "training") }
    let classes = Set(labelled.map { labels[$0] }).count
    func draw(_ size: Int) throws(ProbeError) -> [Int] {
      do {
        return try Splits.labelledSubset(
          of: labelled, labels: labels, groups: groups, size: size, seed: seed)
      } catch {
        throw .split("\(error)")
      }
    }
    var parts: [LabelFraction] = []
    for fraction in fractions {
      var size = max(classes, Int((fraction * Double(labelled.count)).rounded()))
      var part = try draw(size)
      // A few whole groups may lack a class. Draws nest: the fewest images that lack none are sought.
      if Set(part.map { labels[$0] }).count < classes {
        var enough = labelled.count
        while size + 1 < enough {
          let middle = (size + enough) / 2
          if try Set(draw(middle).map { labels[$0] }).count < classes {
            size = middle
          } else {
            enough = middle
          }
        }
        part = try draw(enough)
      }
      parts.append(LabelFraction(fraction: fraction, images: part))
    }
    return parts
  }
}
