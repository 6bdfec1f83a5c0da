package import Torch

/// Exact search for the rows of a bank that point in the most similar directions.
package struct NearestNeighbours {
  /// Rows of length 1, `[N, D]`.
  private let bank: Tensor
  /// Similarities that are held at a time: 64 MB.
  private static let block = 16 << 20

  /// Keeps a normalised copy of `bank` `[N, D]`. A row of zeros is as similar as a right angle.
  package init(_ bank: Tensor) { self.bank = bank.normalized() }

  /// Hands over, block by block in order, the cosine similarities (largest first) and bank rows of
  /// the `k` nearest to each query, `k` numbers a query. `k` is at most the number of bank rows.
  package func search(_ queries: Tensor, k: Int, _ body: ([Float], [Int]) -> Void) {
    let rows = Swift.max(1, NearestNeighbours.block / bank.size(0))
    for block in queries.blocks(of: rows) {
      let nearest = top(k, of: block.values.normalized().linear(bank))
      body(nearest.values.floats, nearest.indices.ints)
    }
  }

  /// The `k` largest of each row of `[B, N]`.
  ///
  /// The k largest elements of a row are within the k strided sets of `depth` elements with the
  /// largest maxima, so that only these are sorted: several times faster than a full `top`.
  private func top(_ k: Int, of similarities: Tensor) -> (values: Tensor, indices: Tensor) {
    let (count, depth) = (similarities.size(1), 16)
    let width = count / depth
    guard width > 4 * k else { return similarities.top(k) }
    let whole = width * depth
    let queries = similarities.size(0)
    let sets = similarities.sliced(0..<whole, along: 1).reshaped(queries, depth, width)
    let best = sets.max(over: 1).top(k).indices
    let steps = Tensor.range(to: Double(depth), device: similarities.device) * Double(width)
    var places = (best.unsqueezed(1) + steps.reshaped(1, depth, 1)).reshaped(queries, depth * k)
    if whole < count {
      let rest = Tensor.range(Double(whole), to: Double(count), device: similarities.device)
      places = concatenated([places, rest.unsqueezed(0).expanded(queries, -1)], along: 1)
    }
    let shortlist = similarities.gathered(places, along: 1).top(k)
    return (shortlist.values, places.gathered(shortlist.indices, along: 1))
  }
}
