public import Torch

/// RankMe (Garrido et al. 2023, eq. 1): exp of the entropy of the singular values, i.e. how many
/// directions a set of features really uses. 1 means collapse.
/// - Parameter features: `[N, D]`.
/// - Returns: a number from 1 to min(N, D); not a number if a feature is not finite.
public func effectiveRank(_ features: Tensor) -> Double {
  withoutGradient {
    let features = features.detached().to(.float32)
    guard features.isAllFinite else { return .nan }
    let values = features.singularValues()
    let p = values / (values.sum() + 1e-12) + 1e-7
    return (-(p * p.log()).sum()).exp().scalar
  }
}
