import Images
public import Torch

/// k-means: clusters that make the sum of squared distances to their centroids small (Lloyd 1982),
/// begun by k-means++ (Arthur and Vassilvitskii 2007).
public struct KMeans {
  /// `float64` `[K, D]`.
  public let centroids: Tensor
  /// The cluster of each image.
  public let assignments: [Int]
  /// The sum of squared distances to the centroids.
  public let inertia: Double

  /// Clusters features: the best of some starts.
  /// - Parameters:
  ///   - features: `[N, D]`; unit vectors for clusters by cosine similarity.
  ///   - clusters: K, from 1 to N.
  ///   - restarts: how often to begin anew.
  ///   - iterations: the most steps of a start; it ends earlier once no image changes its cluster.
  ///   - seed: where the first centroids are drawn from.
  public init(
    _ features: Tensor, clusters: Int, restarts: Int = 4, iterations: Int = 300, seed: UInt64
  ) {
    precondition(
      (1...features.size(0)).contains(clusters) && restarts > 0,
      "KMeans: \(clusters) clusters of \(features.size(0)) images from \(restarts) starts")
    self = withoutGradient {
      let points = features.points
      // Distances keep their digits near the mean.
      let mean = points.mean(over: 0, keepingAxes: true)
      let centred = points - mean
      var random = SeededGenerator(seed: seed)
      let starts = (0..<restarts).map { _ in
        let first = KMeans.spread(centred, clusters, &random)
        return KMeans(centred, from: first, iterations: iterations)
      }
      let best = starts.dropFirst().reduce(starts[0]) { $1.inertia < $0.inertia ? $1 : $0 }
      return KMeans(
        centroids: best.centroids + mean, assignments: best.assignments, inertia: best.inertia)
    }
  }

  /// Lloyd's steps from given centroids. A cluster that loses all its points takes the point farthest
  /// from its own centroid.
  init(_ points: Tensor, from first: Tensor, iterations: Int) {
    let count = first.size(0)
    var centroids = first
    var (cluster, distance) = KMeans.nearest(points, centroids)
    var assignments = cluster.ints
    for _ in 0..<iterations {
      let members = cluster.oneHot(count).to(.float64)
      let sizes = members.sum(over: 0)
      centroids = members.transposed().matmul(points) / sizes.clamped(from: 1).unsqueezed(1)
      let empty = sizes.ints.enumerated().filter { $0.element == 0 }.map(\.offset)
      if !empty.isEmpty {
        centroids.assignRows(Tensor(empty), points.rows(distance.top(empty.count).indices))
      }
      (cluster, distance) = KMeans.nearest(points, centroids)
      let next = cluster.ints
      if next == assignments { break }
      assignments = next
    }
    self.init(
      centroids: centroids, assignments: assignments, inertia: distance.sum().scalar)
  }

  private init(centroids: Tensor, assignments: [Int], inertia: Double) {
    self.centroids = centroids
    self.assignments = assignments
    self.inertia = inertia
  }

  /// The nearest centroid of each point and the squared distance to it.
  private static func nearest(
    _ points: Tensor, _ centroids: Tensor
  ) -> (cluster: Tensor, distance: Tensor) {
    let nearest = points.squaredDistances(to: centroids).top(1, largest: false)
    return (nearest.indices.squeezed(1), nearest.values.squeezed(1))
  }

  /// k-means++: each next centroid is a point drawn with probability proportional to its squared
  /// distance from the nearest centroid so far.
  private static func spread(
    _ points: Tensor, _ count: Int, _ random: inout SeededGenerator
  ) -> Tensor {
    var chosen = [random.index(below: points.size(0))]
    var distance = points.squaredDistances(to: points.rows(Tensor(chosen))).squeezed(1)
    while chosen.count < count {
      let sums = distance.cumulativeSum(along: 0)
      let target = random.uniform() * sums[sums.size(0) - 1].scalar
      let place = Int((sums .<= target).to(.int64).sum().scalar)
      chosen.append(min(place, points.size(0) - 1))
      let next = points.rows(Tensor([chosen[chosen.count - 1]]))
      distance = distance.minimum(points.squaredDistances(to: next).squeezed(1))
    }
    return points.rows(Tensor(chosen))
  }
}
