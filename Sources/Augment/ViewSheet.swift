import Images
public import Torch

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
  ///   - hidden: of views that a network does not see all of, by their number in plan order, what
  ///     it does not see: `bool` `[B, 1, h, w]`, where h and w divide the view's size. Such a view is
  ///     drawn twice, whole and with that in grey.
  ///   - cell: pixels of the side of the largest view in the picture; smaller views stay in
  ///     proportion. Enlarged pixels stay square.
  public init(
    _ views: Views, of store: DeviceStore, hidden: [Int: Tensor] = [:], cell: Int = 96
  ) {
    let indices = views.indices.ints
    let largest = views.images.map { $0.size(3) }.max() ?? cell
    let drawn = views.images.enumerated().flatMap { number, batch in
      let images = store.denormalized(batch).to(.cpu)
      guard let hidden = hidden[number] else { return [images] }
      let size = batch.size(3)
      return [
        images, Self.fit(hidden, height: size, width: size).select(.full([1], 128), else: images),
      ]
    }
    self.init(rows: indices.count, columns: drawn.count + 1, cell: cell) { paste in
      for (row, index) in indices.enumerated() {
        let image = store.images[index..<index + 1].to(.cpu).to(.float32)
        let ratio = Double(store.aspectRatios[index])
        paste(
          image, row, 0, Swift.max(1, Int((Double(cell) / Swift.max(1, ratio)).rounded())),
          Swift.max(1, Int((Double(cell) * Swift.min(1, ratio)).rounded())))
      }
      for (column, images) in drawn.enumerated() {
        let side = Swift.max(1, cell * images.size(3) / largest)
        for row in indices.indices { paste(images[row..<row + 1], row, column + 1, side, side) }
      }
    }
  }

  /// Puts an image `[1, C, H, W]` of levels 0...255 in the middle of a cell, at a size.
  typealias Paste = (
    _ image: Tensor, _ row: Int, _ column: Int, _ height: Int, _ width: Int
  ) -> Void

  /// A sheet of `rows` × `columns` cells that `draw` fills.
  /// - Parameters:
  ///   - rowNames: written left of rows.
  ///   - columnNames: written above columns.
  init(
    rows: Int, columns: Int, cell: Int, rowNames: [String] = [], columnNames: [String] = [],
    draw: (Paste) -> Void
  ) {
    let step = cell + Self.gap
    let besides = rowNames.map(ImageFile.ink)
    let above = columnNames.map(ImageFile.ink)
    let left = besides.compactMap { $0.map { $0.width + 2 * Self.gap } }.max() ?? 0
    let top = above.compactMap { $0.map { $0.height + 2 * Self.gap } }.max() ?? 0
    width = left + step * columns + Self.gap
    height = top + step * rows + Self.gap
    let sheet = Tensor.full([3, height, width], 255)
    func put(_ image: Tensor, _ y: Int, _ x: Int) {
      sheet.sliced(y..<y + image.size(1), along: 1).sliced(x..<x + image.size(2), along: 2)
        .assign(image)
    }
    func write(_ name: (ink: [UInt8], width: Int, height: Int)?, _ place: (Int, Int) -> (Int, Int))
    {
      guard let name else { return }
      let (y, x) = place(name.height, name.width)
      put(255 - Tensor(name.ink.map(Float.init), shape: [1, name.height, name.width]), y, x)
    }
    for (row, name) in besides.enumerated() {
      write(name) { height, _ in (top + Self.gap + row * step + (cell - height) / 2, Self.gap) }
    }
    for (column, name) in above.enumerated() where name.map({ $0.width <= cell }) ?? false {
      write(name) { _, width in
        (Self.gap, left + Self.gap + column * step + (cell - width) / 2)
      }
    }
    draw { image, row, column, height, width in
      // Of two channels the first, of more than three the first three.
      let image = image.sliced(0..<(image.size(1) >= 3 ? 3 : 1), along: 1)
      put(
        Self.fit(image, height: height, width: width)[0],
        top + Self.gap + row * step + (cell - height) / 2,
        left + Self.gap + column * step + (cell - width) / 2)
    }
    pixels = sheet.round().clamped(from: 0, to: 255).permuted(1, 2, 0).array(of: UInt8.self)
  }

  /// `[1, C, H, W]` at another size: whole pixels repeated where it grows, areas averaged where it
  /// shrinks.
  package static func fit(_ image: Tensor, height: Int, width: Int) -> Tensor {
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
