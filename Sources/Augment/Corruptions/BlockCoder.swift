import Torch

/// The lossy part of JPEG: blocks of 8 × 8 into the cosine transform, quantised, and back; number for
/// number as libjpeg's fixed-point ("islow") transforms.
struct BlockCoder {
  /// `float64`, in which whole numbers of this size are exact; so is every sum, in any order.
  private static let dtype = DType.float64

  private let waves: Tensor
  private let steps: Tensor

  /// A coder with the quantisation steps `table`, row by row.
  init(table: [Int], device: Device) {
    steps = Tensor(table, shape: [8, 8]).to(Self.dtype).to(device)
    waves = Tensor(Self.cosines, shape: [8, 8]).to(Self.dtype).to(device)
  }

  /// A side filled up to whole blocks.
  static func padded(_ side: Int) -> Int { (side + 7) / 8 * 8 }

  /// Planes `[B, C, H, W]` of whole levels as they come back. The last row and column are repeated
  /// to fill the blocks.
  func callAsFunction(_ planes: Tensor) -> Tensor {
    let shape = planes.shape
    let (height, width) = (Self.padded(shape[2]), Self.padded(shape[3]))
    func places(_ count: Int, _ padded: Int) -> Tensor {
      Tensor((0..<padded).map { Swift.min($0, count - 1) }).to(planes.device)
    }
    let blocks = planes.rows(places(shape[2], height), along: 2)
      .rows(places(shape[3], width), along: 3)
      .reshaped(-1, height / 8, 8, width / 8, 8).permuted(0, 1, 3, 2, 4)

    // Rows first, then columns, each rounded; what comes out is eight times the coefficient.
    let levels = blocks.to(Self.dtype) - 128
    let across = Self.shifted(levels.matmul(waves.transposed()), by: 11)
    let eighths = Self.shifted(waves.matmul(across), by: 15)
    let quantised = ((eighths.abs() + steps * 4) / (steps * 8)).floor() * eighths.sign()

    // Back: columns first.
    let down = Self.shifted(waves.transposed().matmul(quantised * steps), by: 11)
    let back = Self.shifted(down.matmul(waves), by: 18) + 128
    return back.clamped(from: 0, to: 255).to(.float32).permuted(0, 1, 3, 2, 4)
      .reshaped(shape[0], shape[1], height, width)
      .sliced(0..<shape[2], along: 2).sliced(0..<shape[3], along: 3).contiguous()
  }

  /// A right shift that rounds to the nearest, halves up.
  private static func shifted(_ values: Tensor, by bits: Int) -> Tensor {
    ((values + Double(1 << (bits - 1))) / Double(1 << bits)).floor()
  }

  /// What each place (column) weighs in each frequency (row), in 1 / 8192: √2 · cos, 1 for frequency
  /// 0, as the sums of libjpeg's constants come out, which differ by one here and there.
  private static let cosines = [
    8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192,
    11363, 9633, 6437, 2260, -2260, -6437, -9633, -11363,
    10703, 4433, -4433, -10703, -10703, -4433, 4433, 10703,
    9633, -2259, -11362, -6436, 6436, 11362, 2259, -9633,
    8192, -8192, -8192, 8192, 8192, -8192, -8192, 8192,
    6437, -11362, 2261, 9633, -9633, -2261, 11362, -6437,
    4433, -10704, 10704, -4433, -4433, 10704, -10704, 4433,
    2260, -6436, 9633, -11363, 11363, -9633, 6436, -2260,
  ]
}
