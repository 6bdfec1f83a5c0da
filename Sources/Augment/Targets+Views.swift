import Images
import Torch

extension Targets {
  /// The masks of one view of some images, cropped, turned and flipped as these are. Classes do not mix
  /// as colours do: each pixel takes the class that the stored mask has at its centre.
  /// - Parameter matrices: of the turns, one an image: see ``Turn/matrix(width:height:)``; empty where
  ///   nothing is turned.
  /// - Returns: `int64` `[B, size, size]`, beside ``values``; -100, which cross-entropy passes over,
  ///   where a pixel counts nowhere.
  func masks(
    of indices: [Int], _ view: ViewParameters, matrices: [[Float]], size: Int
  ) -> Tensor {
    let (height, width) = (values.size(1), values.size(2))
    var pixels: [Int] = []
    pixels.reserveCapacity(indices.count * size * size)
    for (image, box) in view.boxes.enumerated() {
      let (isFlipped, isUpsideDown) = (view.isFlipped[image], view.isFlippedVertically[image])
      let matrix = matrices.isEmpty ? nil : matrices[image]
      for row in 0..<size {
        for column in 0..<size {
          let place = box.pixel(
            row: isUpsideDown ? size - 1 - row : row,
            column: isFlipped ? size - 1 - column : column, of: size, turnedBy: matrix)
          pixels.append(
            Self.reflected(place.y, in: height) * width + Self.reflected(place.x, in: width))
        }
      }
    }
    let classes = values.rows(Tensor(indices).to(values.device)).flattened(from: 1)
      .gathered(
        Tensor(pixels, shape: [indices.count, size * size]).to(values.device), along: 1
      )
      .reshaped(indices.count, size, size)
    return classes.to(.int64).filled(where: classes .== Double(ImageStore.ignored), with: -100)
  }

  /// A pixel beyond the edge is the one that lies as far within.
  private static func reflected(_ pixel: Int, in length: Int) -> Int {
    min(
      length - 1, max(0, pixel < 0 ? -pixel - 1 : pixel < length ? pixel : 2 * length - 1 - pixel))
  }
}

extension CropBox {
  /// The stored pixel that the middle of a view's pixel lies in.
  fileprivate func pixel(
    row: Int, column: Int, of size: Int, turnedBy matrix: [Float]?
  ) -> (x: Int, y: Int) {
    let (width, height) = (Int(width), Int(height))
    guard let m = matrix else {
      return (
        Int(x) + (2 * column + 1) * width / (2 * size), Int(y) + (2 * row + 1) * height / (2 * size)
      )
    }
    let across = (Float(column) + 0.5) / Float(size) - 0.5
    let down = (Float(row) + 0.5) / Float(size) - 0.5
    func place(_ start: Int32, _ length: Int, _ share: Float) -> Int {
      Int((Float(start) + (0.5 + share) * Float(length)).rounded(.down))
    }
    return (
      place(x, width, m[0] * across + m[1] * down), place(y, height, m[2] * across + m[3] * down)
    )
  }
}
