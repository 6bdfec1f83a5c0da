import Backbones
import Foundation
import Torch

/// Which patches a transformer sees a mask token for. The network keeps all of its tokens, so that
/// images of a batch may hide different numbers of them.
struct PatchMask {
  /// 1 where a patch is hidden, `float32` `[N, T, 1]`.
  let hidden: Tensor

  /// Whether each patch is hidden, `bool` `[N, T, 1]`.
  var isHidden: Tensor { hidden .> 0.5 }

  /// A mask from one row of truth values an image.
  init(_ rows: [[Bool]], device: Device) {
    let values = rows.flatMap { $0.map { $0 ? Float(1) : 0 } }
    hidden = Tensor(values, shape: [rows.count, rows.first?.count ?? 0, 1]).to(device)
  }

  /// Square units of `unit` × `unit` patches, `ratio` of them hidden, rounded up (Xie et al. 2022,
  /// section 3.2).
  /// - Parameters:
  ///   - side: patches along a side of the image.
  ///   - unit: made smaller until it divides the side at least twice.
  static func units(
    count: Int, side: Int, unit: Int, ratio: Double, random: RandomStream, device: Device
  ) -> PatchMask {
    let unit = (1...max(1, unit)).last { side % $0 == 0 && side / $0 > 1 } ?? 1
    let cells = side / unit
    let goal = hiddenCount(cells * cells, (Double(cells * cells) * ratio).rounded(.up))
    let order = random.uniform([count, cells * cells]).sorted(along: 1).indices.ints
    let rows = (0..<count).map { image -> [Bool] in
      let chosen = Set(order[image * cells * cells..<image * cells * cells + goal])
      return (0..<side * side).map { patch in
        chosen.contains(patch / side / unit * cells + patch % side / unit)
      }
    }
    return PatchMask(rows, device: device)
  }

  /// Rectangles one over the other until `ratio` of the patches are hidden (Bao et al. 2022,
  /// algorithm 1): of 16 or more of 196 patches each, and proportions of 0.3 to 1 / 0.3. Some
  /// images hide a few patches less, where no further rectangle fits.
  static func blocks(
    count: Int, side: Int, ratio: Double, random: RandomStream, device: Device
  ) -> PatchMask {
    var draws = UniformDraws(random)
    let total = side * side
    let goal = hiddenCount(total, (Double(total) * ratio).rounded())
    let least = max(1, 16 * Double(total) / 196)
    let rows = (0..<count).map { _ in rectangles(side: side, goal: goal, least: least, &draws) }
    return PatchMask(rows, device: device)
  }

  /// Hides rectangles until `goal` patches are hidden, or ten in a row do not fit; at least one
  /// patch.
  /// - Parameter least: the patches of the smallest rectangle.
  static func rectangles(
    side: Int, goal: Int, least: Double, _ draws: inout UniformDraws
  ) -> [Bool] {
    var row = Array(repeating: false, count: side * side)
    var free = goal
    var failures = 0
    while free > 0, failures < 10 {
      let area = draws.number(from: min(least, Double(free)), to: Double(free))
      let proportion = exp(draws.number(from: log(0.3), to: -log(0.3)))
      let height = Int((area * proportion).squareRoot().rounded())
      let width = Int((area / proportion).squareRoot().rounded())
      failures += 1
      guard 1..<max(2, side) ~= height, 1..<max(2, side) ~= width else { continue }
      let (top, left) = (
        draws.whole(below: side - height + 1), draws.whole(below: side - width + 1)
      )
      let block = (0..<height * width).map { (top + $0 / width) * side + left + $0 % width }
      let new = block.filter { !row[$0] }
      guard !new.isEmpty, new.count <= free else { continue }
      for patch in new { row[patch] = true }
      free -= new.count
      failures = 0
    }
    if free == goal { row[draws.whole(below: side * side)] = true }
    return row
  }

  /// At least one patch is hidden and one seen.
  private static func hiddenCount(_ total: Int, _ wanted: Double) -> Int {
    max(1, min(total - 1, Int(wanted)))
  }

  /// The encoded tokens `[N, prefixLength + T, D]` of images whose hidden patches are replaced by `token`
  /// `[1, 1, D]`, with their positions.
  func encoded(_ images: Tensor, by vit: VisionTransformer, token: Tensor) -> Tensor {
    vit.tokens(images, hiding: isHidden, behind: token)
  }

  /// The mean of `errors` `[N, T, P]` over hidden patches and their numbers.
  func mean(_ errors: Tensor) -> Tensor { maskedMean(errors, hidden: hidden) }
}

/// The mean of `errors` `[N, T, P]` where `hidden` `[N, T, 1]` is 1.
func maskedMean(_ errors: Tensor, hidden: Tensor) -> Tensor {
  (errors * hidden).sum() / (hidden.sum() * Double(errors.size(2)))
}

/// |x|, rounded to a parabola x² / 2β where it is below β: the smooth L1 distance of each element.
func smoothL1(_ difference: Tensor, beta: Double) -> Tensor {
  let distance = difference.abs()
  return (distance .< beta).select(
    distance.square() * (0.5 / beta), else: distance - 0.5 * beta)
}
