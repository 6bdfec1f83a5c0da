import Foundation
import Torch

/// A linear change of images that is a sum of changes of rows and columns: Σᵢ Rᵢ · X · Cᵢ for each
/// channel X. Every blur here but motion, every resizing and the cosine transform is one.
struct SeparableFilter {
  private let rows: Tensor
  private let columns: Tensor
  private let terms: Int

  /// The sum over `terms`, each with a matrix from the image's rows to the result's and one from the
  /// image's columns to the result's.
  init(_ terms: [(rows: Weights, columns: Weights)], device: Device) {
    self.terms = terms.count
    rows = concatenated(terms.map { $0.rows.matrix }, along: 1).to(device)
    columns = concatenated(terms.map { $0.columns.matrix }).transposed().contiguous().to(device)
  }

  /// One term.
  init(rows: Weights, columns: Weights, device: Device) {
    self.init([(rows, columns)], device: device)
  }

  /// The result for `images` `[B, C, H, W]`: `[B, C, height, width]`. Images are multiplied one at a
  /// time, so that no rounding depends on how many there are.
  func callAsFunction(_ images: Tensor) -> Tensor {
    let (channels, height) = (images.size(1), images.size(2))
    let (newHeight, newWidth) = (rows.size(0), columns.size(1) / terms)
    let result = Tensor.empty(
      [images.size(0), channels, newHeight, newWidth], device: images.device)
    for number in 0..<images.size(0) {
      let wide = images[number].reshaped(channels * height, -1).matmul(columns)
        .reshaped(channels, height, terms, newWidth).permuted(2, 1, 0, 3)
      let whole = rows.matmul(wide.reshaped(terms * height, channels * newWidth))
      result[number].assign(whole.reshaped(newHeight, channels, newWidth).permuted(1, 0, 2))
    }
    return result
  }
}

/// How much each pixel of a line weighs in each pixel of a new line.
struct Weights {
  /// Pixels of the line.
  let from: Int
  /// Pixels of the new line.
  let to: Int
  private var values: [Float]

  /// What lies beyond the ends of a line.
  enum Border {
    /// The last pixel, again and again: `aaa|abc|ccc`.
    case nearest
    /// The line backwards: `cba|abc|cba`.
    case reflected
    /// The line backwards, its last pixel not twice: `cb|abc|ba`.
    case mirrored

    /// The place of pixel `place` of a line of `count`.
    func fold(_ place: Int, _ count: Int) -> Int {
      if 0..<count ~= place { return place }
      if case .nearest = self { return place < 0 ? 0 : count - 1 }
      let isMirrored = if case .mirrored = self { true } else { false }
      if isMirrored && count == 1 { return 0 }
      let period = isMirrored ? 2 * count - 2 : 2 * count
      let rest = ((place % period) + period) % period
      return rest < count ? rest : (isMirrored ? period : period - 1) - rest
    }
  }

  /// Zeros.
  init(from: Int, to: Int) {
    self.from = from
    self.to = to
    values = Array(repeating: 0, count: from * to)
  }

  /// The weight of pixel `source` of the line in pixel `target` of the new one.
  subscript(target: Int, source: Int) -> Float {
    get { values[target * from + source] }
    set { values[target * from + source] = newValue }
  }

  /// A convolution with `kernel`, of odd length.
  init(size: Int, kernel: [Double], border: Border) {
    self.init(from: size, to: size)
    let radius = kernel.count / 2
    for target in 0..<size {
      for (tap, weight) in kernel.enumerated() {
        self[target, border.fold(target + tap - radius, size)] += Float(weight)
      }
    }
  }

  /// `float32` `[to, from]`.
  var matrix: Tensor { Tensor(values, shape: [to, from]) }

  /// The weights of a Gaussian up to `radius` pixels on either side, of sum 1; all in the middle for
  /// a deviation of 0.
  static func gaussian(sigma: Double, radius: Int) -> [Double] {
    let weights = (-radius...radius).map { distance in
      sigma > 0
        ? exp(-0.5 * Double(distance * distance) / (sigma * sigma)) : distance == 0 ? 1 : 0
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
