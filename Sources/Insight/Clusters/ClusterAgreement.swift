import Foundation

/// The normalised mutual information of two ways to divide the same images, from 0 (independent) to 1
/// (the same up to names): I(A, B) over the arithmetic mean of the entropies, as scikit-learn's
/// `normalized_mutual_info_score` (Vinh et al. 2010, table 2). Not corrected for chance: see
/// ``adjustedRandIndex(_:_:)``.
/// - Parameters:
///   - first: the class or cluster of each image.
///   - second: another division of as many images.
/// - Returns: 1 where both put all images together.
public func normalizedMutualInformation(_ first: [Int], _ second: [Int]) -> Double {
  let table = Contingency(first, second)
  let (a, b) = (entropy(table.first), entropy(table.second))
  guard a + b > 0 else { return 1 }
  let information = a + b - entropy(table.both)
  return max(0, 2 * information / (a + b))
}

/// The Rand index of two ways to divide the same images, corrected for chance (Hubert and Arabie
/// 1985): 1 for the same division, about 0 for independent ones, as scikit-learn's
/// `adjusted_rand_score`.
/// - Parameters:
///   - first: the class or cluster of each image.
///   - second: another division of as many images.
/// - Returns: 1 where the divisions are trivially the same: all together, or each image by itself.
public func adjustedRandIndex(_ first: [Int], _ second: [Int]) -> Double {
  let table = Contingency(first, second)
  let (both, a, b) = (pairs(table.both), pairs(table.first), pairs(table.second))
  let all = pairs([first.count])
  let expected = all > 0 ? a * b / all : 0
  let largest = (a + b) / 2
  return largest == expected ? 1 : (both - expected) / (largest - expected)
}

/// How many images each part of two divisions, and each pair of parts, holds.
private struct Contingency {
  let first: [Int]
  let second: [Int]
  let both: [Int]

  init(_ first: [Int], _ second: [Int]) {
    precondition(
      first.count == second.count,
      "Divisions of \(first.count) and \(second.count) images cannot be compared")
    func sizes(_ keys: [[Int]]) -> [Int] {
      // In a fixed order, so that sums are the same in every run.
      keys.reduce(into: [:]) { $0[$1, default: 0] += 1 }.values.sorted()
    }
    self.first = sizes(first.map { [$0] })
    self.second = sizes(second.map { [$0] })
    both = sizes(zip(first, second).map { [$0, $1] })
  }
}

/// −Σ p log p of parts of these sizes.
private func entropy(_ sizes: [Int]) -> Double {
  let total = Double(sizes.reduce(0, +))
  return sizes.reduce(0) { $0 - Double($1) / total * log(Double($1) / total) }
}

/// The number of pairs within parts of these sizes.
private func pairs(_ sizes: [Int]) -> Double {
  sizes.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 }
}
