import Foundation

/// A rectangle of a stored image, in its pixels.
struct CropBox: Equatable {
  var x: Int32
  var y: Int32
  var width: Int32
  var height: Int32
}

/// The size of a stored image beside the proportions it had.
///
/// Crops are drawn on a canvas of the original proportions, no smaller than the stored image either
/// way, and then mapped to stored pixels. Where nothing was squashed the canvas is the stored image.
struct Canvas {
  var width: Int
  var height: Int
  var storedWidth: Int
  var storedHeight: Int

  init(storedWidth: Int, storedHeight: Int, aspectRatio: Float) {
    self.storedWidth = storedWidth
    self.storedHeight = storedHeight
    let ratio = Double(aspectRatio)
    if ratio * Double(storedHeight) >= Double(storedWidth) {
      height = storedHeight
      width = Swift.max(storedWidth, Int((Double(storedHeight) * ratio).rounded()))
    } else {
      width = storedWidth
      height = Swift.max(storedHeight, Int((Double(storedWidth) / ratio).rounded()))
    }
  }

  /// A rectangle of the canvas in stored pixels, at least one each way.
  func stored(x: Int, y: Int, width w: Int, height h: Int) -> CropBox {
    let (left, wide) = Self.map(x, w, from: width, to: storedWidth)
    let (top, high) = Self.map(y, h, from: height, to: storedHeight)
    return CropBox(x: left, y: top, width: wide, height: high)
  }

  private static func map(_ start: Int, _ length: Int, from: Int, to: Int) -> (Int32, Int32) {
    if from == to { return (Int32(start), Int32(length)) }
    let scale = Double(to) / Double(from)
    let size = Swift.min(to, Swift.max(1, Int((Double(length) * scale).rounded())))
    let place = Swift.min(to - size, Int((Double(start) * scale).rounded()))
    return (Int32(place), Int32(size))
  }

  /// The largest centred square.
  var centreSquare: CropBox {
    let side = Swift.min(width, height)
    return stored(x: (width - side) / 2, y: (height - side) / 2, width: side, height: side)
  }
}

extension RandomResizedCrop {
  /// Random numbers that one crop takes.
  static let draws = 22

  /// torchvision's `RandomResizedCrop.get_params` on numbers that are uniform in 0..<1: ten tries of
  /// an area and a shape, the first that fits being placed at random, else the centre.
  func box(on canvas: Canvas, _ uniform: ArraySlice<Float>) -> CropBox {
    let first = uniform.startIndex
    let width = Double(canvas.width)
    let height = Double(canvas.height)
    for attempt in 0..<10 {
      let share = Double(uniform[first + 2 * attempt])
      let area = width * height * (minimumScale + share * (maximumScale - minimumScale))
      let ratio = Self.logUniform(
        minimumRatio, maximumRatio, Double(uniform[first + 2 * attempt + 1]))
      let w = (area * ratio).squareRoot().rounded(.toNearestOrEven)
      let h = (area / ratio).squareRoot().rounded(.toNearestOrEven)
      if w > 0 && w <= width && h > 0 && h <= height {
        let y = Self.place(height - h, uniform[first + 20])
        let x = Self.place(width - w, uniform[first + 21])
        return canvas.stored(x: x, y: y, width: Int(w), height: Int(h))
      }
    }
    var (w, h) = (width, height)
    if width / height < minimumRatio {
      h = (w / minimumRatio).rounded(.toNearestOrEven)
    } else if width / height > maximumRatio {
      w = (h * maximumRatio).rounded(.toNearestOrEven)
    }
    return canvas.stored(
      x: (canvas.width - Int(w)) / 2, y: (canvas.height - Int(h)) / 2, width: Int(w),
      height: Int(h))
  }

  private static func logUniform(_ low: Double, _ high: Double, _ uniform: Double) -> Double {
    low * pow(high / low, uniform)
  }

  /// A whole number in 0...room.
  private static func place(_ room: Double, _ uniform: Float) -> Int {
    Swift.min(Int(room), Int(Double(uniform) * (room + 1)))
  }
}
