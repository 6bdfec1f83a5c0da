import CVips
import Foundation

/// libvips, as far as Glean needs it. Every call works on one thread; many may run at once.
enum ImageCodec {
  struct Header: Sendable, Equatable {
    var width: Int
    var height: Int
    /// Colour bands, alpha not counted: 1, 3 or (CMYK) 4.
    var colours: Int
  }

  /// libvips' own message, which another thread's failure may have changed.
  struct Failure: Error {
    var cause: SkippedImage.Cause
    var reason: String
  }

  /// Starts libvips once for the process.
  static let isReady: Bool = cvips_start() == 0

  static func endThread() { if isReady { cvips_end_thread() } }

  static func header(of path: String, maxPixels: Int) throws(Failure) -> Header {
    try checkSignature(of: path)
    var raw = cvips_header()
    guard isReady, cvips_read_header(path, &raw) == 0 else {
      throw Failure(cause: .damaged, reason: takeError())
    }
    let (width, height) = (Int(raw.width), Int(raw.height))
    guard width.multipliedReportingOverflow(by: height).partialValue <= maxPixels else {
      throw Failure(
        cause: .tooLarge, reason: "\(width) x \(height) pixels, the limit is \(maxPixels) in all")
    }
    guard raw.bits != 0 else {
      throw Failure(
        cause: .unsupported,
        reason: "its samples are not unsigned 8- or 16-bit integers; convert it to one of these")
    }
    let colours = Int(raw.colours)
    guard colours == 1 || colours == 3 || raw.is_cmyk != 0 else {
      throw Failure(
        cause: .unsupported,
        reason: "\(colours) bands; expected grey, RGB or CMYK, with or without"
          + " alpha")
    }
    // CMYK counts as four, so that its ink values are never taken for pixels of the right shape.
    return Header(width: width, height: height, colours: raw.is_cmyk != 0 ? 4 : colours)
  }

  static func decode(
    _ path: String, header: Header, into shape: StoreShape, pixels: UnsafeMutableRawPointer
  ) throws(Failure) {
    let isExact =
      header.width == shape.width && header.height == shape.height && header.colours < 4
    guard
      cvips_decode(
        path, Int32(shape.width), Int32(shape.height), Int32(shape.channels), isExact ? 0 : 1,
        pixels) == 0
    else { throw Failure(cause: .damaged, reason: takeError()) }
  }

  static func png(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int
  ) throws(Failure) -> [UInt8] {
    var png: UnsafeMutableRawPointer?
    var length = 0
    guard isReady,
      cvips_encode_png(
        pixels, Int32(width), Int32(height), Int32(channels), &png, &length) == 0
    else { throw Failure(cause: .unsupported, reason: takeError()) }
    defer { cvips_free(png) }
    return [UInt8](UnsafeRawBufferPointer(start: png, count: length))
  }

  static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
      cvips_sha256(bytes.baseAddress, bytes.count, digest.baseAddress)
      count = 32
    }
  }

  /// Only formats that are asked for reach libvips, which would also take an SVG or a PDF.
  private static func checkSignature(of path: String) throws(Failure) {
    guard let file = fopen(path, "rb") else {
      throw Failure(cause: .unreadable, reason: FolderWalk.reason(errno))
    }
    defer { fclose(file) }
    var start = [UInt8](repeating: 0, count: 12)
    let count = fread(&start, 1, 12, file)
    if count == 0 { throw Failure(cause: .notAnImage, reason: "the file is empty") }
    let known: [[UInt8]] = [
      [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47], Array("GIF8".utf8), Array("BM".utf8),
      [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B],
    ]
    let isWebP = start.starts(with: "RIFF".utf8) && start.dropFirst(8).starts(with: "WEBP".utf8)
    let isNetpbm = start[0] == UInt8(ascii: "P") && (0x31...0x36).contains(start[1])
    guard isWebP || isNetpbm || known.contains(where: start.starts) else {
      throw Failure(cause: .notAnImage, reason: "its content is of no known image format")
    }
  }

  private static func takeError() -> String {
    guard isReady, let message = cvips_take_error() else { return "libvips could not be started" }
    defer { cvips_free(message) }
    let lines = String(cString: message).split(separator: "\n")
    return lines.isEmpty ? "could not be decoded" : lines.prefix(2).joined(separator: "; ")
  }
}

extension Sequence<UInt8> {
  /// Two lower-case digits a byte.
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
