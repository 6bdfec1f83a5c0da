import Foundation
import Torch

/// Blurs that are the same in all directions.
enum LensBlur {
  /// scikit-image's `gaussian`: cut off at four deviations, the border's pixels repeated.
  static func gaussian(_ levels: Tensor, _ strength: Strength) -> Tensor {
    let sigma = strength.pixels([0.4, 0.6, 0.7, 0.8, 1], [1, 2, 3, 4, 6])
    let kernel = Weights.gaussian(sigma: sigma, radius: Int(4 * sigma + 0.5))
    return SeparableFilter(
      rows: Weights(size: strength.height, kernel: kernel, border: .nearest),
      columns: Weights(size: strength.width, kernel: kernel, border: .nearest),
      device: levels.device)(levels)
  }

  /// The pixels within `radius` on a disk of equal weights, its edge softened by a small Gaussian;
  /// the border is mirrored, as in OpenCV's `filter2D`.
  static func defocus(_ levels: Tensor, _ strength: Strength) -> Tensor {
    let radius = strength.pixels([0.3, 0.4, 0.5, 1, 1.5], [3, 4, 6, 8, 10])
    let softness = strength([0.4, 0.5, 0.6, 0.2, 0.1], [0.1, 0.5, 0.5, 0.5, 0.5])
    let soft = Weights.gaussian(sigma: softness, radius: radius <= 8 ? 1 : 2)
    // A disk is a sum of rectangles: the lines that are equally wide, times their width.
    let reach = Int(radius)
    let widths = (-reach...reach).map { line in
      Int((radius * radius - Double(line * line)).squareRoot())
    }
    let area = Double(widths.reduce(0) { $0 + 2 * $1 + 1 })
    let terms = Set(widths).sorted().map { width in
      let lines = widths.map { $0 == width ? 1 / area : 0 }
      let run = [Double](repeating: 1, count: 2 * width + 1)
      return (
        rows: Weights(size: strength.height, kernel: convolved(lines, soft), border: .mirrored),
        columns: Weights(size: strength.width, kernel: convolved(run, soft), border: .mirrored)
      )
    }
    return SeparableFilter(terms, device: levels.device)(levels)
  }

  /// The full convolution of two kernels.
  private static func convolved(_ a: [Double], _ b: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: a.count + b.count - 1)
    for (i, x) in a.enumerated() {
      for (j, y) in b.enumerated() { result[i + j] += x * y }
    }
    return result
  }
}
