import Torch

/// Ridge regression for a number of penalties at once, in closed form.
struct RidgeRegression {
  /// The weights on raw features, one column a penalty, `float64` `[D, P]`.
  let weights: Tensor
  /// `float64` `[P]`.
  let bias: Tensor

  /// Minimises `1/(2N) Σᵢ (xᵢ · w + b − yᵢ)² + λ/2 · ‖w‖²` on standardised features for each λ of
  /// `penalties`: in the principal basis each weight is a quotient, the covariance with the targets
  /// over the direction's energy and λ.
  init(_ data: TargetFeatures<Double>, penalties: [Double]) {
    let (frame, points) = PrincipalFrame.of(data.features)
    let mean = data.targets.reduce(0, +) / Double(data.count)
    let offsets = Tensor(data.targets.map { $0 - mean }).to(points.dtype).to(points.device)
    let pull = (offsets.unsqueezed(0).matmul(points) / Double(data.count)).to(.float64)
    let strengths = Tensor(penalties, shape: [penalties.count, 1]).to(points.device)
    let inner = pull / (frame.energies.to(.float64).unsqueezed(0) + strengths)
    let fit = frame.raw(
      inner.to(points.dtype),
      bias: Tensor.full([penalties.count], mean, dtype: .float64, device: points.device))
    (weights, bias) = (fit.weights, fit.bias)
  }

  /// The numbers that each penalty's fit gives the rows of `features` `[N, D]`, `float64` `[N, P]`.
  func callAsFunction(_ features: Tensor) -> Tensor {
    features.to(.float64).matmul(weights) + bias
  }
}
