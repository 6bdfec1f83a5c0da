/// What an image's neighbours tell of it.
extension NeighbourGraph {
  /// How many images name each image among their k nearest: k on average. Images with far more are
  /// hubs, those with 0 are nobody's neighbours.
  public var occurrences: [Int] {
    neighbours.joined().reduce(into: Array(repeating: 0, count: count)) { $0[$1] += 1 }
  }

  /// The skewness of ``occurrences``, E[(n − μ)³] / σ³ (Radovanović et al. 2010, eq. 1): above 1 or so,
  /// few hubs are near to very many images and kNN suffers. 0 where all have equally many.
  public var hubness: Double {
    let deviations = occurrences.map { Double($0 - k) }
    let variance = deviations.reduce(0) { $0 + $1 * $1 } / Double(count)
    let third = deviations.reduce(0) { $0 + $1 * $1 * $1 } / Double(count)
    return variance > 0 ? third / (variance * variance.squareRoot()) : 0
  }

  /// The mean cosine distance of each image to its k nearest: large for outliers.
  public var isolation: [Double] {
    similarities.map { $0.reduce(0) { $0 + 1 - Double($1) } / Double(k) }
  }

  /// The part of each image's k nearest that has another label: near 1 for images that the network
  /// takes for another class, or whose label is wrong.
  /// - Parameter labels: the class of each image; `nil` where unknown.
  /// - Returns: `nil` for images without a label, or none of whose neighbours has one.
  public func disagreement(with labels: [Int?]) -> [Double?] {
    precondition(labels.count == count, "\(labels.count) labels for \(count) images")
    return zip(neighbours, labels).map { neighbours, label in
      let others = neighbours.compactMap { labels[$0] }
      guard let label, !others.isEmpty else { return nil }
      return Double(others.count { $0 != label }) / Double(others.count)
    }
  }

  /// Images whose neighbours disagree most with their label, hardest first; of equal ones, those
  /// whose neighbours are nearer, so that the network is surer of its mistake.
  /// - Parameters:
  ///   - count: how many at most; only those of which half or more of the neighbours disagree.
  ///   - labels: the class of each image; `nil` where unknown.
  public func hardest(_ count: Int, labels: [Int?]) -> [Int] {
    let isolation = isolation
    let found = disagreement(with: labels).enumerated().compactMap { image, part in
      part.flatMap { $0 >= 0.5 ? (image: image, part: $0) : nil }
    }
    return found.sorted {
      ($1.part, isolation[$0.image], $0.image) < ($0.part, isolation[$1.image], $1.image)
    }.prefix(count).map(\.image)
  }
}
