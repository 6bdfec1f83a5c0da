import Images
import Torch

/// All images, or a sample of them, in the plane.
public struct EmbeddingFindings: Codable, Sendable, Hashable {
  /// One network's.
  public struct Figures: Codable, Sendable, Hashable {
    /// Where t-SNE puts each image, two numbers each.
    public var tsne: [[Float]]
    /// Where the first two principal components put each.
    public var pca: [[Float]]
    /// The parts of all variance along these two.
    public var explained: [Double]
    /// The cluster of each image, by k-means of unit features.
    public var clusters: [Int]
    /// ``trustworthiness(of:embedded:k:)`` of t-SNE with 10 neighbours.
    public var trustworthiness: Double
    /// ``normalizedMutualInformation(_:_:)`` of clusters and classes; `nil` without labels.
    public var mutualInformation: Double?
    /// ``adjustedRandIndex(_:_:)`` of clusters and classes; `nil` without labels.
    public var randIndex: Double?
    /// ``silhouetteScore(_:labels:distance:limit:seed:)`` of the clusters.
    public var clusterSilhouette: Double?
    /// The same of the classes; `nil` without labels.
    public var classSilhouette: Double?
  }

  /// How many clusters.
  public var clusterCount: Int
  /// Of each network.
  public var figures: [Figures]
  /// The images that are shown, in the order of the places.
  public var thumbnails: Thumbnails

  /// Points shown at most: t-SNE's time grows with their square.
  static let most = 2000
}

extension EmbeddingFindings {
  init(_ features: [NetworkFeatures], _ data: InspectedImages) throws(ImageError) {
    let labels = features[0].images.map { data.images.labels[$0] }
    // In the order of the thumbnails, which is ascending.
    let rows = stratifiedSample(labels, count: Self.most, seed: data.seed)
      .sorted { features[0].images[$0] < features[0].images[$1] }
    let known = rows.indices.filter { labels[rows[$0]] != nil }
    let classes = known.compactMap { labels[rows[$0]] }
    let isLabelled = data.hasLabels && Set(classes).count > 1
    let clusters = min(rows.count, isLabelled ? Set(classes).count : 10)
    clusterCount = clusters
    figures = features.map { features in
      let unit = features.values.rows(Tensor(rows)).normalized()
      let tsne = TSNE(unit)
      let found = KMeans(unit, clusters: clusters, seed: data.seed).assignments
      let components = PrincipalComponents(unit, count: 2)
      func score(_ points: Tensor, _ labels: [Int]) -> Double? {
        let score = silhouetteScore(points, labels: labels)
        return score.isFinite ? score : nil
      }
      let ofKnown = known.map { found[$0] }
      return Figures(
        tsne: Self.pairs(tsne.places), pca: Self.pairs(components(unit)),
        explained: components.explained, clusters: found,
        trustworthiness: trustworthiness(
          of: unit, embedded: tsne.places, k: min(10, (rows.count - 1) / 2)),
        mutualInformation: isLabelled ? normalizedMutualInformation(ofKnown, classes) : nil,
        randIndex: isLabelled ? adjustedRandIndex(ofKnown, classes) : nil,
        clusterSilhouette: score(unit, found),
        classSilhouette: isLabelled ? score(unit.rows(Tensor(known)), classes) : nil)
    }
    thumbnails = try data.thumbnails(
      of: rows.map { features[0].images[$0] }, side: 32, columns: 50)
  }

  private static func pairs(_ places: Tensor) -> [[Float]] {
    let numbers = places.to(.float32).floats
    return stride(from: 0, to: numbers.count, by: 2).map { [numbers[$0], numbers[$0 + 1]] }
  }
}
