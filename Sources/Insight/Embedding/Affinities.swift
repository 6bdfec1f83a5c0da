import Downstream
import Foundation
import Torch

/// How much each point looks at each other in t-SNE.
enum Affinities {
  /// pᵢⱼ = (pⱼ|ᵢ + pᵢ|ⱼ) / 2N, `float64` `[N, N]`, 0 on the diagonal: pⱼ|ᵢ ∝ exp(−βᵢ ‖xᵢ − xⱼ‖²), each β
  /// such that exp of the row's entropy is the perplexity (van der Maaten and Hinton 2008, eq. 1).
  static func joint(_ points: Tensor, perplexity: Double) -> Tensor {
    let points = points.points.centred
    let count = points.size(0)
    let spread = points.square().sum().scalar / Double(count)
    let rows = points.blocks(of: 64).map { block in
      let places = block.start..<block.start + block.values.size(0)
      let own = Tensor.range(Double(places.lowerBound), to: Double(places.upperBound)).oneHot(count)
      // Of the order of 1, so that β is; a constant on a row changes nothing.
      let distances = block.values.squaredDistances(to: points) / max(spread, 1e-300)
      let nearest = distances.filled(where: own .> 0.0, with: .infinity)
        .min(over: 1, keepingAxes: true)
      return conditional(distances - nearest, own: own .> 0.0, entropy: log(perplexity))
    }
    let p = concatenated(rows)
    return (p + p.transposed()) / (2 * Double(count))
  }

  /// exp(−β d) / Σ exp(−β d) of each row, 0 where it is the point's `own`. β is found by bisecting its
  /// logarithm, of which the row's entropy log Σ exp(−β d) + β Σ p d is a falling function.
  private static func conditional(_ distances: Tensor, own: Tensor, entropy goal: Double) -> Tensor
  {
    func weights(_ beta: Tensor) -> Tensor {
      (distances * -beta).exp().filled(where: own, with: 0)
    }
    var low = Tensor.full([distances.size(0), 1], -20, dtype: .float64)
    var high = -low
    for _ in 0..<36 {
      let middle = (low + high) / 2
      let beta = middle.exp()
      let weights = weights(beta)
      let sum = weights.sum(over: 1, keepingAxes: true)
      let energy = (weights * distances).sum(over: 1, keepingAxes: true) / sum
      let isFlat = (sum.log() + beta * energy) .> goal
      low = isFlat.select(middle, else: low)
      high = isFlat.select(high, else: middle)
    }
    let weights = weights(((low + high) / 2).exp())
    return weights / weights.sum(over: 1, keepingAxes: true)
  }
}
