import Augment
import Torch

/// Nine tiles of an image: one at a random place of each cell of a 3 × 3 grid, so that no edge runs
/// on from tile to tile. The proportions are those of VISSL and MMSelfSup: tiles of 64 pixels in
/// cells of 85.
struct TileGrid {
  /// Tiles of an image.
  static let count = 9
  /// Side of a tile as the network sees it, in pixels.
  let size: Int
  private let cell: Int
  private let crop: Int

  /// The grid of images of `imageSize` pixels.
  /// - Parameter patch: a transformer's patch, of which tiles are whole multiples: where a cell has
  ///   not room for one, tiles are enlarged to it.
  init(imageSize: Int, patch: Int?) {
    cell = imageSize / 3
    let tile = max(1, cell * 64 / 85)
    guard let patch else {
      (size, crop) = (tile, tile)
      return
    }
    let nearest = (2 * tile + patch) / (2 * patch) * patch
    let fitting = nearest > cell ? nearest - patch : nearest
    (size, crop) = fitting > 0 ? (fitting, fitting) : (patch, tile)
  }

  /// Crops of most of the image, two thirds of them without colours, whose fringes would tell where
  /// in the lens a tile was (Doersch et al. 2015, section 3.1).
  static func augmentation(flip: Double) -> Augmentation {
    Augmentation(
      crop: RandomResizedCrop(scale: 0.76...1, ratio: 1...1), flip: flip, grayscale: 0.66)
  }

  /// The tiles of images `[N, C, S, S]`: `[9 · N, C, size, size]`, the top left tiles of all images
  /// first, then row by row.
  func tiles(of images: Tensor, random: RandomStream) -> Tensor {
    let corners = Tensor((0..<Self.count).flatMap { [$0 / 3 * cell, $0 % 3 * cell] })
    let places =
      (random.integers([Self.count, 2, images.size(0)], in: 0..<(cell - crop + 1))
      + corners.reshaped(Self.count, 2, 1)).to(images.device)
    let tiles = concatenated(
      (0..<Self.count).map { images.cropped(top: places[$0][0], left: places[$0][1], size: crop) })
    return (crop == size ? tiles : tiles.resized(height: size, width: size)).channelsLast()
  }
}

extension Tensor {
  /// The squares of `size` pixels of images `[N, C, H, W]` whose corners are at `top` and `left`,
  /// `int64` `[N]`.
  func cropped(top: Tensor, left: Tensor, size: Int) -> Tensor {
    let (count, channels, width) = (self.size(0), self.size(1), self.size(3))
    let steps = Tensor.range(to: Double(size), device: device)
    let rows = (top.unsqueezed(1) + steps).reshaped(count, 1, size, 1)
    let columns = (left.unsqueezed(1) + steps).reshaped(count, 1, 1, size)
    return gathered(rows.expanded(-1, channels, -1, width), along: 2)
      .gathered(columns.expanded(-1, channels, size, -1), along: 3)
  }
}
