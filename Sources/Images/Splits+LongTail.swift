import Foundation

extension Splits {
  /// A long-tailed part of `indices`: with n images in the largest of K classes, the class of rank i
  /// (from 0) keeps n · μ^i images to the nearest, where μ^(K − 1) = 1 / `imbalance`; never more
  /// than it has, and at least one. The exponential profile of Cui et al., "Class-Balanced Loss
  /// Based on Effective Number of Samples" (CVPR 2019).
  ///
  /// Classes are ranked by size, the largest first, so that a tail that is there already is
  /// lengthened and not refilled; among classes of one size the seed decides. For one seed, the part
  /// of a stronger imbalance lies within that of a weaker one. Images without a label are left out;
  /// the result is ascending.
  /// - Parameters:
  ///   - indices: training images; test images stay as they are.
  ///   - labels: the class of each image.
  ///   - imbalance: images of the largest class for each of the smallest; traps below 1.
  /// - Throws: `ImageError.tooFewImages` where no image has a label.
  public static func longTailed(
    of indices: [Int], labels: [Int?], imbalance: Double, seed: UInt64
  ) throws(ImageError) -> [Int] {
    precondition(
      imbalance >= 1 && imbalance.isFinite, "Splits: imbalance is \(imbalance); give 1 or more")
    var generator = SeededGenerator(seed: seed, stream: 5)
    var byClass: [Int: [Int]] = [:]
    for index in indices.sorted() {
      if let label = labels[index] { byClass[label, default: []].append(index) }
    }
    let shuffled = byClass.sorted { $0.key < $1.key }.map { generator.shuffled($0.value) }
    let drawn = generator.shuffled(shuffled)
    // By size, then in the order drawn: Swift's sort is stable only by promise of this second key.
    let ranked = drawn.enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    guard let largest = ranked.first?.count else { throw .tooFewImages(wanted: 1, found: 0) }
    let steps = Double(max(1, ranked.count - 1))
    return ranked.enumerated().flatMap { rank, members in
      let profile = Double(largest) * pow(imbalance, -Double(rank) / steps)
      return members.prefix(max(1, Int(profile.rounded())))
    }.sorted()
  }
}
