import Torch

/// What storing an image as JPEG and reading it back leaves of it, without the bytes.
///
/// As libjpeg does by default: YCbCr, chroma at half the size both ways (4:2:0) and brought back by
/// a triangle ("fancy upsampling"), 8 × 8 cosine transform in fixed point ("islow"), the tables of
/// the standard (ITU-T T.81, annex K) scaled to the quality, and the same roundings. Grey images
/// have no chroma.
enum JPEGCompression {
  /// The quality at a severity.
  static func quality(_ strength: Strength) -> Int {
    Int(strength([80, 65, 58, 50, 40], [25, 18, 15, 10, 7]).rounded())
  }

  /// Grey levels `[B, C, H, W]`, stored at a quality of 1...100 and read back.
  static func apply(_ levels: Tensor, quality: Int) -> Tensor {
    let (height, width) = (levels.size(2), levels.size(3))
    let device = levels.device
    let fine = BlockCoder(table: scaled(luminance, to: quality), device: device)
    if levels.size(1) != 3 { return fine(levels) }
    let (low, narrow) = ((height + 1) / 2, (width + 1) / 2)
    // The last pixel is repeated to fill the blocks before columns are halved.
    let coarseWidth = BlockCoder.padded(narrow)
    let coarse = BlockCoder(table: scaled(chrominance, to: quality), device: device)
    let halved = SeparableFilter(
      rows: halving(from: height, to: low), columns: halving(from: width, to: coarseWidth),
      device: device)
    let grown = SeparableFilter(
      rows: doubling(from: low, to: height), columns: doubling(from: narrow, to: width),
      device: device)
    // Halves are rounded down in one column and up in the next.
    let bias = Tensor((0..<coarseWidth).map { Float($0 % 2 + 1) }).to(device)
    let back = Tensor((0..<width).map { Float(8 - $0 % 2) }).to(device)

    let (luma, chroma) = split(levels)
    let small = ((halved(chroma) + bias) / 4).floor()
    let coded = coarse(small).sliced(0..<narrow, along: 3)
    return joined(fine(luma), ((grown(coded) + back) / 16).floor())
  }

  /// RGB as Y `[B, 1, H, W]` and CbCr `[B, 2, H, W]`, in libjpeg's 16-bit fractions, which single
  /// precision holds exactly.
  private static func split(_ levels: Tensor) -> (luma: Tensor, chroma: Tensor) {
    let (r, g, b) = channels(levels)
    let luma = r * 19595 + g * 38470 + b * 7471 + 32768
    let offset = 128.0 * 65536 + 32767
    let blue = b * 32768 - r * 11059 - g * 21709 + offset
    let red = r * 32768 - g * 27439 - b * 5329 + offset
    return (
      (luma / 65536).floor(), (concatenated([blue, red], along: 1) / 65536).floor()
    )
  }

  /// The inverse of ``split(_:)``.
  private static func joined(_ luma: Tensor, _ chroma: Tensor) -> Tensor {
    let blue = chroma.sliced(0..<1, along: 1) - 128
    let red = chroma.sliced(1..<2, along: 1) - 128
    let r = luma + ((red * 91881 + 32768) / 65536).floor()
    let g = luma + ((blue * -22554 - red * 46802 + 32768) / 65536).floor()
    let b = luma + ((blue * 116130 + 32768) / 65536).floor()
    return concatenated([r, g, b], along: 1).clamped(from: 0, to: 255)
  }

  private static func channels(_ levels: Tensor) -> (Tensor, Tensor, Tensor) {
    let parts = levels.split(3, along: 1)
    return (parts[0], parts[1], parts[2])
  }

  /// Sums of two neighbours; the last pixel repeated.
  private static func halving(from: Int, to: Int) -> Weights {
    var weights = Weights(from: from, to: to)
    for target in 0..<to {
      for source in [2 * target, 2 * target + 1] {
        weights[target, Swift.min(source, from - 1)] += 1
      }
    }
    return weights
  }

  /// Three times the pixel and once the neighbour on the nearer side.
  private static func doubling(from: Int, to: Int) -> Weights {
    var weights = Weights(from: from, to: to)
    for target in 0..<to {
      let source = target / 2
      let neighbour = target % 2 == 0 ? source - 1 : source + 1
      weights[target, source] += 3
      weights[target, Swift.min(from - 1, Swift.max(0, neighbour))] += 1
    }
    return weights
  }

  /// A table at a quality, as libjpeg scales it.
  private static func scaled(_ table: [Int], to quality: Int) -> [Int] {
    let percent = quality < 50 ? 5000 / quality : 200 - 2 * quality
    return table.map { Swift.min(255, Swift.max(1, ($0 * percent + 50) / 100)) }
  }

  private static let luminance = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
  ]

  private static let chrominance =
    [
      17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99,
      99,
      47, 66, 99, 99, 99, 99, 99, 99,
    ] + [Int](repeating: 99, count: 32)
}
