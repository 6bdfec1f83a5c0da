import Images
import Torch

/// What is near to what in each network's features.
public struct NeighbourFindings: Codable, Sendable, Hashable {
  /// An image and a number about it.
  public struct Find: Codable, Sendable, Hashable {
    /// The image.
    public var image: Int
    /// What was found of it.
    public var value: Double
  }

  /// An image and those nearest to it.
  public struct Query: Codable, Sendable, Hashable {
    /// The image.
    public var image: Int
    /// The nearest other images, nearest first.
    public var nearest: [Int]
    /// Their cosine similarities.
    public var similarities: [Float]
  }

  /// One network's.
  public struct Figures: Codable, Sendable, Hashable {
    /// The same images for every network.
    public var queries: [Query]
    /// The share of an image's k nearest that have its class, with its interval over images; `nil`
    /// without labels.
    public var agreement: ReadFigure?
    /// See ``NeighbourGraph/hubness``.
    public var hubness: Double
    /// The share of images that are among no other's k nearest.
    public var orphans: Double
    /// The images that are near to most others, and to how many.
    public var hubs: [Find]
    /// The images farthest from their neighbours, and their mean cosine distance.
    public var outliers: [Find]
    /// The images whose neighbours disagree most with their label, and the share that does.
    public var hardest: [Find]
    /// The pairs of images that are most alike.
    public var pairs: [ImagePair]

    /// All images named.
    var shown: [Int] {
      var images = (hubs + outliers + hardest).map(\.image)
      for query in queries { images += [query.image] + query.nearest }
      for pair in pairs { images += [pair.first, pair.second] }
      return images
    }
  }

  /// Neighbours of an image that are looked at.
  public var k: Int
  /// How many images were compared.
  public var images: Int
  /// Of each network.
  public var figures: [Figures]
  /// Of each two networks, the mean share of an image's neighbours that both name:
  /// ``NeighbourAgreement/mutual``.
  public var mutual: [[Double]]
  /// All images that are shown.
  public var thumbnails: Thumbnails

  /// Images of each list.
  private static let listed = 8
  private static let querySide = 64
}

extension NeighbourFindings {
  init(_ features: [NetworkFeatures], _ data: InspectedImages) throws(ImageError) {
    let images = features[0].images
    let labels = images.map { data.images.labels[$0] }
    let k = min(10, images.count - 1)
    let queries = stratifiedSample(labels, count: Self.listed, seed: data.seed)
    let graphs = features.map { NeighbourGraph($0.values, k: k) }
    // Rows become indices of the store.
    figures = graphs.map { graph in
      let occurrences = graph.occurrences
      let isolation = graph.isolation
      let disagreement = graph.disagreement(with: labels)
      let known = disagreement.indices.filter { disagreement[$0] != nil }
      func most(_ values: [Double]) -> [Find] {
        values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }.prefix(Self.listed)
          .map { Find(image: images[$0], value: values[$0]) }
      }
      return Figures(
        queries: queries.map { row in
          Query(
            image: images[row],
            nearest: graph.neighbours[row].prefix(Self.listed).map { images[$0] },
            similarities: Array(graph.similarities[row].prefix(Self.listed)))
        },
        // 200 resamples: there may be thousands of images.
        agreement: known.isEmpty || !data.hasLabels
          ? nil
          : ReadFigure(
            meanOf: known.map { 1 - (disagreement[$0] ?? 0) },
            groups: data.groups(of: known.map { images[$0] }), resamples: 200),
        hubness: graph.hubness,
        orphans: Double(occurrences.count { $0 == 0 }) / Double(occurrences.count),
        hubs: most(occurrences.map(Double.init)), outliers: most(isolation),
        hardest: data.hasLabels
          ? graph.hardest(Self.listed, labels: labels).map {
            Find(image: images[$0], value: disagreement[$0] ?? 0)
          } : [],
        pairs: Self.closest(graph, images))
    }
    mutual = graphs.map { first in graphs.map { NeighbourAgreement(first, $0).mutual } }
    self.k = k
    self.images = images.count
    thumbnails = try data.thumbnails(
      of: figures.flatMap(\.shown), side: Self.querySide, columns: 24)
  }

  /// The pairs that are nearest, each named once.
  private static func closest(_ graph: NeighbourGraph, _ images: [Int]) -> [ImagePair] {
    let pairs = graph.neighbours.indices.map { row in
      let other = graph.neighbours[row][0]
      return ImagePair(
        first: min(row, other), second: max(row, other), similarity: graph.similarities[row][0])
    }
    var seen: Set<[Int]> = []
    return pairs.sorted { ($1.similarity, $0.first) < ($0.similarity, $1.first) }
      .filter { seen.insert([$0.first, $0.second]).inserted }.prefix(listed)
      .map {
        ImagePair(
          first: images[$0.first], second: images[$0.second], similarity: $0.similarity)
      }
  }
}
