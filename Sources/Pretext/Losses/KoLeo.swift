public import Torch

/// The KoLeo term (Sablayrolles et al. 2019, eq. 2; Oquab et al. 2024, section 4): minus the mean
/// logarithm of each row's distance from its nearest other row, on the unit sphere. It is least where
/// rows are spread evenly.
/// - Parameter x: `[N, D]`, at least two rows, normalised in here.
public func koLeoLoss(_ x: Tensor, epsilon: Double = 1e-8) -> Tensor {
  withoutAutocast(on: x.device) {
    let unit = x.to(.float32).normalized(epsilon: epsilon)
    let nearest = withoutGradient {
      let itself = Tensor.identity(unit.size(0), dtype: .bool, device: unit.device)
      return unit.matmul(unit.transposed()).filled(where: itself, with: -2).argmax(along: 1)
    }
    let distance = (unit - unit.rows(nearest) + epsilon).norm(over: 1)
    return -(distance + epsilon).log().mean()
  }
}
