/// A picture of some images side by side, in their original proportions; where there are masks, each
/// image's beside it, class 0 black, higher classes lighter.
public struct ContactSheet: Sendable {
  /// Columns of the picture.
  public let width: Int
  /// Rows of the picture.
  public let height: Int
  /// RGB, height × width × 3.
  public private(set) var pixels: [UInt8]

  private static let gap = 4

  /// - Parameters:
  ///   - store: where the images come from.
  ///   - indices: which, in the order of reading.
  ///   - columns: tiles in a row.
  ///   - tile: side of a tile in pixels.
  /// - Throws: `ImageError.cannotRead` where an image cannot be scaled.
  public init(
    of store: ImageStore, indices: [Int], columns: Int = 12, tile: Int = 96
  ) throws(ImageError) {
    precondition(columns > 0 && tile > 0, "ContactSheet: columns and tile must be positive")
    var tiles: [(index: Int, bytes: [UInt8], channels: Int)] = []
    let scale = 255 / max(1, store.classes.count - 1)
    for index in indices {
      tiles.append(
        (index, Self.shown(store.pixels(at: index), store.channels), store.shownChannels))
      if let mask = store.mask(at: index) {
        tiles.append((index, mask.map { UInt8(min(255, Int($0) * scale)) }, 1))
      }
    }
    let step = tile + Self.gap
    let (across, down) = (min(columns, max(1, tiles.count)), (tiles.count + columns - 1) / columns)
    (width, height) = (across * step + Self.gap, max(1, down) * step + Self.gap)
    pixels = [UInt8](repeating: 255, count: width * height * 3)
    for (position, (index, bytes, channels)) in tiles.enumerated() {
      let ratio = Double(store.aspectRatios[index])
      let shape = StoreShape(
        height: max(1, Int((Double(tile) / max(1, ratio)).rounded())),
        width: max(1, Int((Double(tile) * min(1, ratio)).rounded())), channels: 3)
      let from = StoreShape(height: store.height, width: store.width, channels: channels)
      var small = [UInt8](repeating: 0, count: shape.bytes)
      let failure = small.withUnsafeMutableBytes { out -> ImageCodec.Failure? in
        guard let start = out.baseAddress else { return nil }
        do throws(ImageCodec.Failure) {
          try ImageCodec.resize(bytes, from: from, to: shape, pixels: start)
          return nil
        } catch {
          return error
        }
      }
      if let failure { throw .cannotRead(path: store.paths[index], reason: failure.reason) }
      let left = Self.gap + position % columns * step + (tile - shape.width) / 2
      let top = Self.gap + position / columns * step + (tile - shape.height) / 2
      for row in 0..<shape.height {
        let start = ((top + row) * width + left) * 3
        let line = small[row * shape.width * 3..<(row + 1) * shape.width * 3]
        pixels.replaceSubrange(start..<start + line.count, with: line)
      }
    }
  }

  /// Of two channels the first, of more than three the first three.
  private static func shown(_ bytes: [UInt8], _ channels: Int) -> [UInt8] {
    if channels == 1 || channels == 3 { return bytes }
    let kept = channels > 3 ? 3 : 1
    return bytes.indices.filter { $0 % channels < kept }.map { bytes[$0] }
  }
}

extension ImageStore {
  /// How many channels a picture for people has.
  fileprivate var shownChannels: Int { channels >= 3 ? 3 : 1 }
}
