public import Foundation
import Images
import Torch

/// A picture for a page, as the bytes of a PNG or JPEG.
public struct Picture: Codable, Sendable, Hashable {
  /// Columns of pixels.
  public var width: Int
  /// Rows of pixels.
  public var height: Int
  /// The file; not kept in JSON.
  public var bytes = Data()
  /// `image/png` or `image/jpeg`.
  public var mediaType = "image/png"

  private enum CodingKeys: CodingKey { case width, height }

  /// A picture of given bytes.
  public init(width: Int, height: Int, bytes: Data, mediaType: String) {
    self.width = width
    self.height = height
    self.bytes = bytes
    self.mediaType = mediaType
  }

  /// Tiles side by side in rows of `columns`, white between them and after the last.
  /// - Parameters:
  ///   - tiles: `[N, C, S, S]` in 0...1, C being 1 or 3.
  ///   - gap: pixels between tiles.
  /// - Throws: `ImageError` if libvips cannot write it.
  init(tiles: Tensor, columns: Int, gap: Int = 0) throws(ImageError) {
    let (count, channels, side) = (tiles.size(0), tiles.size(1), tiles.size(2))
    let columns = Swift.min(columns, count)
    let rows = (count + columns - 1) / columns
    let step = side + gap
    let sheet = Tensor.ones([rows * columns, channels, step, step])
    sheet[0..<count].sliced(0..<side, along: 2).sliced(0..<side, along: 3)
      .assign(tiles.to(.cpu).to(.float32))
    let whole = sheet.reshaped(rows, columns, channels, step, step).permuted(0, 3, 1, 4, 2)
      .reshaped(rows * step, columns * step, channels)
    (height, width) = (rows * step - gap, columns * step - gap)
    let levels = whole.sliced(0..<height).sliced(0..<width, along: 1)
    let pixels = (levels.clamped(from: 0, to: 1) * 255).round().contiguous().to(.uint8).bytes
    (bytes, mediaType) = try ImageFile.encoded(
      pixels, width: width, height: height, channels: channels)
  }
}

/// Small pictures of some images, in one file.
public struct Thumbnails: Codable, Sendable, Hashable {
  /// The file, tile after tile, row by row.
  public var picture: Picture
  /// Tiles in a row.
  public var columns: Int
  /// The image of each tile, ascending.
  public var images: [Int]
  /// The path of each.
  public var paths: [String]
  /// The class of each; `nil` without one.
  public var labels: [Int?]
}
