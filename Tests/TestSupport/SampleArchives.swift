import Foundation

/// Archives as tests need them.
package enum SampleArchives {
  /// An entry of a tar file.
  package struct Entry {
    package var name: String
    package var bytes: [UInt8]
    /// As in the header: 0 a file, 2 a link, 5 a folder.
    package var type: Character
    package var link: String

    package init(
      name: String, bytes: [UInt8] = [], type: Character = "0", link: String = ""
    ) {
      (self.name, self.bytes, self.type, self.link) = (name, bytes, type, link)
    }
  }

  /// A ustar file.
  package static func tar(_ entries: [Entry]) -> [UInt8] {
    entries.flatMap { entry -> [UInt8] in
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
      }
      put(String(entry.name.suffix(99)), at: 0)
      put("0000644", at: 100)
      put(octal(entry.bytes.count, 11), at: 124)
      put("00000000000", at: 136)
      put("        ", at: 148)
      put(String(entry.type), at: 156)
      put(entry.link, at: 157)
      put("ustar", at: 257)
      put("00", at: 263)
      put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
      let padding = (512 - entry.bytes.count % 512) % 512
      return header + entry.bytes + [UInt8](repeating: 0, count: padding)
    } + [UInt8](repeating: 0, count: 1024)
  }

  /// The same in gzip, not made smaller.
  package static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + deflated(bytes) + little(crc(bytes))
      + little(UInt32(bytes.count))
  }

  /// A deflate stream of stored blocks.
  static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    stride(from: 0, to: max(1, bytes.count), by: 65_535).flatMap { start in
      let block = bytes[start..<min(start + 65_535, bytes.count)]
      let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
      return [block.endIndex == bytes.count ? 1 : 0, low, high, ~low, ~high] + block
    }
  }

  /// A zip file, nothing made smaller.
  package static func zip(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for entry in entries {
      let name = Array(entry.name.utf8)
      let size = little(UInt32(entry.bytes.count))
      let fields: [UInt8] =
        [20, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(crc(entry.bytes)) + size + size
        + [UInt8(name.count), 0, 0, 0]
      directory += [0x50, 0x4B, 1, 2, 20, 0] + fields + [UInt8](repeating: 0, count: 10)
      directory += little(UInt32(file.count)) + name
      file += [0x50, 0x4B, 3, 4] + fields + name + entry.bytes
    }
    let count: [UInt8] = [UInt8(entries.count), 0]
    let end: [UInt8] =
      [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + little(UInt32(directory.count))
      + little(UInt32(file.count)) + [0, 0]
    return file + directory + end
  }

  private static func octal(_ value: Int, _ digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: digits - text.count) + text
  }

  private static func little(_ value: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
  }
}
