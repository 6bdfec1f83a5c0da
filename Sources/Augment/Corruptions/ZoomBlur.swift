import Foundation
import Torch

/// The blur of a camera that moves towards the centre: the mean of the image and of enlargements.
enum ZoomBlur {
  /// Enlargements by evenly spaced factors from 1 on, each bilinear as SciPy's `zoom` of order 1;
  /// the image itself counts twice, as in the authors' code. Factors and their numbers are those
  /// that NumPy's `arange` gives for the published ranges. Sides of unequal length are each
  /// enlarged about their own middle.
  static func apply(_ levels: Tensor, _ strength: Strength) -> Tensor {
    let largest = strength([1.06, 1.11, 1.15, 1.20, 1.25], [1.11, 1.15, 1.20, 1.24, 1.30])
    let count = Int(strength([7, 12, 16, 21, 26], [12, 16, 11, 13, 11]).rounded())
    let factors = (0..<count).map { 1 + (largest - 1) * Double($0) / Double(count - 1) }
    let terms = ([1] + factors).map { factor in
      (
        rows: enlargement(strength.height, factor, weight: 1 / Double(count + 1)),
        columns: enlargement(strength.width, factor, weight: 1)
      )
    }
    return SeparableFilter(terms, device: levels.device)(levels)
  }

  /// The middle of a line of `size` pixels, enlarged to `size` pixels.
  private static func enlargement(_ size: Int, _ factor: Double, weight: Double) -> Weights {
    let part = Int((Double(size) / factor).rounded(.up))
    let enlarged = Swift.max(size, Int((Double(part) * factor).rounded()))
    let start = (size - part) / 2
    let trimmed = (enlarged - size) / 2
    var weights = Weights(from: size, to: size)
    for target in 0..<size {
      let place =
        enlarged == 1 ? 0 : Double((target + trimmed) * (part - 1)) / Double(enlarged - 1)
      let before = Swift.min(part - 1, Int(place))
      let share = place - Double(before)
      weights[target, start + before] += Float(weight * (1 - share))
      if share > 0 { weights[target, start + before + 1] += Float(weight * share) }
    }
    return weights
  }
}
