package import Foundation

/// The entries of a zip file, as `torch.save` and numpy write it.
///
/// The directory at the file's end decides; each local header is only asked for its length and its
/// name. Checksums are not compared: torch can be told to leave them out.
/// Format: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.
package struct ZipArchive {
  /// A compressed entry.
  package struct Deflated {
    /// Where its bytes lie in the file.
    package var range: Range<Int>
    /// How many bytes it is said to have uncompressed.
    package var size: UInt64
  }

  /// Where the bytes of each entry lie in the file that is stored as it is.
  package private(set) var entries: [String: Range<Int>] = [:]
  /// The other entries.
  package private(set) var deflated: [String: Deflated] = [:]

  /// Reads the directory of `data`, which is no slice.
  /// - Parameter allowsDeflate: whether entries may be compressed.
  /// - Throws: ``Malformed`` if anything in it does not fit the file.
  package init(_ data: Data, allowsDeflate: Bool = false) throws(Malformed) {
    let (count, directory) = try ZipArchive.directory(of: data)
    var reader = ByteReader(data, directory)
    var spans: [Range<Int>] = []
    for _ in 0..<count {
      let entry = try ZipEntry(&reader, allowsDeflate: allowsDeflate)
      guard entry.offset >= 0, entry.offset < directory.lowerBound else {
        throw Malformed("entry '\(entry.name)' is said to lie outside the file")
      }
      var local = ByteReader(data, entry.offset..<directory.lowerBound)
      let bytes = try entry.bytes(&local)
      guard entries[entry.name] == nil && deflated[entry.name] == nil else {
        throw Malformed("two entries have the name '\(entry.name)'")
      }
      if let size = entry.inflatedSize {
        deflated[entry.name] = Deflated(range: bytes, size: size)
      } else {
        entries[entry.name] = bytes
      }
      spans.append(entry.offset..<bytes.upperBound)
    }
    guard reader.isAtEnd else { throw Malformed("its directory is longer than its entries") }
    spans.sort { $0.lowerBound < $1.lowerBound }
    guard zip(spans, spans.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
      throw Malformed("two entries overlap")
    }
  }

  /// The number of entries, and where the directory lies. The record that says so is looked for at
  /// the very end: torch writes no comment behind it.
  private static func directory(of data: Data) throws(Malformed) -> (Int, Range<Int>) {
    let endLength = 22
    let locatorLength = 20
    guard data.count >= endLength else { throw Malformed("it is too short for a zip file") }
    var limit = data.count - endLength
    var end = ByteReader(data, limit..<data.count)
    guard try end.number(UInt32.self) == 0x0605_4b50 else {
      throw Malformed("its zip directory is not at its end; copy the file again")
    }
    _ = try end.take(6)
    var count = UInt64(try end.number(UInt16.self))
    var size = UInt64(try end.number(UInt32.self))
    var offset = UInt64(try end.number(UInt32.self))

    if limit >= locatorLength {
      var locator = ByteReader(data, (limit - locatorLength)..<limit)
      if try locator.number(UInt32.self) == 0x0706_4b50 {
        limit -= locatorLength
        _ = try locator.take(4)
        guard let start = Int(exactly: try locator.number(UInt64.self)), start <= limit else {
          throw Malformed("its zip64 directory is said to lie outside the file")
        }
        var record = ByteReader(data, start..<limit)
        guard try record.number(UInt32.self) == 0x0606_4b50 else {
          throw Malformed("its zip64 directory is not where it is said to be")
        }
        limit = start
        _ = try record.take(28)
        count = try record.number()
        size = try record.number()
        offset = try record.number()
      }
    }
    guard offset <= UInt64(limit), size <= UInt64(limit) - offset, count <= size else {
      throw Malformed("its zip directory is said to lie outside the file")
    }
    return (Int(count), Int(offset)..<Int(offset + size))
  }
}

/// One entry's line of the directory.
private struct ZipEntry {
  var name: String
  var offset: Int
  /// Bytes uncompressed; nil for an entry that is stored as it is.
  var inflatedSize: UInt64?
  /// Bytes in the file.
  private var size: Int

  init(_ reader: inout ByteReader, allowsDeflate: Bool) throws(Malformed) {
    guard try reader.number(UInt32.self) == 0x0201_4b50 else {
      throw Malformed("its zip directory is not one")
    }
    _ = try reader.take(4)
    let flags: UInt16 = try reader.number()
    let method: UInt16 = try reader.number()
    _ = try reader.take(8)
    var packed = UInt64(try reader.number(UInt32.self))
    var size = UInt64(try reader.number(UInt32.self))
    let nameLength: UInt16 = try reader.number()
    let extraLength: UInt16 = try reader.number()
    let commentLength: UInt16 = try reader.number()
    _ = try reader.take(8)
    var offset = UInt64(try reader.number(UInt32.self))
    name = try reader.text(nameLength)

    // The zip64 field holds those of the three numbers that 32 bits do not.
    let afterExtra = reader.position + Int(extraLength)
    while reader.position + 4 <= afterExtra {
      let (tag, length) = (try reader.number(UInt16.self), try reader.number(UInt16.self))
      let afterField = reader.position + Int(length)
      if tag == 1 {
        if size == UInt32.max { size = try reader.number() }
        if packed == UInt32.max { packed = try reader.number() }
        if offset == UInt32.max { offset = try reader.number() }
      }
      _ = try reader.take(afterField - reader.position)
    }
    _ = try reader.take(afterExtra - reader.position)
    _ = try reader.take(commentLength)

    guard flags & 0x41 == 0 else { throw Malformed("entry '\(name)' is encrypted") }
    if method == 8 && allowsDeflate { inflatedSize = size }
    guard !allowsDeflate || method == 0 || method == 8 else {
      throw Malformed("entry '\(name)' is compressed by method \(method), only deflate is read")
    }
    guard inflatedSize != nil || method == 0 && packed == size else {
      throw Malformed(
        "entry '\(name)' is compressed, as those of TorchScript programs are and torch.save's are "
          + "not. Save its weights alone in Python: "
          + "torch.save(torch.jit.load(path).state_dict(), 'weights.pth')")
    }
    guard let size = Int(exactly: packed), let offset = Int(exactly: offset) else {
      throw Malformed("entry '\(name)' is said to lie outside the file")
    }
    (self.size, self.offset) = (size, offset)
  }

  /// Where the entry's bytes lie, from a reader that begins at its local header.
  func bytes(_ local: inout ByteReader) throws(Malformed) -> Range<Int> {
    guard try local.number(UInt32.self) == 0x0403_4b50 else {
      throw Malformed("entry '\(name)' is not where the directory says")
    }
    _ = try local.take(22)
    let (nameLength, extraLength) = (try local.number(UInt16.self), try local.number(UInt16.self))
    guard try local.text(nameLength) == name else {
      throw Malformed("entry '\(name)' has another name in its header")
    }
    _ = try local.take(extraLength)
    return try local.take(size)
  }
}
