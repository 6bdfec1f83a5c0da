import Torch

/// CIE Lab, the colour space in which equal distances look about equal: lightness L of 0 to 100,
/// and two axes of colour, a and b. White is D65's.
enum LabColors {
  /// Lab `[N, 3, H, W]` of sRGB colours `[N, 3, H, W]` in 0...1.
  static func lab(of colors: Tensor) -> Tensor {
    let linear = linear(colors)
    // sRGB's primaries, each row divided by what it gives for white.
    let weights: [Float] = [
      0.412453 / 0.950456, 0.357580 / 0.950456, 0.180423 / 0.950456,
      0.212671, 0.715160, 0.072169,
      0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754,
    ]
    let xyz = linear.conv2d(Tensor(weights, shape: [3, 3, 1, 1]).to(colors.device))
    let roots = (xyz .> 0.008856).select(
      xyz.clamped(from: 1e-6).pow(1.0 / 3), else: xyz * 7.787 + 16.0 / 116)
    let parts = roots.split(3, along: 1)
    return concatenated(
      [parts[1] * 116 - 16, (parts[0] - parts[1]) * 500, (parts[1] - parts[2]) * 200], along: 1)
  }

  /// The grey of equal lightness, sRGB `[N, 1, H, W]`.
  static func grey(of colors: Tensor) -> Tensor {
    let weights: [Float] = [0.212671, 0.715160, 0.072169]
    let light = linear(colors).conv2d(Tensor(weights, shape: [1, 3, 1, 1]).to(colors.device))
    return (light .<= 0.0031308).select(
      light * 12.92, else: light.clamped(from: 1e-6).pow(1 / 2.4) * 1.055 - 0.055)
  }

  private static func linear(_ colors: Tensor) -> Tensor {
    (colors .<= 0.04045).select(
      colors / 12.92, else: ((colors + 0.055) / 1.055).clamped(from: 1e-6).pow(2.4))
  }

  /// The squares of a grid of 10 × 10 in a and b that some sRGB colour of 8 bits falls in: their
  /// middles, `[261, 2]`. The colours looked at are those of the cube's six faces, which bound all
  /// others' a and b.
  static func bins() -> Tensor {
    let count = 256
    let line = Tensor.range(to: Double(count), dtype: .float32) / Double(count - 1)
    let first = line.unsqueezed(1).expanded(-1, count)
    let second = line.unsqueezed(0).expanded(count, -1)
    let faces = [0.0, 1.0].flatMap { level -> [Tensor] in
      let third = Tensor.full([count, count], level)
      return [[third, first, second], [first, third, second], [first, second, third]]
        .map { stacked($0) }
    }
    let ab = lab(of: stacked(faces)).sliced(1..<3, along: 1)
    // a and b are within ±110: every square has a number below 32².
    let places = (ab / 10).round() + 16
    let squares = (places.selected(0, along: 1) * 32 + places.selected(1, along: 1)).flattened()
    let counts = Tensor.zeros([32 * 32])
    counts.addRows(squares.to(.int64), .ones([squares.count]))
    let middles = counts.nonzero().ints.flatMap { [$0 / 32 - 16, $0 % 32 - 16] }
    return Tensor(middles.map { Float(10 * $0) }, shape: [middles.count / 2, 2])
  }
}
