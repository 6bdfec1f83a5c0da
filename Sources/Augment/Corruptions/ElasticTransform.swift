import Foundation
import Torch

/// An affine map that moves three corners at random, and smoothed random displacements.
///
/// The strengths balance movement of the whole (mild severities) and of the small parts (strong
/// ones), so that the squared difference from the clean image does not grow with severity. Unlike
/// the authors' code, both moves are one bilinear sampling, and the border is mirrored for both.
enum ElasticTransform {
  static func apply(
    _ levels: Tensor, _ strength: Strength, _ streams: some Sequence<RandomStream>
  ) -> Tensor {
    // Shares of the side; the authors took 244 for 224.
    let large = 244.0 / 224
    let side = Double(strength.side)
    let size =
      side * strength([0, 0.05, 0.08, 0.1, 0.1], [2, 2, 0.05, 0.07, 0.12].map { $0 * large })
    let sigma =
      side
      * strength([0, 0.2, 0.06, 0.04, 0.03], [0.7, 0.08, 0.01, 0.01, 0.01].map { $0 * large })
    let reach =
      side
      * strength([0.08, 0.07, 0.06, 0.05, 0.03], [0.1, 0.2, 0.02, 0.02, 0.02].map { $0 * large })
    let (height, width) = (strength.height, strength.width)
    let kernel = Weights.gaussian(sigma: sigma, radius: Int(3 * sigma + 0.5))
    let smooth = SeparableFilter(
      rows: Weights(size: height, kernel: kernel, border: .reflected),
      columns: Weights(size: width, kernel: kernel, border: .reflected), device: .cpu)
    let x = Tensor.range(to: Double(width), dtype: .float32).reshaped(1, width)
    let y = Tensor.range(to: Double(height), dtype: .float32).reshaped(height, 1)
    let grids = streams.map { stream in
      let corners = stream.uniform([6], from: -reach, to: reach).array(of: Double.self)
      let noise = stream.uniform([1, 2, height, width], from: -1, to: 1)
      let moves = smooth(noise)[0] * size
      let map = CornerMap(moves: corners, width: width, height: height)
      let (across, down) = (x + moves[0], y + moves[1])
      return stacked(
        [
          coordinate(across * map.xx + down * map.xy + map.x, width),
          coordinate(across * map.yx + down * map.yy + map.y, height),
        ], along: 2)
    }
    return levels.gridSample(stacked(grids).to(levels.device))
  }

  /// A place in pixels, folded into a line of `count` pixels by mirroring its border, as
  /// `gridSample` counts: −1 and 1 are the outer edges of the first and the last pixel.
  private static func coordinate(_ place: Tensor, _ count: Int) -> Tensor {
    if count == 1 { return place * 0 }
    let last = Double(count - 1)
    let folded = place - (place / (2 * last)).floor() * (2 * last)
    return ((last - (folded - last).abs()) * 2 + 1) / Double(count) - 1
  }
}

/// The affine map that takes three moved corners of a square in the image's middle back to where
/// they were: (x, y) to (xx·x + xy·y + x, yx·x + yy·y + y).
private struct CornerMap {
  var (xx, xy, x) = (1.0, 0.0, 0.0)
  var (yx, yy, y) = (0.0, 1.0, 0.0)

  init(moves: [Double], width: Int, height: Int) {
    let (centreX, centreY) = (Double(width / 2), Double(height / 2))
    let reach = Double(Swift.min(width, height) / 3)
    let from = [(reach, reach), (reach, -reach), (-reach, -reach)]
      .map { (x: centreX + $0.0, y: centreY + $0.1) }
    let to = from.indices.map {
      (x: from[$0].x + moves[2 * $0], y: from[$0].y + moves[2 * $0 + 1])
    }
    // Two sides of the moved triangle; the map takes them to the same sides of the first one.
    let (ax, ay) = (to[0].x - to[1].x, to[0].y - to[1].y)
    let (bx, by) = (to[1].x - to[2].x, to[1].y - to[2].y)
    let determinant = ax * by - bx * ay
    // Corners of an image of a few pixels may be moved onto one line.
    guard abs(determinant) > 0.1 * reach * reach, reach > 0 else { return }
    let (px, py) = (from[0].x - from[1].x, from[0].y - from[1].y)
    let (qx, qy) = (from[1].x - from[2].x, from[1].y - from[2].y)
    (xx, xy) = ((px * by - qx * ay) / determinant, (qx * ax - px * bx) / determinant)
    (yx, yy) = ((py * by - qy * ay) / determinant, (qy * ax - py * bx) / determinant)
    x = from[1].x - xx * to[1].x - xy * to[1].y
    y = from[1].y - yx * to[1].x - yy * to[1].y
  }
}
