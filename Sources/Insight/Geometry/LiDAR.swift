public import Torch

/// LiDAR (Thilak et al. 2023, eq. 1-4): how many directions tell images apart, seen against how much
/// views of one image differ. Unlike ``effectiveRank(_:)`` it does not count directions of noise.
///
/// The exponential of the entropy of the eigenvalues of Σ_w^−½ Σ_b Σ_w^−½, where Σ_b is the covariance
/// of the images' means (divided by images − 1) and Σ_w that of views about them (divided by
/// images · (views − 1)) plus δ on the diagonal. The paper advises 10 views or more, and more images
/// than dimensions.
/// - Parameters:
///   - features: `[images, views, D]`, at least 2 images of 2 views.
///   - delta: δ, 10⁻⁴ in the paper.
/// - Returns: a number from 1 to min(images − 1, D); not a number if a feature is not finite.
public func lidar(_ features: Tensor, delta: Double = 1e-4) -> Double {
  precondition(
    features.rank == 3 && features.size(0) > 1 && features.size(1) > 1,
    "lidar: features are [images, views, D] with 2 or more of both, not \(features.shape)")
  return withoutGradient {
    let points = features.detached().to(.cpu).to(.float64)
    guard points.isAllFinite else { return .nan }
    let (images, views, width) = (points.size(0), points.size(1), points.size(2))
    let means = points.mean(over: 1, keepingAxes: true)
    let between = means.squeezed(1).centred.columnProducts / Double(images - 1)
    let deviations = (points - means).reshaped(-1, width)
    let within =
      deviations.columnProducts / Double(images * (views - 1))
      + Tensor.identity(width, dtype: .float64) * delta
    // With Σ_w = L Lᵀ, the eigenvalues of L⁻¹ Σ_b L⁻ᵀ are the same.
    let factor = within.cholesky()
    let half = factor.solveTriangular(between)
    let whitened = factor.solveTriangular(half.transposed())
    let values = ((whitened + whitened.transposed()) / 2).symmetricEigen().values.clamped(from: 0)
    let p = values / (values.sum() + 1e-12) + 1e-7
    return (-(p * p.log()).sum()).exp().scalar
  }
}
