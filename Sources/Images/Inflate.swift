import CZlib
import Foundation

/// Deflated bytes (RFC 1951), bare as in zip files or within gzip.
enum Inflate {
  /// No deflated byte stands for more bytes than this: what claims more is no honest file.
  static let largestRatio = 1032

  private static let stretch = 1 << 18

  /// Hands what `input` stands for to `body`, stretch by stretch, until that returns false.
  /// - Returns: whether the end of the data was reached, in order.
  static func stream(
    _ input: UnsafeRawBufferPointer, isGzip: Bool, to body: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    var stream = z_stream()
    guard czlib_inflate_start(&stream, isGzip ? 31 : -15) == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: stretch, alignment: 1)
    defer { output.deallocate() }
    var taken = 0
    while true {
      let piece = UnsafeRawBufferPointer(rebasing: input[taken..<min(taken + stretch, input.count)])
      // zlib's type does not say so, but it only reads.
      stream.next_in = UnsafeMutablePointer(
        mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(piece.count)
      stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(output.count)
      let status = inflate(&stream, Z_NO_FLUSH)
      let (read, written) = (
        piece.count - Int(stream.avail_in), output.count - Int(stream.avail_out)
      )
      taken += read
      if written > 0 && !body(UnsafeRawBufferPointer(rebasing: output[..<written])) { return false }
      if status == Z_STREAM_END { return true }
      guard status == Z_OK, read > 0 || written > 0 else { return false }
    }
  }

  /// The first bytes that `input` stands for, at most `count`.
  static func prefix(
    _ count: Int, of input: UnsafeRawBufferPointer, isGzip: Bool
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = stream(input, isGzip: isGzip) { stretch in
      bytes.append(contentsOf: stretch.prefix(count - bytes.count))
      return bytes.count < count
    }
    return bytes
  }
}
