import Backbones
import Foundation
import Torch

/// Which patches of each image are replaced by a mask token: blocks of random shape and place (Bao et
/// al. 2022, algorithm 1), as iBOT and DINOv2 draw them.
struct BlockMask {
  /// Patches along a side of the image.
  let side: Int
  /// Whether a patch is hidden, `bool` `[N, T]`; at least one is.
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
    // All draws at once: a generator is slow to ask for single numbers.
    let length = 2 + 4 * BlockMask.attempts
    let draws = random.uniform([count, length]).floats.map(Double.init)
    var mask: [Bool] = []
    for start in stride(from: 0, to: count * length, by: length) {
      let part = share.lowerBound + (share.upperBound - share.lowerBound) * draws[start + 1]
      mask += BlockMask.blocks(
        side: side, wanted: draws[start] < probability ? part * Double(tokens) : 0,
        draws: draws[(start + 2)..<(start + length)])
    }
    // A step without a hidden patch would teach nothing of them.
    if !mask.contains(true) { mask[0] = true }
    let found = mask.indices.filter { mask[$0] }
    let sizes = Dictionary(grouping: found) { $0 / tokens }.mapValues(\.count)
    self.side = side
    hidden = Tensor(mask, shape: [count, tokens]).to(device)
    places = Tensor(found).to(device)
    weights = Tensor(found.map { 1 / Float(sizes[$0 / tokens, default: 1] * count) }).to(device)
  }

  /// The hidden ones of patch tokens `[N, T, D]`, `[M, D]`.
  func hidden(of tokens: Tensor) -> Tensor {
    tokens.reshaped(-1, tokens.size(2)).rows(places)
  }

  private static let attempts = 64

  /// Hides blocks until `wanted` patches are, or ten in a row do not fit: each of an area between a
  /// ninth of the image and what is still wanted, of proportions 0.3 to 1 / 0.3.
  private static func blocks(side: Int, wanted: Double, draws: ArraySlice<Double>) -> [Bool] {
    var mask = [Bool](repeating: false, count: side * side)
    var (count, failures, next) = (0, 0, draws.startIndex)
    let least = Double((side / 3) * (side / 3))
    while Double(count) < wanted, failures < 10, next + 4 <= draws.endIndex {
      let left = wanted - Double(count)
      let area = least + (left - least) * draws[next]
      let ratio = exp(log(0.3) * (1 - 2 * draws[next + 1]))
      let height = Int((area * ratio).squareRoot().rounded())
      let width = Int((area / ratio).squareRoot().rounded())
      let (row, column) = (draws[next + 2], draws[next + 3])
      next += 4
      failures += 1
      if height >= side || width >= side { continue }
      let top = Int(row * Double(side - height + 1))
      let start = Int(column * Double(side - width + 1))
      let block = (top..<(top + height)).flatMap { y in
        (start..<(start + width)).map { y * side + $0 }
      }
      let new = block.filter { !mask[$0] }
      if new.isEmpty || Double(new.count) > left { continue }
      for place in new { mask[place] = true }
      count += new.count
      failures = 0
    }
    return mask
  }
}

extension VisionTransformer {
  /// Encoded tokens `[N, 1 + T, D]` of images whose hidden patches are replaced by `token`
  /// `[1, 1, D]`; their positions stay.
  func tokens(_ images: Tensor, hiding mask: BlockMask, behind token: Tensor) -> Tensor {
    let tokens = embed(images)
    let stand = (token + positions(rows: mask.side, columns: mask.side)).to(tokens.dtype)
    return encode(withClassToken(mask.hidden.unsqueezed(2).select(stand, else: tokens)))
  }
}
