import Images
public import Torch

/// How far apart two features are.
public enum FeatureDistance: String, Codable, CaseIterable, Sendable {
  /// 1 − cosine similarity.
  case cosine
  /// The Euclidean distance.
  case euclidean
}

/// The mean silhouette of classes or clusters (Rousseeuw 1987): (b − a) / max(a, b) with a an image's
/// mean distance to its own part and b to the nearest other; from −1 to 1, higher where parts are
/// compact and apart. An image alone in its part counts 0. As scikit-learn's `silhouette_score`.
/// - Parameters:
///   - features: `[N, D]`.
///   - labels: the class or cluster of each image.
///   - distance: how far apart images are.
///   - limit: up to so many images it is exact; of more, so many are drawn.
///   - seed: where they are drawn from.
/// - Returns: not a number where there is only one part.
public func silhouetteScore(
  _ features: Tensor, labels: [Int], distance: FeatureDistance = .cosine, limit: Int = 5000,
  seed: UInt64 = 0
) -> Double {
  precondition(
    labels.count == features.size(0),
    "silhouetteScore: \(labels.count) labels for features \(features.shape)")
  return withoutGradient {
    guard labels.count <= limit else {
      var random = SeededGenerator(seed: seed)
      let drawn = random.shuffled(Array(labels.indices)).prefix(limit).sorted()
      return silhouetteScore(
        features.rows(Tensor(drawn).to(features.device)), labels: drawn.map { labels[$0] },
        distance: distance, limit: limit)
    }
    let parts = Set(labels).sorted()
    guard parts.count > 1 else { return .nan }
    let columns = Dictionary(uniqueKeysWithValues: zip(parts, parts.indices))
    let own = Tensor(labels.map { columns[$0] ?? 0 })
    let members = own.oneHot(parts.count).to(.float64)
    let sizes = members.sum(over: 0)
    let points = distance == .cosine ? features.points.normalized() : features.points.centred
    let sum = points.pairBlocks.reduce(0) { sum, block in
      let distances =
        distance == .cosine
        ? 1 - block.values.linear(points) : block.values.squaredDistances(to: points).sqrt()
      let isOwn = members[block.start..<block.start + block.values.size(0)]
      let sums = distances.matmul(members)
      let others = (isOwn * sizes).sum(over: 1) - 1
      // The distance to itself is 0 but for rounding.
      let within = (isOwn * sums).sum(over: 1) / others.clamped(from: 1)
      let nearest = (sums / sizes).filled(where: isOwn .> 0, with: .infinity).min(over: 1)
      let scores = (nearest - within) / nearest.maximum(within).clamped(from: 1e-300)
      return sum + (scores * (others .> 0).to(.float64)).sum().scalar
    }
    return sum / Double(labels.count)
  }
}
