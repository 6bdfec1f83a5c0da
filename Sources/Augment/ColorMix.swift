import Foundation

/// All changes of an image's colours as one: a pixel p of an image whose mean is m becomes
/// A·p + B·m + c.
///
/// The mean's matrix B is what contrast needs: the grey mean of the image so far is itself such a sum,
/// so the changes fold together before any pixel is seen.
struct ColorMix {
  /// Three rows.
  typealias Matrix = (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)

  /// A.
  private(set) var pixel: Matrix = (SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1))
  /// B.
  private(set) var mean: Matrix = (.zero, .zero, .zero)

  /// The weights of red, green and blue in grey (ITU-R BT.601), which sum to 1.
  static let gray = SIMD3<Float>(0.299, 0.587, 0.114)

  /// A quarter turn of hue in YIQ, without its grey. A turn by θ is then
  /// 1·grayᵀ + cos θ (I − 1·grayᵀ) + sin θ · this; it runs from red to green, as the hue of HSV does.
  private static let quarterTurn: Matrix = (
    SIMD3(-0.167724, -0.329277, 0.497001), SIMD3(0.328129, -0.035503, -0.292626),
    SIMD3(-1.249668, 1.046441, 0.203227)
  )

  /// The changes of one view, in its order.
  init(_ change: ColorChange) {
    for step in change.changes {
      switch step {
      case .brightness: scale(change.brightness)
      case .contrast: blendWithMean(change.contrast)
      case .saturation: blendWithGray(change.saturation)
      case .hue: turn(change.hue)
      }
    }
    if change.isGray { blendWithGray(0) }
  }

  private mutating func scale(_ factor: Float) {
    if factor == 1 { return }
    pixel = (pixel.0 * factor, pixel.1 * factor, pixel.2 * factor)
    mean = (mean.0 * factor, mean.1 * factor, mean.2 * factor)
  }

  private mutating func blendWithMean(_ factor: Float) {
    if factor == 1 { return }
    let gray = (Self.grayRow(pixel) + Self.grayRow(mean)) * (1 - factor)
    scale(factor)
    mean = (mean.0 + gray, mean.1 + gray, mean.2 + gray)
  }

  private mutating func blendWithGray(_ factor: Float) {
    if factor == 1 { return }
    let pixelGray = Self.grayRow(pixel) * (1 - factor)
    let meanGray = Self.grayRow(mean) * (1 - factor)
    scale(factor)
    pixel = (pixel.0 + pixelGray, pixel.1 + pixelGray, pixel.2 + pixelGray)
    mean = (mean.0 + meanGray, mean.1 + meanGray, mean.2 + meanGray)
  }

  private mutating func turn(_ hue: Float) {
    if hue == 0 { return }
    let angle = 2 * Float.pi * hue
    let (sine, cosine) = (sin(angle), cos(angle))
    pixel = Self.turned(pixel, sine, cosine)
    mean = Self.turned(mean, sine, cosine)
  }

  private static func turned(_ rows: Matrix, _ sine: Float, _ cosine: Float) -> Matrix {
    let gray = grayRow(rows)
    func turned(_ row: SIMD3<Float>, _ across: SIMD3<Float>) -> SIMD3<Float> {
      let aside = rows.0 * across.x + rows.1 * across.y + rows.2 * across.z
      return gray + (row - gray) * cosine + aside * sine
    }
    return (
      turned(rows.0, quarterTurn.0), turned(rows.1, quarterTurn.1), turned(rows.2, quarterTurn.2)
    )
  }

  private static func grayRow(_ rows: Matrix) -> SIMD3<Float> {
    rows.0 * gray.x + rows.1 * gray.y + rows.2 * gray.z
  }

  /// A, B and c of (x / 255 − average) / deviation after the changes, for x in 0...255: row-major,
  /// one after the other. Grey images, whose three channels are alike, take one number each; images
  /// of other channels take what happens to grey in each of them, the mean being that of all.
  func append(to numbers: inout [Float], mean average: [Float], deviation: [Float]) {
    if average.count == 1 {
      let scale = 1 / (255 * deviation[0])
      numbers.append(pixel.0.sum() * scale)
      numbers.append(mean.0.sum() * scale)
      numbers.append(-average[0] / deviation[0])
      return
    }
    if average.count != 3 {
      let channels = average.indices
      let scales = deviation.map { 1 / (255 * $0) }
      numbers += channels.flatMap { row in
        channels.map { $0 == row ? pixel.0.sum() * scales[row] : 0 }
      }
      numbers += channels.flatMap { row in
        channels.map { _ in mean.0.sum() * scales[row] / Float(average.count) }
      }
      numbers += channels.map { -average[$0] / deviation[$0] }
      return
    }
    let scale = SIMD3(deviation[0], deviation[1], deviation[2]) * 255
    for rows in [pixel, mean] {
      numbers.append(rows.0 / scale.x)
      numbers.append(rows.1 / scale.y)
      numbers.append(rows.2 / scale.z)
    }
    for channel in 0..<3 { numbers.append(-average[channel] / deviation[channel]) }
  }
}

extension [Float] {
  fileprivate mutating func append(_ row: SIMD3<Float>) {
    append(row.x)
    append(row.y)
    append(row.z)
  }
}
