import Torch

/// Which tokens of each image a network sees: a random part of the same size in every image.
struct TokenMask {
  /// Places of the tokens in random order, the visible ones first, `int64` `[N, T]`.
  private let order: Tensor
  /// Tokens that are seen.
  let visibleCount: Int

  /// A mask of `tokens` tokens in each of `count` images, `ratio` of them hidden.
  init(count: Int, tokens: Int, ratio: Double, random: RandomStream, device: Device) {
    order = random.uniform([count, tokens]).sorted(along: 1).indices.to(device)
    visibleCount = max(1, min(tokens - 1, Int(Double(tokens) * (1 - ratio))))
  }

  /// Whether each token is hidden, `bool` `[N, T]`.
  var isHidden: Tensor { order.sorted(along: 1).indices .>= Double(visibleCount) }

  /// The visible of tokens `[N, T, D]`, in random order.
  func visible(of tokens: Tensor) -> Tensor {
    tokens.gatheredTokens(order.sliced(0..<visibleCount, along: 1))
  }

  /// The hidden ones, in random order.
  func hidden(of tokens: Tensor) -> Tensor {
    tokens.gatheredTokens(order.sliced(visibleCount..<order.size(1), along: 1))
  }

  /// Tokens `[N, T, D]` in their places: the visible ones given, `token` `[1, 1, D]` for the others.
  func filled(_ visible: Tensor, with token: Tensor) -> Tensor {
    let missing = token.to(visible.dtype).expanded(
      visible.size(0), order.size(1) - visibleCount, -1)
    let places = order.sorted(along: 1).indices
    return concatenated([visible, missing], along: 1).gatheredTokens(places)
  }
}

extension Tensor {
  /// The tokens of `[N, T, D]` at `places` `[N, K]`, `[N, K, D]`.
  func gatheredTokens(_ places: Tensor) -> Tensor {
    gathered(places.unsqueezed(2).expanded(-1, -1, size(2)), along: 1)
  }
}
