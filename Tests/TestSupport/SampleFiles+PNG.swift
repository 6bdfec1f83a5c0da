extension SampleFiles {
  /// An RGB PNG of `bytes` per channel, made by hand so that any size goes.
  package static func png(width: Int, height: Int, bytes: Int = 1) -> [UInt8] {
    let row = [0] + (0..<width * 3 * bytes).map { UInt8($0 % 251) }
    let header = big(width) + big(height) + [UInt8(8 * bytes), 2, 0, 0, 0]
    let pixels = zlib(Array(repeating: row, count: height).flatMap { $0 })
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("IDAT", pixels) + chunk("IEND", [])
  }

  private static func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(data.count) + body + big(Int(SampleArchives.crc(body)))
  }

  private static func zlib(_ data: [UInt8]) -> [UInt8] {
    var (a, b) = (1, 0)
    for byte in data {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return [0x78, 0x01] + SampleArchives.deflated(data) + big(b << 16 | a)
  }
}
