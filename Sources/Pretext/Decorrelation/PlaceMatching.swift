import Torch
import TorchNN

/// The places of a view's feature map: what the network says there, and where in the image that is.
struct Places {
  /// Embeddings of the S places `[N, S, D]`, `float32`.
  var embeddings: Tensor
  /// Their centres `[N, S, 2]`: x and y as shares of the whole image.
  var centres: Tensor
}

/// Some places of one view, each with its match in the other.
struct PlaceMatches {
  /// `[N, K]`: the places, closest matches first.
  let places: Tensor
  /// `[N, K]`: the places of the other view that they are matched with.
  let partners: Tensor

  /// Matches every place with the nearest of the other view, and keeps the `count` closest pairs of
  /// each image; all where there are fewer (Bardes et al. 2022, section 3.1).
  /// - Parameter distances: `[N, S, S′]`, from the places of one view to those of the other.
  init(_ distances: Tensor, count: Int) {
    // Sorted, not the top: equal distances keep their order on every device.
    let order = distances.min(over: 2).sorted(along: 1).indices
    places = order.sliced(0..<min(count, distances.size(1)), along: 1)
    partners = (-distances).argmax(along: 2).gathered(places, along: 1)
  }
}

/// Square distances between rows of `[N, S, D]` and `[N, S′, D]`, `[N, S, S′]`, without gradients.
func squareDistances(_ a: Tensor, _ b: Tensor) -> Tensor {
  withoutGradient {
    let squares = a.square().sum(over: 2, keepingAxes: true)
    let others = b.square().sum(over: 2).unsqueezed(1)
    return squares + others - 2 * a.matmul(b.transposed())
  }
}

/// Where the places of a feature map are in the image that the view was cut from.
/// - Parameters:
///   - box: left edge, top edge, width and height of each crop as shares of the image, before any
///     flip, `[N, 4]`.
///   - flips: whether each crop was flipped left-right and upside down, `bool` `[N, 2]`.
///   - turns: how each crop was turned before, as ``Views/turns`` has it, `[N, 2, 2]`; nil for none.
///   - height: rows of the map.
///   - width: columns of the map.
/// - Returns: x and y of the middle of each place `[N, height · width, 2]`, row by row.
func placeCentres(
  _ box: Tensor, flips: Tensor, turns: Tensor? = nil, height: Int, width: Int
) -> Tensor {
  let (box, flips) = (box.to(.float32), flips.to(.float32))
  func along(_ axis: Int, _ count: Int) -> Tensor {
    let middles =
      (Tensor.range(to: Double(count), dtype: .float32, device: box.device) + 0.5) / Double(count)
    let isFlipped = flips.sliced(axis..<axis + 1, along: 1)
    return middles.unsqueezed(0) + isFlipped * (1 - 2 * middles).unsqueezed(0)
  }
  let x = along(0, width).unsqueezed(1).expanded(-1, height, -1)
  let y = along(1, height).unsqueezed(2).expanded(-1, -1, width)
  var shares = stacked([x, y], along: 3).reshaped(-1, height * width, 2)
  if let turns { shares = (shares - 0.5).matmul(turns.transposed()) + 0.5 }
  return box.sliced(0..<2, along: 1).unsqueezed(1)
    + box.sliced(2..<4, along: 1).unsqueezed(1) * shares
}
