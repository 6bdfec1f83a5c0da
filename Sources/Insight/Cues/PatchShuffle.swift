public import Torch

/// Images cut into a grid whose squares are put back in random order, each image in its own: shapes
/// are gone and textures stay, so that a network that still knows the class goes by texture (Naseer et
/// al. 2021, section 3).
/// - Parameters:
///   - images: `[N, C, H, W]`.
///   - grid: squares along a side, which divides H and W.
///   - seed: decides the order.
/// - Returns: `[N, C, H, W]`.
public func shuffledPatches(_ images: Tensor, grid: Int, seed: UInt64) -> Tensor {
  let (count, channels, height, width) = (
    images.size(0), images.size(1), images.size(2), images.size(3)
  )
  precondition(
    grid > 0 && height % grid == 0 && width % grid == 0,
    "shuffledPatches: images of \(height)×\(width) do not divide into \(grid)×\(grid) squares")
  let (rows, columns) = (height / grid, width / grid)
  let random = RandomStream(seed: seed, "shuffled patches")
  let order = (0..<count).map { random.permutation(grid * grid) + Double($0 * grid * grid) }
  let squares = images.reshaped(count, channels, grid, rows, grid, columns)
    .permuted(0, 2, 4, 1, 3, 5).reshaped(-1, channels, rows, columns)
  return squares.rows(concatenated(order).to(images.device))
    .reshaped(count, grid, grid, channels, rows, columns)
    .permuted(0, 3, 1, 4, 2, 5).reshaped(images.shape)
}
