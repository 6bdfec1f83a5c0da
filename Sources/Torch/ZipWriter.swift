import Foundation

/// Writes a zip archive as PyTorch lays it out: entries are stored as they are, and the bytes of each
/// begin at a multiple of 64, so that they can be mapped into memory.
///
/// Without the 64-bit extension: everything lies within the first 4 GB.
struct ZipWriter {
  private let file: FileHandle
  private var offset = 0
  private var directory = Data()
  private var count = 0

  /// An archive at the beginning of an empty file.
  init(_ file: FileHandle) { self.file = file }

  /// Adds an entry.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    var fields = Data()
    fields.append(little: UInt16(20))  // version needed
    fields.append(little: UInt16(0x800))  // names are UTF-8
    fields.append(little: UInt16(0))  // stored
    fields.append(little: UInt32(0x21_0000))  // 1980-01-01: equal content, equal file
    fields.append(little: ZipWriter.crc32(bytes))
    fields.append(little: UInt32(bytes.count))
    fields.append(little: UInt32(bytes.count))
    fields.append(little: UInt16(name.utf8.count))

    // 30 bytes of header, the name, 4 bytes that begin the padding's extra field.
    let padding = (64 - (offset + 30 + name.utf8.count + 4) % 64) % 64
    var header = Data()
    header.append(little: UInt32(0x0403_4b50))
    header += fields
    header.append(little: UInt16(4 + padding))
    header += Data(name.utf8) + Data("FB".utf8)
    header.append(little: UInt16(padding))
    header += Data(repeating: UInt8(ascii: "Z"), count: padding)
    try file.write(contentsOf: header)
    try file.write(contentsOf: bytes)

    directory.append(little: UInt32(0x0201_4b50))
    directory.append(little: UInt16(20))  // version made by
    directory += fields
    // No extra field, comment, disk, attributes.
    directory += Data(repeating: 0, count: 12)
    directory.append(little: UInt32(offset))
    directory += Data(name.utf8)
    offset += header.count + bytes.count
    count += 1
  }

  /// Writes the directory that ends the archive.
  func finish() throws {
    var end = Data()
    end.append(little: UInt32(0x0605_4b50))
    end.append(little: UInt32(0))  // disks
    end.append(little: UInt16(count))
    end.append(little: UInt16(count))
    end.append(little: UInt32(directory.count))
    end.append(little: UInt32(offset))
    end.append(little: UInt16(0))  // comment
    try file.write(contentsOf: directory + end)
  }

  /// The checksum of a zip entry: the polynomial 0x04C11DB7, reflected.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8
    }
  }

  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
  }
}
