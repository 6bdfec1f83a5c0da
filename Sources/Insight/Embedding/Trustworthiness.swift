public import Torch

/// How far an embedding's neighbours can be trusted to be neighbours (Venna and Kaski 2001): 1 where
/// the k nearest of each point in the embedding are the k nearest in the original space, about 0.5 by
/// chance. As scikit-learn's `trustworthiness`.
///
/// T = 1 − 2 / (N k (2N − 3k − 1)) Σᵢ Σⱼ max(0, r(i, j) − k), over the k nearest j of i in the
/// embedding, j being the r-th nearest in the original space; Euclidean.
/// - Parameters:
///   - points: the original points, `[N, D]`.
///   - embedded: where they were put, `[N, 2]` or any other width.
///   - k: the number of neighbours, below N / 2.
public func trustworthiness(of points: Tensor, embedded: Tensor, k: Int = 5) -> Double {
  let count = points.size(0)
  precondition(
    embedded.size(0) == count && k > 0 && 2 * k < count,
    "trustworthiness: \(embedded.size(0)) places of \(count) points, k \(k)")
  return withoutGradient {
    let original = points.points.centred
    let places = embedded.points.centred
    let penalty = original.pairBlocks.reduce(0) { sum, block in
      let rows = block.start..<block.start + block.values.size(0)
      let own = Tensor.range(Double(rows.lowerBound), to: Double(rows.upperBound)).oneHot(count)
      func distances(_ points: Tensor) -> Tensor {
        points[rows].squaredDistances(to: points).filled(where: own .> 0.0, with: .infinity)
      }
      let far = distances(original)
      let near = distances(places).top(k, largest: false).indices
      let excess = (0..<k).reduce(0.0) { sum, rank in
        let chosen = far.gathered(near.sliced(rank..<rank + 1, along: 1), along: 1)
        // The rank less one is how many are nearer.
        let nearer = (far .< chosen).to(.float32).sum(over: 1)
        return sum + (nearer + Double(1 - k)).clamped(from: 0).to(.float64).sum().scalar
      }
      return sum + excess
    }
    return 1 - 2 * penalty / Double(count * k * (2 * count - 3 * k - 1))
  }
}
