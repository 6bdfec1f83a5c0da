import Foundation
public import Torch

/// The mean of ‖x − x⁺‖^α over pairs of views of one image, as unit vectors (Wang and Isola 2020,
/// eq. 1): 0 where they agree.
/// - Parameters:
///   - features: `[N, D]`.
///   - partners: features of another view of each image, `[N, D]`.
///   - power: α, 2 in the paper.
public func alignment(_ features: Tensor, _ partners: Tensor, power: Double = 2) -> Double {
  withoutGradient {
    let difference = unit(features) - unit(partners)
    return difference.norm(over: 1).pow(power).mean().scalar
  }
}

/// log of the mean of exp(−t‖x − y‖²) over pairs of different images, as unit vectors (Wang and Isola
/// 2020, eq. 2): 0 where all are alike, towards −2t where they fill the sphere.
/// - Parameters:
///   - features: `[N, D]`, at least 2.
///   - sharpness: t, 2 in the paper.
public func uniformity(_ features: Tensor, sharpness: Double = 2) -> Double {
  withoutGradient {
    let unit = unit(features)
    let count = Double(unit.size(0))
    let sum = unit.pairBlocks.reduce(0) { sum, block in
      // ‖x − y‖² = 2 − 2xᵀy.
      sum + ((block.values.linear(unit) - 1) * (2 * sharpness)).exp().sum().scalar
    }
    return log((sum - count) / (count * Swift.max(1, count - 1)))
  }
}

/// The deviation of each dimension of the features' unit vectors times √D, `float32` `[D]`: 1 on
/// average where they fill the sphere, 0 where all are alike (Chen and He 2021, section 4.1).
/// - Parameter features: `[N, D]`.
public func dimensionDeviations(_ features: Tensor) -> Tensor {
  withoutGradient {
    let unit = unit(features)
    return unit.variance(over: 0, correction: 0).sqrt() * Double(unit.size(1)).squareRoot()
  }
}

/// The rows as `float32` unit vectors.
private func unit(_ features: Tensor) -> Tensor { features.detached().to(.float32).normalized() }
