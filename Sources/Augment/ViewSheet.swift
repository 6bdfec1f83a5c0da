import Torch

/// A picture of some images and their views, so that a person can judge a recipe: a row an image,
/// the image itself first, in its original proportions, then its views in plan order.
public struct ViewSheet: Sendable {
  /// Columns of the picture.
  public let width: Int
  /// Rows of the picture.
  public let height: Int
  /// RGB, height × width × 3.
  public let pixels: [UInt8]

  private static let gap = 4

  /// The images of `views` and their views.
  /// - Parameters:
  ///   - views: a batch.
  ///   - store: what it was made from.
  ///   - cell: pixels of the side of the largest view in the picture; smaller views stay in
  ///     proportion. Enlarged pixels stay square.
  public init(_ views: Views, of store: DeviceStore, cell: Int = 96) {
    let indices = views.indices.ints
    let largest = views.images.map { $0.size(3) }.max() ?? cell
    self.init(rows: indices.count, columns: views.images.count + 1, cell: cell) { paste in
      for (row, index) in indices.enumerated() {
        let image = store.images[index..<index + 1].to(.cpu).to(.float32)
        let ratio = Double(store.aspectRatios[index])
        paste(
          image, row, 0, Swift.max(1, Int((Double(cell) / Swift.max(1, ratio)).rounded())),
          Swift.max(1, Int((Double(cell) * Swift.min(1, ratio)).rounded())))
      }
      for (column, batch) in views.images.enumerated() {
        let images = store.denormalized(batch).to(.cpu)
        let side = Swift.max(1, cell * batch.size(3) / largest)
        for row in indices.indices { paste(images[row..<row + 1], row, column + 1, side, side) }
      }
    }
  }

  /// Puts an image `[1, C, H, W]` of levels 0...255 in the middle of a cell, at a size.
  typealias Paste = (
    _ image: Tensor, _ row: Int, _ column: Int, _ height: Int, _ width: Int
  ) -> Void

  /// A sheet of `rows` × `columns` cells that `draw` fills.
  init(rows: Int, columns: Int, cell: Int, draw: (Paste) -> Void) {
    let step = cell + Self.gap
    width = step * columns + Self.gap
    height = step * rows + Self.gap
    let sheet = Tensor.full([3, height, width], 255)
    draw { image, row, column, height, width in
      // Of two channels the first, of more than three the first three.
      let image = image.sliced(0..<(image.size(1) >= 3 ? 3 : 1), along: 1)
      let y = Self.gap + row * step + (cell - height) / 2
      let x = Self.gap + column * step + (cell - width) / 2
      sheet.sliced(y..<y + height, along: 1).sliced(x..<x + width, along: 2)
        .assign(Self.fit(image, height: height, width: width)[0])
    }
    pixels = sheet.round().clamped(from: 0, to: 255).permuted(1, 2, 0).array(of: UInt8.self)
  }

  /// `[1, C, H, W]` at another size: whole pixels repeated where it grows, areas averaged where it
  /// shrinks.
  private static func fit(_ image: Tensor, height: Int, width: Int) -> Tensor {
    func repeated(_ image: Tensor, along axis: Int, to size: Int) -> Tensor {
      let from = image.size(axis)
      if from >= size { return image }
      return image.rows(Tensor((0..<size).map { $0 * from / size }), along: axis)
    }
    let grown = repeated(repeated(image, along: 2, to: height), along: 3, to: width)
    if grown.size(2) == height && grown.size(3) == width { return grown }
    return grown.resized(height: height, width: width, antialias: true)
  }
}

extension DeviceStore {
  /// Normalised images as 0...255, not rounded.
  func denormalized(_ images: Tensor) -> Tensor {
    let scale = Tensor(deviation.map { $0 * 255 }, shape: [1, channels, 1, 1]).to(device)
    let shift = Tensor(mean.map { $0 * 255 }, shape: [1, channels, 1, 1]).to(device)
    return images * scale + shift
  }
}
