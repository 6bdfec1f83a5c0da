import Torch

/// Colour changes to the letter of torchvision's `functional` on float images: each followed by a
/// clamp, hue in HSV. Images are `[B, C, H, W]` in 0...1; `factors` hold one number an image.
enum ExactColors {
  /// The images after their changes, each in its own order.
  static func apply(_ changes: [ColorChange], to images: Tensor) -> Tensor {
    let hasColor = images.size(1) == 3
    var result = images
    for position in 0..<4 {
      for step in ColorChange.Change.allCases {
        if !hasColor && (step == .saturation || step == .hue) { continue }
        let chosen = changes.indices.filter {
          changes[$0].changes[position] == step && changes[$0].factor(of: step) != nil
        }
        let factors = chosen.compactMap { changes[$0].factor(of: step) }
        result = replace(chosen, of: result) { part in
          let factor = Tensor(factors, shape: [factors.count, 1, 1, 1]).to(part.device)
          return switch step {
          case .brightness: brightness(part, factor)
          case .contrast: contrast(part, factor)
          case .saturation: saturation(part, factor)
          case .hue: hue(part, factor)
          }
        }
      }
    }
    if !hasColor { return result }
    let grays = changes.indices.filter { changes[$0].isGray }
    return replace(grays, of: result) { gray($0).expanded(-1, 3, -1, -1) }
  }

  private static func replace(
    _ chosen: [Int], of images: Tensor, _ change: (Tensor) -> Tensor
  ) -> Tensor {
    if chosen.isEmpty { return images }
    if chosen.count == images.size(0) { return change(images) }
    let rows = Tensor(chosen).to(images.device)
    let result = images.copy()
    result.assignRows(rows, change(images.rows(rows)))
    return result
  }

  /// x · f.
  static func brightness(_ x: Tensor, _ factors: Tensor) -> Tensor {
    (x * factors).clamped(from: 0, to: 1)
  }

  /// Away from the mean grey of each image.
  static func contrast(_ x: Tensor, _ factors: Tensor) -> Tensor {
    blend(x, gray(x).mean(over: 1, 2, 3, keepingAxes: true), factors)
  }

  /// Away from each pixel's grey.
  static func saturation(_ x: Tensor, _ factors: Tensor) -> Tensor { blend(x, gray(x), factors) }

  /// Turns of the hue in HSV.
  static func hue(_ x: Tensor, _ turns: Tensor) -> Tensor {
    let (red, green, blue) = (channel(x, 0), channel(x, 1), channel(x, 2))
    let value = x.max(over: 1, keepingAxes: true)
    let range = value - x.min(over: 1, keepingAxes: true)
    let isGray = range .== 0
    let divisor = range.filled(where: isGray, with: 1)
    let saturation = range / value.filled(where: isGray, with: 1)
    // Sixths of a turn from red; each third of the circle is led by the largest channel.
    let sixths = (value .== red).select(
      (green - blue) / divisor,
      else: (value .== green).select((blue - red) / divisor + 2, else: (red - green) / divisor + 4))
    let turned = sixths / 6 + turns
    let hue = (turned - turned.floor()) * 6
    // Channel n of HSV is v − v·s·max(0, min(k, 4 − k, 1)), k = (n + 6h) mod 6, n = 5, 3, 1.
    let k = hue + Tensor([5, 3, 1] as [Float], shape: [1, 3, 1, 1]).to(x.device)
    let turn = k - (k / 6).floor() * 6
    return value - value * saturation * turn.minimum(4 - turn).clamped(from: 0, to: 1)
  }

  /// The grey of each pixel, `[B, 1, H, W]`, by torchvision's weights; of other channels than colours
  /// their mean.
  static func gray(_ x: Tensor) -> Tensor {
    if x.size(1) != 3 { return x.mean(over: 1, keepingAxes: true) }
    return channel(x, 0) * 0.2989 + channel(x, 1) * 0.587 + channel(x, 2) * 0.114
  }

  private static func channel(_ x: Tensor, _ index: Int) -> Tensor {
    x.sliced(index..<index + 1, along: 1)
  }

  private static func blend(_ x: Tensor, _ other: Tensor, _ factors: Tensor) -> Tensor {
    (x * factors + other * (1 - factors)).clamped(from: 0, to: 1)
  }
}

extension ColorChange {
  /// The number of a change; `nil` where it changes nothing.
  fileprivate func factor(of change: Change) -> Float? {
    switch change {
    case .brightness: brightness == 1 ? nil : brightness
    case .contrast: contrast == 1 ? nil : contrast
    case .saturation: saturation == 1 ? nil : saturation
    case .hue: hue == 0 ? nil : hue
    }
  }
}
