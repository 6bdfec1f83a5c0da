import Foundation

/// Images of the kinds that trip programs up, as bytes.
enum OddImages {
  /// An RGB PNG of `bytes` per channel, made by hand so that any size goes.
  static func png(width: Int, height: Int, bytes: Int = 1) -> [UInt8] {
    let row = [0] + (0..<width * 3 * bytes).map { UInt8($0 % 251) }
    let header = big(width) + big(height) + [UInt8(8 * bytes), 2, 0, 0, 0]
    let pixels = deflated(Array(repeating: row, count: height).flatMap { $0 })
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("IDAT", pixels) + chunk("IEND", [])
  }

  /// The beginning of a JPEG.
  static let truncatedJPEG = Array(cmykJPEG.prefix(cmykJPEG.count / 2))

  /// 8 x 8, all cyan ink.
  static let cmykJPEG = decode(
    """
    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCx
    AWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgME
    BQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJCh
    YXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqi
    o6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASw
    AAPwD8qq/VOv1Tr9U6/9k=
    """)

  /// 8 x 8: a red frame, a green one, a blue one.
  static let animatedGIF = decode(
    """
    R0lGODlhCAAIAIEAAP8AAAAAAAAAAAAAACH5BAAKAAAALAAAAAAIAAgAAAgPAAEIHEiwoMGDCBMqTBgQACH5BAEKAA
    EALAAAAAAIAAgAgQD/AAAAAAAAAAAAAAgPAAEIHEiwoMGDCBMqTBgQACH5BAEKAAEALAAAAAAIAAgAgQAA/wAAAAAA
    AAAAAAgPAAEIHEiwoMGDCBMqTBgQADs=
    """)

  private static func decode(_ text: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }

  private static func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(data.count) + body + big(Int(crc(body)))
  }

  /// A zlib stream of stored blocks.
  private static func deflated(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: data.count, by: 65_535) {
      let block = data[start..<min(start + 65_535, data.count)]
      let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
      stream += [block.endIndex == data.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    var (a, b) = (1, 0)
    for byte in data {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return stream + big(b << 16 | a)
  }

  private static func crc(_ data: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
