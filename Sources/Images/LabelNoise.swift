/// Labels that are wrong on purpose, to see what a method makes of a carelessly labelled training
/// set.
public enum LabelNoise: String, Codable, Sendable, CaseIterable {
  /// A wrong label is any other class, all equally likely. (Zhang et al., "Understanding deep
  /// learning requires rethinking generalization", ICLR 2017, also draw the right one.)
  case symmetric
  /// A wrong label is the next class, the last class's the first: mistakes that have a pattern
  /// (Patrini et al., "Making Deep Neural Networks Robust to Label Noise", CVPR 2017).
  case asymmetric

  /// Labels with a share of those of `training` replaced, to the nearest image; all others, and with
  /// them the test images', stay.
  ///
  /// For one seed, a larger share replaces what a smaller one does, by the same classes, and more.
  /// - Parameters:
  ///   - labels: the class of each image, in `0 ..< classes`.
  ///   - training: the images that may be mislabelled, each once; those without a label stay so.
  ///   - share: the part of the labelled training images that is mislabelled; traps outside 0...1.
  ///   - classes: the number of classes; traps below 2, or on a training label that is not in it.
  public func applied(
    to labels: [Int?], training: [Int], share: Double, classes: Int, seed: UInt64
  ) -> [Int?] {
    precondition(share >= 0 && share <= 1, "LabelNoise: share is \(share); give 0 to 1")
    precondition(classes >= 2, "LabelNoise: no other label in \(classes) classes")
    var generator = SeededGenerator(seed: seed, stream: 6)
    let order = generator.shuffled(training.filter { labels[$0] != nil }.sorted())
    var result = labels
    for index in order.prefix(Int((Double(order.count) * share).rounded())) {
      guard let label = labels[index] else { continue }
      precondition(
        0..<classes ~= label, "LabelNoise: image \(index) has label \(label) of \(classes)")
      let shift = self == .symmetric ? 1 + generator.index(below: classes - 1) : 1
      result[index] = (label + shift) % classes
    }
    return result
  }
}
