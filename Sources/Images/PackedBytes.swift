import Foundation

/// A stretch of a file, compressed or not.
struct PackedBytes: Sendable, Equatable {
  enum Packing: Sendable, Equatable { case none, deflate, gzip }

  /// Absolute path.
  var file: String
  var range: Range<Int>
  var packing = Packing.none
  /// Bytes uncompressed.
  var size: UInt64

  /// Whether so many bytes can come out of so few.
  var isCredible: Bool {
    packing == .none || size / UInt64(Inflate.largestRatio) <= UInt64(range.count) + 1
  }

  /// The first bytes, at most `count`; `data` is the whole file.
  func prefix(_ count: Int, in data: Data) -> [UInt8] {
    data.withUnsafeBytes { whole in
      let packed = UnsafeRawBufferPointer(rebasing: whole[range])
      if packing == .none { return Array(packed.prefix(count)) }
      return Inflate.prefix(count, of: packed, isGzip: packing == .gzip)
    }
  }

  /// All bytes, in memory that lives as long as the result. What is compressed goes to a temporary
  /// file beside `scratch` that nobody else sees: image sets may be larger than memory.
  func mapped(scratch: String) throws(ImageError) -> MappedBytes {
    guard let size = Int(exactly: size),
      let whole = PixelMapping(path: file, length: range.upperBound)
    else { throw .cannotRead(path: file, reason: "it cannot be mapped into memory") }
    if packing == .none { return MappedBytes(mapping: whole, range: range) }
    let temporary = try TemporaryFile(for: scratch)
    var (done, code) = (0, Int32(0))
    let packed = UnsafeRawBufferPointer(rebasing: whole.bytes[range])
    let isWhole = Inflate.stream(packed, isGzip: packing == .gzip) { stretch in
      if stretch.count > size - done { return false }
      code = temporary.handle.write(stretch, at: done)
      done += stretch.count
      return code == 0
    }
    guard code == 0 else { throw TemporaryFile.failure(code, scratch, needed: size) }
    guard isWhole, done == size, let mapping = PixelMapping(path: temporary.path, length: size)
    else {
      throw .cannotRead(
        path: file, reason: "its compressed data is damaged or cut off; copy the file again")
    }
    return MappedBytes(mapping: mapping, range: 0..<size)
  }
}

/// Part of a file in memory.
struct MappedBytes: Sendable {
  var mapping: PixelMapping
  var range: Range<Int>

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: mapping.bytes[range]) }
}
