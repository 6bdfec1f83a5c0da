import Foundation

/// What a PNG says of its samples before any pixel: libvips widens them, but a mask means the
/// numbers as they were written. Format: PNG specification, third edition, 11.2.
struct PNGHeader {
  /// Bits of a sample.
  let depth: Int
  /// Colours by index, 0xRRGGBB; nil for an image without a palette.
  let palette: [UInt32]?

  /// Nil for other files.
  init?(_ file: Data) {
    guard file.count >= 33, file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return nil }
    depth = Int(file[file.startIndex + 24])
    guard file[file.startIndex + 25] == 3 else {
      palette = nil
      return
    }
    var position = 8
    while position + 12 <= file.count {
      let start = file.startIndex + position
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let content = position + 8
      guard length <= file.count - content - 4 else { break }
      if file[start + 4..<start + 8].elementsEqual("PLTE".utf8) {
        let bytes = [UInt8](file[start + 8..<start + 8 + length])
        palette = stride(from: 0, to: length - length % 3, by: 3).map {
          UInt32(bytes[$0]) << 16 | UInt32(bytes[$0 + 1]) << 8 | UInt32(bytes[$0 + 2])
        }
        return
      }
      position = content + length + 4
    }
    return nil
  }
}
