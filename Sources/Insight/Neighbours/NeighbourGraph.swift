import Downstream
public import Torch

/// The k nearest other images of every image, by cosine similarity.
public struct NeighbourGraph: Sendable {
  /// The number of neighbours of each image.
  public let k: Int
  /// The nearest images of each image, the nearest first.
  public let neighbours: [[Int]]
  /// The cosine similarity of each of them.
  public let similarities: [[Float]]

  /// Searches exactly.
  /// - Parameters:
  ///   - features: `[N, D]`.
  ///   - k: from 1 to N − 1.
  public init(_ features: Tensor, k: Int) {
    let count = features.size(0)
    precondition((1..<count).contains(k), "NeighbourGraph: k is \(k) with \(count) images")
    var neighbours: [[Int]] = []
    var similarities: [[Float]] = []
    let features = features.detached().to(.float32)
    withoutGradient {
      NearestNeighbours(features).search(features, k: k + 1) { values, indices in
        for start in stride(from: 0, to: indices.count, by: k + 1) {
          let image = neighbours.count
          let found = start..<start + k + 1
          // Among many copies, the image itself need not be found.
          let own = found.first { indices[$0] == image } ?? found.upperBound - 1
          let others = found.filter { $0 != own }
          neighbours.append(others.map { indices[$0] })
          similarities.append(others.map { values[$0] })
        }
      }
    }
    self.k = k
    self.neighbours = neighbours
    self.similarities = similarities
  }

  /// The number of images.
  public var count: Int { neighbours.count }
}
