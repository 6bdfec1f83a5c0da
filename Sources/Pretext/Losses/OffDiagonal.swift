import Torch

/// The sum of the squares of a matrix `[D, D]` outside of its diagonal: how much different dimensions
/// agree.
func offDiagonalSquares(_ matrix: Tensor) -> Tensor {
  matrix.square().sum() - matrix.diagonal().square().sum()
}
