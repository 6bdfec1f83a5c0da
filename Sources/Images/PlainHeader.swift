/// Size and channels of plain JPEG and PNG files by their first bytes. Most images of most sets are
/// such, and opening one in libvips costs as much as decoding a small one.
///
/// What is unusual (rotation by EXIF, ink, palettes, other than 8 bits) or lies further into the file is
/// left to libvips. Formats: JPEG, ITU-T T.81, annex B; PNG, third edition, section 11.2.
enum PlainHeader {
  /// How many of the first bytes are looked at.
  static let length = 4096

  /// `nil` for what is left to libvips.
  static func read(_ start: [UInt8]) -> ImageCodec.Header? {
    if start.starts(with: [0xFF, 0xD8, 0xFF]) { return jpeg(start) }
    if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return png(start) }
    return nil
  }

  private static func jpeg(_ bytes: [UInt8]) -> ImageCodec.Header? {
    var header: ImageCodec.Header?
    var position = 2
    while position + 10 <= bytes.count, bytes[position] == 0xFF {
      let length = number(bytes, at: position + 2, bytes: 2)
      guard length >= 2 else { return nil }
      switch bytes[position + 1] {
      case 0xC0, 0xC1, 0xC2:
        let components = Int(bytes[position + 9])
        guard header == nil, bytes[position + 4] == 8, components == 1 || components == 3 else {
          return nil
        }
        header = ImageCodec.Header(
          width: number(bytes, at: position + 7, bytes: 2),
          height: number(bytes, at: position + 5, bytes: 2), colours: components)
      case 0xE1 where bytes[(position + 4)...].starts(with: "Exif".utf8):
        return nil
      case 0xC4, 0xDB, 0xDD, 0xE0...0xEF, 0xFE:
        break
      case 0xDA:  // From here on there are pixels.
        return header.flatMap(sized)
      default:
        return nil
      }
      position += 2 + length
    }
    return nil
  }

  private static func png(_ bytes: [UInt8]) -> ImageCodec.Header? {
    guard bytes.count >= 33, bytes[24] == 8, [0, 2, 4, 6].contains(bytes[25]) else { return nil }
    let header = ImageCodec.Header(
      width: number(bytes, at: 16, bytes: 4), height: number(bytes, at: 20, bytes: 4),
      colours: bytes[25] & 2 == 0 ? 1 : 3)
    var position = 8
    while position + 8 <= bytes.count {
      let name = bytes[position + 4..<position + 8]
      if name.elementsEqual("IDAT".utf8) { return sized(header) }
      // What it says of rotation counts.
      if name.elementsEqual("eXIf".utf8) { return nil }
      position += 12 + number(bytes, at: position, bytes: 4)
    }
    return nil
  }

  private static func sized(_ header: ImageCodec.Header) -> ImageCodec.Header? {
    header.width > 0 && header.height > 0 ? header : nil
  }

  private static func number(_ bytes: [UInt8], at start: Int, bytes count: Int) -> Int {
    bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
  }
}
