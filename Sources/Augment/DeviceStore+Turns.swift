import Foundation
import Torch

/// A part of a stored image that a turned crop looks into, and how.
private struct TurnedCrop {
  /// The least part of the image that holds the turned crop, but for what lies beyond its edges.
  var box: CropBox
  /// Rows of the affine map from places of the view (−1...1) to places of the box (−1...1).
  var map: [Float]

  /// - Parameter matrix: see ``Turn/matrix(width:height:)``.
  init(_ crop: CropBox, matrix m: [Float], storeWidth: Int, storeHeight: Int) {
    let (w, h) = (Float(crop.width), Float(crop.height))
    let (x, y) = (Float(crop.x) + w / 2, Float(crop.y) + h / 2)
    // Half of what the turned crop spans.
    let across = (abs(m[0]) + abs(m[1])) * w / 2
    let down = (abs(m[2]) + abs(m[3])) * h / 2
    func part(_ middle: Float, _ reach: Float, _ size: Int) -> (start: Int32, length: Int32) {
      let start = Swift.max(0, Int32((middle - reach).rounded(.down)))
      let end = Swift.min(Int32(size), Int32((middle + reach).rounded(.up)))
      return (start, Swift.max(1, end - start))
    }
    let (left, wide) = part(x, across, storeWidth)
    let (top, high) = part(y, down, storeHeight)
    box = CropBox(x: left, y: top, width: wide, height: high)
    let (sx, sy) = (w / Float(wide), h / Float(high))
    map = [
      m[0] * sx, m[1] * sx, 2 * (x - Float(left)) / Float(wide) - 1,
      m[2] * sy, m[3] * sy, 2 * (y - Float(top)) / Float(high) - 1,
    ]
  }
}

extension DeviceStore {
  /// Crops turned about their centres, each resized to `size` × `size`: as
  /// ``resizedCrops(indices:boxes:size:)`` gives them.
  ///
  /// The part of the image that holds a turned crop is resized with antialiasing to √2 × `size`, so
  /// that it is about as dense as the view, and read from there bilinearly. Beyond the image's edges
  /// it is reflected.
  func turnedCrops(indices: [Int], boxes: [CropBox], turns: [Turn], size: Int) -> Tensor {
    if turns.allSatisfy({ $0.angle == 0 }) {
      let crops = resizedCrops(indices: indices, boxes: boxes, size: size)
      Self.turn(crops, quarters: turns.map(\.quarters))
      return crops
    }
    let matrices = turnMatrices(indices: indices, boxes: boxes, turns: turns)
    let crops = zip(boxes, matrices).map {
      TurnedCrop($0, matrix: $1, storeWidth: width, storeHeight: height)
    }
    let count = indices.count
    let side = Int((Double(size) * 2.0.squareRoot()).rounded(.up))
    let parts = resizedCrops(indices: indices, boxes: crops.map(\.box), size: side)
    let places = Self.viewPlaces(size).to(device)
    let maps = Tensor(crops.flatMap(\.map), shape: [count, 2, 3]).to(device)
    let grid = places.matmul(maps.transposed())
    // Reflected once; no turned crop reaches further. Then kept among the pixels' middles: beyond
    // them `gridSample` would mix in black.
    let last = 1 - 1 / Double(side)
    let folded = Self.reflected(grid).clamped(from: -last, to: last)
    let views = parts.to(.float32).contiguous()
      .gridSample(folded.reshaped(count, size, size, 2))
    return (parts.dtype == .uint8 ? views.round().to(.uint8) : views).channelsLast()
  }

  /// See ``Turn/matrix(width:height:)``.
  func turnMatrices(indices: [Int], boxes: [CropBox], turns: [Turn]) -> [[Float]] {
    zip(indices, zip(boxes, turns)).map { index, crop in
      let canvas = canvas(of: index)
      return crop.1.matrix(
        width: Float(crop.0.width) * Float(canvas.width) / Float(canvas.storedWidth),
        height: Float(crop.0.height) * Float(canvas.height) / Float(canvas.storedHeight))
    }
  }

  /// x, y (−1...1) and 1 for the middle of each pixel of a view, `[size · size, 3]`.
  private static func viewPlaces(_ size: Int) -> Tensor {
    let middles = (0..<size).map { 2 * (Float($0) + 0.5) / Float(size) - 1 }
    return Tensor(
      middles.flatMap { y in middles.flatMap { x in [x, y, 1] } }, shape: [size * size, 3])
  }

  /// Numbers within −3...3 reflected about −1 and 1: a triangle wave.
  private static func reflected(_ x: Tensor) -> Tensor {
    ((x + 1).abs() - 2).abs() * -1 + 1
  }

  /// Quarter turns, in place.
  static func turn(_ images: Tensor, quarters: [Int]) {
    func rows(_ count: Int) -> [Int] { quarters.indices.filter { quarters[$0] == count } }
    replace(images, rows(1)) { $0.transposed().flipped(2) }
    replace(images, rows(2)) { $0.flipped(2).flipped(3) }
    replace(images, rows(3)) { $0.transposed().flipped(3) }
  }
}
