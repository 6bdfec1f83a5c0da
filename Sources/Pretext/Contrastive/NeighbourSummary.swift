import Backbones
import Foundation
import Torch
import TorchNN

/// All4One's transformer, which sums up several neighbours in one vector (Estepa et al. 2023,
/// section 3). It is made of Glean's blocks, which normalise before attention; solo-learn's
/// normalise after it, with ReLU and dropout.
final class NeighbourSummary: Module {
  private let blocks: Sequential

  /// For embeddings of `width` numbers, 8 heads or as many of them as divide the width.
  init(_ width: Int, depth: Int, random: RandomStream) {
    let heads = (1...8).last { width % $0 == 0 } ?? 1
    blocks = Sequential(
      (0..<depth).map { _ in TransformerBlock(width, heads: heads, random: random) }
        + [LayerNorm(width)])
  }

  /// The summary `[N, D]` of neighbours `[N, K, D]`: what becomes of the first.
  func callAsFunction(_ neighbours: Tensor) -> Tensor {
    let length = neighbours.size(1)
    let places = neighbourPositions(length, width: neighbours.size(2)).to(neighbours.device)
    return blocks(neighbours + places).selected(0, along: 1)
  }

  /// The same, where `first` `[N, D]` takes the place of the nearest and the others move up: the
  /// last falls out.
  func callAsFunction(_ neighbours: Tensor, after first: Tensor) -> Tensor {
    let kept = neighbours.sliced(0..<neighbours.size(1) - 1, along: 1)
    return self(concatenated([first.to(.float32).unsqueezed(1), kept], along: 1))
  }
}

/// What tells the neighbours apart, `[1, K, D]`: number j has a wave over the dimensions of the
/// embedding, the sine (j even) or cosine (j odd) of d · 10000^(−2⌊j/2⌋/K), K rounded up to even.
/// solo-learn's, where the neighbours are the channels of the encoding and the dimensions its
/// places.
func neighbourPositions(_ count: Int, width: Int) -> Tensor {
  let dimensions = Tensor.range(to: Double(width), dtype: .float32)
  let channels = Double(count + count % 2)
  let rows = (0..<count).map { number in
    let angles = dimensions * pow(10000, -Double(number - number % 2) / channels)
    return number % 2 == 0 ? angles.sin() : angles.cos()
  }
  return stacked(rows).unsqueezed(0)
}
