import Torch

/// The directions that a set of points spans, and how much it varies along each.
///
/// Logistic regression with a ridge penalty has its solution in the span of its points, and a
/// rotation changes neither loss nor penalty. In this basis there are at most as many unknowns as
/// points, and the loss is nearly round once each direction is scaled by its energy.
struct PrincipalBasis {
  /// Orthonormal columns, `[D, R]`.
  let directions: Tensor
  /// The mean square of the points along each direction, `[R]`.
  let energies: Tensor

  /// Takes the basis of the rows of `points` `[N, D]`, keeping directions that hold more than 10⁻¹⁰
  /// of the largest one's energy, and at least one. Eigenvectors are found on the processor.
  init(_ points: Tensor) {
    let count = Double(points.size(0))
    let isWide = points.size(0) <= points.size(1)
    let rows = isWide ? points.to(.float64) : points
    let products = isWide ? rows.matmul(rows.transposed()) : rows.transposed().matmul(rows)
    let (values, vectors) = (products.to(.cpu).to(.float64) / count).symmetricEigen()
    // Smallest first.
    let energies = values.array(of: Double.self)
    let floor = (energies.last ?? 0) * 1e-10
    let first = min(energies.count { $0 <= floor }, energies.count - 1)
    let kept = first..<energies.count
    let spread = values[kept].clamped(from: 0).to(points.device)
    let basis = vectors.sliced(kept, along: 1).to(points.device)
    let norms = (spread * count).sqrt().clamped(from: 1e-30)
    directions = (isWide ? rows.transposed().matmul(basis) / norms : basis).to(points.dtype)
    self.energies = spread.to(points.dtype)
  }
}
