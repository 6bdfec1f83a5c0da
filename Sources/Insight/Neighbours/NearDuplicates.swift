public import Torch

/// Two images that a network can hardly tell apart.
public struct ImagePair: Codable, Sendable, Hashable {
  /// The lower index.
  public var first: Int
  /// The higher index.
  public var second: Int
  /// The cosine similarity of their features.
  public var similarity: Float
}

/// All pairs of images whose features' cosine similarity is above a threshold, most similar first.
/// - Parameters:
///   - features: `[N, D]`.
///   - threshold: below 1; what is near depends on the network.
///   - limit: how many at most, so that a collapsed network does not give all N² / 2.
public func nearDuplicates(
  _ features: Tensor, above threshold: Double, limit: Int = 10_000
) -> [ImagePair] {
  withoutGradient {
    let unit = features.detached().to(.float32).normalized()
    var pairs: [ImagePair] = []
    for block in unit.pairBlocks {
      // Only pairs whose second image comes later.
      let later = unit[block.start..<unit.size(0)]
      let similarities = block.values.linear(later)
      let near = (similarities .> threshold).to(.float32).upperTriangle(1)
      let places = near.nonzero()
      let count = places.size(0)
      guard count > 0 else { continue }
      let flat = places.selected(0, along: 1) * Double(later.size(0)) + places.selected(1, along: 1)
      let best = similarities.flattened().rows(flat).top(Swift.min(count, limit))
      let kept = places.rows(best.indices).ints
      for (rank, similarity) in best.values.floats.enumerated() {
        pairs.append(
          ImagePair(
            first: block.start + kept[2 * rank], second: block.start + kept[2 * rank + 1],
            similarity: similarity))
      }
    }
    return Array(
      pairs.sorted { ($1.similarity, $0.first, $0.second) < ($0.similarity, $1.first, $1.second) }
        .prefix(limit))
  }
}
