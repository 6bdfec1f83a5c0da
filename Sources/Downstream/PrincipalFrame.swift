import Torch

/// Features standardised and turned into their principal basis, in which linear models are fitted,
/// and the way back.
struct PrincipalFrame {
  /// Up to this many elements, features are fitted in double precision: it costs milliseconds.
  private static let doublePrecisionUpTo = 2 << 20

  private let standardisation: Standardisation
  private let basis: PrincipalBasis

  /// The frame of `features` `[N, D]`, and their coordinates in it, `[N, R]`.
  static func of(_ features: Tensor) -> (frame: PrincipalFrame, points: Tensor) {
    let isSmall = features.count <= doublePrecisionUpTo
    let dtype: DType = isSmall && features.device.kind != "mps" ? .float64 : .float32
    let standardisation = Standardisation(features)
    let points = standardisation(features, as: dtype)
    let basis = PrincipalBasis(points)
    return (
      PrincipalFrame(standardisation: standardisation, basis: basis),
      points.matmul(basis.directions)
    )
  }

  /// The mean square of the points along each of the R directions.
  var energies: Tensor { basis.energies }

  /// Weights `[K, R]` and biases `[K]` in this frame, as weights `[D, K]` on standardised and on raw
  /// features, and biases `[K]` for the latter; `float64`.
  func raw(
    _ weights: Tensor, bias: Tensor
  ) -> (standardised: Tensor, weights: Tensor, bias: Tensor) {
    let standardised = basis.directions.matmul(weights.transposed()).to(.float64)
    let raw = standardised * standardisation.scale.unsqueezed(1)
    let shift = standardisation.mean.unsqueezed(0).matmul(raw).squeezed(0)
    return (standardised, raw, bias.to(.float64) - shift)
  }
}
