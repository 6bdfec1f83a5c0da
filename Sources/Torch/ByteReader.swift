import Foundation

/// What is wrong with a file's bytes; whoever opened the file adds its name.
package struct Malformed: Error {
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}

/// Reads little-endian numbers and stretches of bytes in order, never past the end of its range.
struct ByteReader {
  private let data: Data
  /// Where the next read begins, counted from the start of the data.
  private(set) var position: Int
  private let end: Int

  /// A reader of `range`, which lies within `data`; `data` is no slice, so that it counts from 0.
  init(_ data: Data, _ range: Range<Int>) {
    precondition(data.startIndex == 0 && range.lowerBound >= 0 && range.upperBound <= data.count)
    self.data = data
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }

  mutating func take<Count: BinaryInteger>(_ count: Count) throws(Malformed) -> Range<Int> {
    guard count >= 0, let count = Int(exactly: count), count <= end - position else {
      throw Malformed("it ends too early at byte \(end); copy the file again")
    }
    position += count
    return (position - count)..<position
  }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type = Number.self
  ) throws(Malformed) -> Number {
    let start = try take(MemoryLayout<Number>.size).lowerBound
    let value = data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Number.self) }
    return Number(littleEndian: value)
  }

  /// Text in UTF-8; bytes that are none become U+FFFD.
  mutating func text<Count: BinaryInteger>(_ count: Count) throws(Malformed) -> String {
    String(decoding: data[try take(count)], as: UTF8.self)
  }

  /// Bytes as the characters U+0000 to U+00FF, from which they can be had back.
  mutating func latin1<Count: BinaryInteger>(_ count: Count) throws(Malformed) -> String {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: data[try take(count)].lazy.map { Unicode.Scalar($0) })
    return String(scalars)
  }

  /// Text up to a line's end, which is passed over.
  mutating func line() throws(Malformed) -> String {
    guard let newline = data[position..<end].firstIndex(of: UInt8(ascii: "\n")) else {
      throw Malformed("it ends too early at byte \(end); copy the file again")
    }
    let line = try text(newline - position)
    _ = try take(1)
    return line
  }
}

extension Data {
  /// The bytes of a file, mapped into memory where the system allows it.
  static func mapped(_ url: URL) throws(TorchError) -> Data {
    do {
      return try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw .file("\(url.path): cannot be read (\(error.localizedDescription))")
    }
  }

  /// The same bytes counted from 0; a slice is copied.
  var countedFromZero: Data {
    startIndex == 0 ? self : withUnsafeBytes { Data($0) }
  }
}
