import Torch

/// Which patches of each image are replaced by a mask token: blocks of random shape and place (Bao et
/// al. 2022, algorithm 1), as iBOT and DINOv2 draw them.
struct BlockMask {
  /// Whether a patch is hidden, `bool` `[N, T, 1]`; at least one is.
  let hidden: Tensor
  /// The places of hidden patches among all N · T, `int64` `[M]`.
  private let places: Tensor
  /// What each hidden patch counts, `[M]`: one over the number of its image's, and over N.
  let weights: Tensor

  /// Draws masks for `count` images of `side` × `side` patches.
  /// - Parameters:
  ///   - probability: how often an image is masked at all.
  ///   - share: the share of its patches that is then hidden, uniform.
  init(
    count: Int, side: Int, probability: Double, share: ClosedRange<Double>, random: RandomStream,
    device: Device
  ) {
    let tokens = side * side
    var draws = UniformDraws(random)
    let least = Double((side / 3) * (side / 3))
    var mask: [Bool] = []
    for _ in 0..<count {
      let isMasked = draws.number() < probability
      let goal = Int(
        (draws.number(from: share.lowerBound, to: share.upperBound) * Double(tokens)).rounded())
      mask +=
        isMasked
        ? PatchMask.rectangles(side: side, goal: goal, least: least, &draws)
        : Array(repeating: false, count: tokens)
    }
    // A step without a hidden patch would teach nothing of them.
    if !mask.contains(true) { mask[0] = true }
    let found = mask.indices.filter { mask[$0] }
    let sizes = Dictionary(grouping: found) { $0 / tokens }.mapValues(\.count)
    hidden = Tensor(mask, shape: [count, tokens, 1]).to(device)
    places = Tensor(found).to(device)
    weights = Tensor(found.map { 1 / Float(sizes[$0 / tokens, default: 1] * count) }).to(device)
  }

  /// The hidden ones of patch tokens `[N, T, D]`, `[M, D]`.
  func hidden(of tokens: Tensor) -> Tensor {
    tokens.reshaped(-1, tokens.size(2)).rows(places)
  }
}
