import Torch

/// Spherical k-means: clusters of unit vectors by cosine similarity.
enum SphericalKMeans {
  /// Centroids `[K, D]` of length 1 and the cluster `[N]` of each of the points `[N, D]`, unit vectors.
  ///
  /// It begins at random points. A cluster that loses all its points keeps its centroid.
  static func cluster(
    _ points: Tensor, count: Int, iterations: Int, random: RandomStream
  ) -> (centroids: Tensor, assignments: Tensor) {
    let first = random.permutation(points.size(0))[0..<count].to(points.device)
    var centroids = points.rows(first)
    var assignments = nearest(points, centroids)
    for _ in 0..<iterations {
      let sums = Tensor.zeros([count, points.size(1)], device: points.device)
      sums.addRows(assignments, points)
      let sizes = Tensor.zeros([count, 1], device: points.device)
      sizes.addRows(assignments, .ones([points.size(0), 1], device: points.device))
      centroids = (sizes .> 0).select(sums.normalized(), else: centroids)
      assignments = nearest(points, centroids)
    }
    return (centroids, assignments)
  }

  /// The most similar centroid of each point, `int64` `[N]`.
  private static func nearest(_ points: Tensor, _ centroids: Tensor) -> Tensor {
    points.matmul(centroids.transposed()).argmax(along: 1)
  }
}
