package import Torch

/// Exact search for the rows of a bank that point in the most similar directions.
///
/// Where the processor multiplies bf16 in hardware, a large bank is first searched in bf16, and the
/// rows found are compared again in single precision. A query whose shortlist may have missed a
/// row, by the bound on bf16's rounding, is searched in single precision throughout: the answer is
/// the same, in about half the time.
package struct NearestNeighbours {
  /// Rows of length 1, `[N, D]`.
  private let bank: Tensor
  /// The bank in bf16, where it pays.
  private let sketch: BankSketch?
  /// Similarities that are held at a time: 64 MB.
  private static let block = 16 << 20

  /// Keeps a normalised copy of `bank` `[N, D]`. A row of zeros is as similar as a right angle.
  package init(
    _ bank: Tensor, shortlisted: Bool = Machine.processorHasBF16
  ) {
    self.bank = bank.normalized()
    sketch =
      shortlisted && bank.device.isCPU && bank.size(0) >= BankSketch.fewestRows
      ? BankSketch(self.bank) : nil
  }

  /// Hands over, block by block in order, the cosine similarities (largest first) and bank rows of
  /// the `k` nearest to each query, `k` numbers a query. `k` is at most the number of bank rows.
  package func search(_ queries: Tensor, k: Int, _ body: ([Float], [Int]) -> Void) {
    let rows = Swift.max(1, NearestNeighbours.block / bank.size(0))
    for block in queries.blocks(of: rows) {
      let nearest = nearest(to: block.values.normalized(), k: k)
      body(nearest.values.floats, nearest.indices.ints)
    }
  }

  /// The `k` nearest rows to queries `[B, D]` of length 1.
  private func nearest(to queries: Tensor, k: Int) -> (values: Tensor, indices: Tensor) {
    guard let shortlist = sketch?.shortlist(for: queries, k: k) else {
      return top(k, of: queries.linear(bank))
    }
    let near = similarities(of: queries, to: shortlist.rows).top(k)
    let places = shortlist.rows.gathered(near.indices, along: 1)
    let isDoubtful = near.values.sliced(k - 1..<k, along: 1) .< shortlist.others
    let doubtful = isDoubtful.reshaped(-1).nonzero().reshaped(-1)
    if doubtful.size(0) > 0 {
      let exact = top(k, of: queries.rows(doubtful).linear(bank))
      for (place, query) in doubtful.ints.enumerated() {
        near.values[query..<query + 1].assign(exact.values[place..<place + 1])
        places[query..<query + 1].assign(exact.indices[place..<place + 1])
      }
    }
    return (near.values, places)
  }

  /// The similarities of queries `[B, D]` to some rows of the bank each `[B, S]`.
  private func similarities(of queries: Tensor, to rows: Tensor) -> Tensor {
    let (length, width) = (rows.size(1), bank.size(1))
    // Few queries at a time, whose rows stay in the cache.
    let parts = queries.blocks(of: Swift.max(1, (2 << 20) / (length * width))).map { part in
      let range = part.start..<part.start + part.values.size(0)
      let own = bank.rows(rows[range].reshaped(-1)).reshaped(-1, length, width)
      return own.matmul(part.values.unsqueezed(-1)).reshaped(-1, length)
    }
    return concatenated(parts)
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

/// A bank in bf16, less its mean: subtracting one vector from all rows moves a query's similarities
/// by the same amount, and leaves smaller numbers, which round more finely.
private struct BankSketch {
  /// Smaller banks are as quick to search without.
  static let fewestRows = 8192
  /// Rounding to bf16 moves a number by at most this share of it.
  private static let rounding = 1.0 / 256

  /// `bf16` `[N, D]`.
  private let rows: Tensor
  /// `[D, 1]`.
  private let mean: Tensor
  /// The length of the longest row, once the mean is gone.
  private let longest: Double

  init(_ bank: Tensor) {
    let mean = bank.mean(over: 0, keepingAxes: true)
    let centred = bank - mean
    rows = centred.to(.bfloat16)
    self.mean = mean.transposed()
    longest = centred.norm(over: 1).max().scalar
  }

  /// Rows among which the `k` nearest of each query `[B, D]` probably are, `[B, S]`, and what no
  /// other row's similarity exceeds, `[B, 1]`; `nil` if `k` is too large for a short list.
  func shortlist(for queries: Tensor, k: Int) -> (rows: Tensor, others: Tensor)? {
    let length = 4 * k + 32
    guard 64 * length <= rows.size(0) else { return nil }
    let scores = queries.to(.bfloat16).linear(rows)
    let best = top(length, of: scores)
    let last = best.values.sliced(length - 1..<length, along: 1).to(.float32)
    // Cauchy-Schwarz for the rounded factors, and the rounding of the product itself.
    let slack = (2.05 * longest + last.abs()) * BankSketch.rounding
    return (best.indices, last + slack + queries.matmul(mean))
  }
}
