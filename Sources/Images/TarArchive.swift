import Torch

/// What a tar file holds: POSIX.1-1988 (ustar), with the long names of POSIX.1-2001 (pax) and GNU.
struct TarArchive {
  enum Kind: Sendable { case file, folder, link, other }

  struct Entry: Sendable {
    /// As the archive spells it.
    var name: String
    var kind: Kind
    /// Where its bytes lie.
    var range: Range<Int>
  }

  private(set) var entries: [Entry] = []

  private static let block = 512

  /// Reads the headers of a whole tar file.
  /// - Throws: ``Malformed`` where one is not as it should be, or the file is cut off.
  init(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
    var position = 0
    var longName: String?
    var longSize: Int?
    while position + Self.block <= bytes.count {
      let header = UnsafeRawBufferPointer(rebasing: bytes[position..<position + Self.block])
      if header.allSatisfy({ $0 == 0 }) { return }
      try Self.checkSum(header, at: position)
      let start = position + Self.block
      guard let size = longSize ?? Self.number(header, 124..<136), size >= 0,
        size <= bytes.count - start
      else { throw Malformed("it is cut off, or an entry at byte \(position) is too long") }
      let range = start..<start + size
      // Contents fill whole blocks; the last one's padding may be missing.
      position = min(bytes.count, start + (size + Self.block - 1) / Self.block * Self.block)
      let content = UnsafeRawBufferPointer(rebasing: bytes[range])
      switch header[156] {
      case UInt8(ascii: "L"): longName = Self.text(content)
      case UInt8(ascii: "x"):
        let records = Self.records(content)
        longName = records["path"] ?? longName
        longSize = records["size"].flatMap { Int($0) }
      case UInt8(ascii: "g"), UInt8(ascii: "K"): break
      case let type:
        entries.append(
          Entry(name: longName ?? Self.name(header), kind: Self.kind(type), range: range))
        (longName, longSize) = (nil, nil)
      }
    }
    guard position == bytes.count else { throw Malformed("it is cut off") }
  }

  private static func kind(_ type: UInt8) -> Kind {
    switch type {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
    case UInt8(ascii: "1"), UInt8(ascii: "2"): .link
    case UInt8(ascii: "5"): .folder
    default: .other
    }
  }

  private static func checkSum(_ header: UnsafeRawBufferPointer, at place: Int) throws(Malformed) {
    let sum = header.indices.reduce(0) {
      $0 + ((148..<156).contains($1) ? 32 : Int(header[$1]))
    }
    guard number(header, 148..<156) == sum else {
      throw Malformed("it is no tar file, or damaged at byte \(place)")
    }
  }

  /// Octal digits, or (GNU) a number of base 256 behind a set high bit.
  private static func number(_ header: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    let field = header[range]
    if let first = field.first, first & 0x80 != 0 {
      var value = UInt64(first & 0x7F)
      for byte in field.dropFirst() {
        guard value >> 54 == 0 else { return nil }
        value = value << 8 | UInt64(byte)
      }
      return Int(exactly: value)
    }
    let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func name(_ header: UnsafeRawBufferPointer) -> String {
    func field(_ range: Range<Int>) -> String {
      text(UnsafeRawBufferPointer(rebasing: header[range]))
    }
    let prefix = field(257..<262) == "ustar" ? field(345..<500) : ""
    return (prefix.isEmpty ? "" : prefix + "/") + field(0..<100)
  }

  /// `LENGTH KEY=VALUE\n`, one after another.
  private static func records(_ content: UnsafeRawBufferPointer) -> [String: String] {
    var records: [String: String] = [:]
    var rest = content[...]
    while let space = rest.firstIndex(of: 32),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex + 1, length <= rest.count
    {
      let record = rest[(space + 1)..<(rest.startIndex + length)]
      if let equals = record.firstIndex(of: UInt8(ascii: "=")) {
        let key = String(decoding: record[..<equals], as: UTF8.self)
        records[key] = String(
          decoding: record[(equals + 1)...].prefix { $0 != 10 }, as: UTF8.self)
      }
      rest = rest[(rest.startIndex + length)...]
    }
    return records
  }
}
