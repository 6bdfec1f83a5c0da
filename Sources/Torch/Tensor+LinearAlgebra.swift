import CTorch

extension Tensor {
  /// The matrix product; batches broadcast.
  public func matmul(_ other: Tensor) -> Tensor { Tensor(ctorch_matmul(raw, other.raw)) }

  /// The lower Cholesky factor of a symmetric positive definite matrix. Traps if it is not.
  public func cholesky() -> Tensor { Tensor(ctorch_cholesky(raw)) }

  /// x with `self · x = b`.
  public func solve(_ b: Tensor) -> Tensor { Tensor(ctorch_solve(raw, b.raw)) }

  /// x with `self · x = b`, for a triangular matrix.
  public func solveTriangular(_ b: Tensor, upper: Bool = false) -> Tensor {
    Tensor(ctorch_solve_triangular(raw, b.raw, upper))
  }

  /// The singular values, largest first.
  public func singularValues() -> Tensor { Tensor(ctorch_svdvals(raw)) }

  /// Eigenvalues (smallest first) and eigenvectors (columns) of a symmetric matrix.
  public func symmetricEigen() -> (values: Tensor, vectors: Tensor) {
    pair { ctorch_eigh(raw, $0, $1) }
  }
}
