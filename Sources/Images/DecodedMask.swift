import Foundation

/// One decoded class map, not yet brought to the classes of its set.
struct DecodedMask: Sendable {
  let width: Int
  let height: Int
  /// What occurs, by local index: a class number or grey value v as v × 0x010101, or a colour
  /// 0xRRGGBB.
  let keys: [UInt32]
  /// Local indices, height × width.
  let indices: [UInt8]
  /// Whether the file has a palette, so that its numbers are meant and not its colours.
  let isPalette: Bool

  /// The most colours that stand for classes.
  static let maxColours = 64

  init(_ path: String, maxPixels: Int) throws(ImageCodec.Failure) {
    let (header, bands, bytes) = try ImageCodec.raw(path, maxPixels: maxPixels)
    (width, height) = (header.width, header.height)
    let png = FileManager.default.contents(atPath: path).flatMap { PNGHeader($0) }
    isPalette = png?.palette != nil
    var values = Self.numbers(png, bands: bands)
    var locals: [UInt32: UInt8] = [:]
    var keys: [UInt32] = []
    let limit = isPalette || bands == 1 ? 256 : Self.maxColours
    var indices = [UInt8](repeating: 0, count: width * height)
    var previous: (pixel: UInt32, local: UInt8)?
    for place in indices.indices {
      let pixel =
        bands == 1
        ? UInt32(bytes[place]) &* 0x010101
        : UInt32(bytes[3 * place]) << 16 | UInt32(bytes[3 * place + 1]) << 8
          | UInt32(bytes[3 * place + 2])
      // Neighbours are mostly alike, and a look into a dictionary costs more than the rest.
      if let previous, previous.pixel == pixel {
        indices[place] = previous.local
        continue
      }
      let local: UInt8
      if let known = locals[pixel] {
        local = known
      } else {
        guard keys.count < limit else {
          throw ImageCodec.Failure(
            cause: .unsupported,
            reason: "more than \(limit) colours; a mask has one for each class: save it without "
              + "smoothing, as PNG")
        }
        local = UInt8(keys.count)
        keys.append(values.removeValue(forKey: pixel) ?? pixel)
        locals[pixel] = local
      }
      (indices[place], previous) = (local, (pixel, local))
    }
    (self.keys, self.indices) = (keys, indices)
  }

  /// Keys of the decoded pixels that stand for other numbers: a palette's colours for their place in
  /// it, narrow grey samples, which libvips widens to 0...255, for what was written.
  private static func numbers(_ png: PNGHeader?, bands: Int) -> [UInt32: UInt32] {
    if let palette = png?.palette {
      return Dictionary(
        zip(palette, (0..<256).map { UInt32($0) * 0x010101 }),
        uniquingKeysWith: { first, _ in first })
    }
    guard let png, bands == 1, png.depth == 2 || png.depth == 4 else { return [:] }
    let levels = UInt32(1) << UInt32(png.depth)
    return Dictionary(
      uniqueKeysWithValues: (0..<levels).map {
        ($0 * (255 / (levels - 1)) * 0x010101, $0 * 0x010101)
      })
  }

  /// The local indices at another size, of the pixel nearest to each centre.
  func resized(height: Int, width: Int) -> [UInt8] {
    if height == self.height && width == self.width { return indices }
    let columns = (0..<width).map { (2 * $0 + 1) * self.width / (2 * width) }
    return (0..<height).flatMap { row in
      let start = (2 * row + 1) * self.height / (2 * height) * self.width
      return columns.map { indices[start + $0] }
    }
  }
}
