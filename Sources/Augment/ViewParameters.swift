import Torch

/// What chance decided for one view of each image of a batch. All of it is drawn on the processor, a
/// row of numbers an image, so that it is the same on every device and for every batch size.
struct ViewParameters {
  /// The crops in stored pixels.
  var boxes: [CropBox]
  /// How each crop is turned; empty where the recipe has no rotation.
  var turns: [Turn] = []
  var isFlipped: [Bool]
  var isFlippedVertically: [Bool]
  var colors: [ColorChange]
  /// The deviation of each image's blur in pixels; `nil` for none.
  var blurs: [Float?]
  var isSolarized: [Bool]

  /// Random numbers that one view of one image takes.
  private static let draws = RandomResizedCrop.draws + 12

  /// Draws for the images `indices`, which start at `position` of the whole batch.
  init(
    _ augmentation: Augmentation, store: DeviceStore, indices: [Int], stream: RandomStream,
    position: Int
  ) {
    let uniform = stream.uniform([position + indices.count, Self.draws]).floats
    let count = indices.count
    boxes = []
    boxes.reserveCapacity(count)
    colors = []
    colors.reserveCapacity(count)
    blurs = []
    blurs.reserveCapacity(count)
    isFlipped = []
    isFlippedVertically = []
    isSolarized = []
    for (row, index) in indices.enumerated() {
      let first = (position + row) * Self.draws
      let canvas = store.canvas(of: index)
      let crop = uniform[first..<first + RandomResizedCrop.draws]
      boxes.append(augmentation.crop?.box(on: canvas, crop) ?? canvas.centreSquare)

      let rest = uniform[first + RandomResizedCrop.draws..<first + Self.draws]
      let u = rest.startIndex
      isFlipped.append(rest[u] < Float(augmentation.flip))
      isFlippedVertically.append(rest[u + 1] < Float(augmentation.verticalFlip))
      var color = augmentation.jitter?.change(rest[(u + 2)..<(u + 8)]) ?? ColorChange()
      color.isGray = rest[u + 8] < Float(augmentation.grayscale)
      colors.append(color)
      blurs.append(augmentation.blur?.sigma(rest[(u + 9)..<(u + 11)]))
      isSolarized.append(rest[u + 11] < Float(augmentation.solarize?.probability ?? 0))
    }
  }

  /// The boxes as shares of the image, `[B, 4]`.
  func boxShares(width: Int, height: Int) -> Tensor {
    let (w, h) = (Float(width), Float(height))
    return Tensor(
      boxes.flatMap {
        [Float($0.x) / w, Float($0.y) / h, Float($0.width) / w, Float($0.height) / h]
      },
      shape: [boxes.count, 4])
  }

  /// `bool` `[B, 2]`: left-right, upside down.
  var flips: Tensor {
    Tensor(zip(isFlipped, isFlippedVertically).flatMap { [$0, $1] }, shape: [boxes.count, 2])
  }
}

extension ColorJitter {
  /// A jitter from six numbers that are uniform in 0..<1: whether, four factors, their order.
  func change(_ uniform: ArraySlice<Float>) -> ColorChange {
    let u = uniform.startIndex
    var change = ColorChange()
    guard uniform[u] < Float(probability) else { return change }
    change.brightness = Self.factor(brightness, uniform[u + 1])
    change.contrast = Self.factor(contrast, uniform[u + 2])
    change.saturation = Self.factor(saturation, uniform[u + 3])
    change.hue = Float(hue) * (2 * uniform[u + 4] - 1)
    change.order = Swift.min(23, Int(24 * uniform[u + 5]))
    return change
  }

  /// Uniform in max(0, 1 − x)...1 + x.
  private static func factor(_ x: Double, _ uniform: Float) -> Float {
    let low = Swift.max(0, 1 - Float(x))
    return low + uniform * (1 + Float(x) - low)
  }
}

extension GaussianBlur {
  /// A deviation from two numbers that are uniform in 0..<1; `nil` for no blur.
  func sigma(_ uniform: ArraySlice<Float>) -> Float? {
    guard uniform[uniform.startIndex] < Float(probability) else { return nil }
    let share = Double(uniform[uniform.startIndex + 1])
    return Float(minimumSigma + share * (maximumSigma - minimumSigma))
  }
}
