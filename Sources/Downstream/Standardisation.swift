import Torch

/// Moves features to mean 0 and deviation 1 by the statistics of the images it was made from.
struct Standardisation {
  /// The mean of each feature, `float64` `[D]`.
  let mean: Tensor
  /// One over the deviation of each feature, `float64` `[D]`; 0 where the feature is constant.
  let scale: Tensor

  /// Measures `features` `[N, D]`, in double precision so that large means cost no digits.
  init(_ features: Tensor) {
    let count = Double(features.size(0))
    let blocks = features.blocks(of: 4096).map(\.values)
    let zero = Tensor.zeros([features.size(1)], dtype: .float64, device: features.device)
    let mean = blocks.reduce(zero) { $0 + $1.to(.float64).sum(over: 0) } / count
    let squares = blocks.reduce(zero) { $0 + ($1.to(.float64) - mean).square().sum(over: 0) }
    let deviation = (squares / count).sqrt()
    // Less spread than single precision resolves is rounding, not information.
    let varies = deviation .> (mean.abs() * 1e-6).clamped(from: 1e-30)
    let scale = varies.select(deviation, else: Tensor.ones([1], dtype: .float64).to(mean.device))
    self.mean = mean
    self.scale = (1 / scale).filled(where: varies.logicalNot(), with: 0)
  }

  /// Standardised `features`, as `dtype`.
  func callAsFunction(_ features: Tensor, as dtype: DType) -> Tensor {
    if dtype == .float64 { return (features.to(.float64) - mean) * scale }
    return (features - mean.to(dtype)) * scale.to(dtype)
  }
}
