/// The scores of one class against the rest, best first, so that the areas under its curves under
/// any weighting of the images cost one pass and no sort.
struct RankedScores: Sendable {
  /// 4 × the image, + 1 for an image of the class, + 2 for the last of several equal scores.
  private let entries: [UInt32]

  /// Sorts `scores`, one an image, against whether each image is of the class.
  init(_ scores: [Double], isPositive: [Bool]) {
    precondition(
      scores.count == isPositive.count && scores.count < 1 << 30,
      "RankedScores: \(scores.count) scores for \(isPositive.count) images")
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    entries = order.indices.map { place in
      let image = order[place]
      let isLast = place + 1 == order.count || scores[order[place + 1]] != scores[image]
      return UInt32(image) << 2 | (isLast ? 2 : 0) | (isPositive[image] ? 1 : 0)
    }
  }

  /// Areas under the two curves; nil where they are not defined.
  struct Areas {
    /// Under the ROC curve, equal scores counting half (Mann and Whitney's U); nil unless there are
    /// images of the class and others.
    var auc: Double?
    /// Σ (recall − recall before) · precision over falling thresholds, without interpolation, as in
    /// scikit-learn; nil without an image of the class.
    var averagePrecision: Double?
  }

  /// The areas where each image counts as often as its weight says.
  func areas(_ weights: UnsafeBufferPointer<Double>) -> Areas {
    var (hits, misses, hitsBefore, missesBefore) = (0.0, 0.0, 0.0, 0.0)
    var (pairs, precisions) = (0.0, 0.0)
    for entry in entries {
      let weight = weights[Int(entry >> 2)]
      let hit = weight * Double(entry & 1)
      hits += hit
      misses += weight - hit
      guard entry & 2 != 0 else { continue }
      pairs += (misses - missesBefore) * (hits + hitsBefore)
      if hits > hitsBefore { precisions += (hits - hitsBefore) * hits / (hits + misses) }
      (hitsBefore, missesBefore) = (hits, misses)
    }
    guard hits > 0 else { return Areas() }
    return Areas(
      auc: misses > 0 ? pairs / (2 * hits * misses) : nil, averagePrecision: precisions / hits)
  }
}
