import CCrypto
import CVips
import Foundation

/// libvips, as far as Glean needs it. Every call works on one thread; many may run at once.
enum ImageCodec {
  /// What must be done to an image's samples.
  enum Form: Int, Sendable, Codable {
    /// 8 bits, grey or RGB, with or without alpha.
    case plain
    /// Ink, which becomes RGB.
    case cmyk
    /// 8 bits, channels that are no colours, or more than three.
    case planes
    /// More than 8 bits.
    case deep
  }

  struct Header: Sendable, Equatable {
    var width: Int
    var height: Int
    /// Channels, alpha not counted; 3 for ink.
    var colours: Int
    var form = Form.plain
  }

  /// The most channels that an image may have.
  static let maxChannels = 12

  static func otherChannels(_ found: Int, stored: Int) -> Failure {
    let channels = found == 1 ? "1 channel" : "\(found) channels"
    return Failure(
      cause: .unsupported, reason: "it has \(channels), the set is stored with \(stored)")
  }

  /// libvips' own message, which another thread's failure may have changed.
  struct Failure: Error {
    var cause: SkippedImage.Cause
    var reason: String
  }

  /// Starts libvips once for the process.
  static let isReady: Bool = cvips_start() == 0

  static func endThread() { if isReady { cvips_end_thread() } }

  static func header(of file: ImageContent, maxPixels: Int) throws(Failure) -> Header {
    let plain = PlainHeader.read(try file.start(PlainHeader.length))
    let header = if let plain { plain } else { try openedHeader(of: file) }
    let (width, height) = (header.width, header.height)
    guard width.multipliedReportingOverflow(by: height).partialValue <= maxPixels else {
      throw Failure(
        cause: .tooLarge, reason: "\(width) x \(height) pixels, the limit is \(maxPixels) in all")
    }
    return header
  }

  /// What libvips finds.
  static func openedHeader(of file: ImageContent) throws(Failure) -> Header {
    let (content, format) = try readable(file)
    var raw = cvips_header()
    let status =
      content.isInMemory
      ? try content.withBytes { cvips_read_header_of($0.baseAddress, $0.count, format, &raw) }
      : cvips_read_header(content.path, format, &raw)
    guard isReady, status == 0 else { throw Failure(cause: .damaged, reason: takeError()) }
    let (width, height) = (Int(raw.width), Int(raw.height))
    guard raw.bits != 0 else {
      throw Failure(
        cause: .unsupported,
        reason: "its samples are complex numbers; save their size or their parts")
    }
    if raw.is_cmyk != 0 { return Header(width: width, height: height, colours: 3, form: .cmyk) }
    let hasAlpha = format == cvips_tiff ? TIFFHeader.hasAlpha(content) : raw.has_alpha != 0
    let channels = Int(raw.bands) - (hasAlpha ? 1 : 0)
    guard (1...maxChannels).contains(channels) else {
      throw Failure(
        cause: .unsupported, reason: "\(channels) channels; expected 1 to \(maxChannels)")
    }
    let isColour = channels == 1 || channels == 3 && raw.is_grey == 0
    return Header(
      width: width, height: height, colours: channels,
      form: raw.bits > 8 ? .deep : isColour ? .plain : .planes)
  }

  static func decode(
    _ file: ImageContent, header: Header, into shape: StoreShape,
    pixels: UnsafeMutableRawPointer
  ) throws(Failure) {
    let (content, format) = try readable(file.loaded())
    guard shape.channels == 1 || shape.channels == 3 else {
      throw otherChannels(header.colours, stored: shape.channels)
    }
    // Ink values must never be taken for pixels of the right shape.
    let isExact =
      header.width == shape.width && header.height == shape.height && header.form == .plain
    let status = try content.withBytes { bytes in
      cvips_decode(
        bytes.baseAddress, bytes.count, format, Int32(shape.width), Int32(shape.height),
        Int32(shape.channels), isExact ? 0 : 1, pixels)
    }
    guard isReady, status == 0 else { throw Failure(cause: .damaged, reason: takeError()) }
  }

  /// The samples of an image, height × width × channels of the header, not converted to anything.
  static func values(
    _ file: ImageContent, header: Header, height: Int, width: Int
  ) throws(Failure) -> [Float] {
    let (content, format) = try readable(file.loaded())
    let count = height * width * header.colours
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    defer { buffer.deallocate() }
    let status = try content.withBytes { bytes in
      cvips_decode_values(
        bytes.baseAddress, bytes.count, format, Int32(width), Int32(height),
        Int32(header.colours), buffer.baseAddress)
    }
    guard isReady, status == 0 else { throw Failure(cause: .damaged, reason: takeError()) }
    return Array(buffer)
  }

  /// Pixels, height × width × channels, in another shape.
  static func resize(
    _ bytes: [UInt8], from: StoreShape, to shape: StoreShape, pixels: UnsafeMutableRawPointer
  ) throws(Failure) {
    guard isReady,
      cvips_resize(
        bytes, Int32(from.width), Int32(from.height), Int32(from.channels), Int32(shape.width),
        Int32(shape.height), Int32(shape.channels), pixels) == 0
    else { throw Failure(cause: .unsupported, reason: takeError()) }
  }

  /// An image as its file has it: bytes of height × width × bands, alpha left out, colours not
  /// converted. 16-bit samples must be below 256.
  static func raw(
    _ path: String, maxPixels: Int
  ) throws(Failure) -> (header: Header, bands: Int, bytes: [UInt8]) {
    let content = ImageContent(path)
    let header = try header(of: content, maxPixels: maxPixels)
    let format = try format(content.start(12))
    if format == cvips_jpeg {
      throw Failure(
        cause: .unsupported, reason: "JPEG changes the values of a mask; save it as PNG")
    }
    guard let file = FileManager.default.contents(atPath: path) else {
      throw Failure(cause: .unreadable, reason: FolderWalk.reason(errno))
    }
    let bands = header.colours
    guard header.form != .cmyk && (bands == 1 || bands == 3) else {
      throw Failure(
        cause: .unsupported, reason: "a mask has one channel or three; this has \(bands)")
    }
    let count = header.width * header.height * bands
    var status: Int32 = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      status = file.withUnsafeBytes { bytes in
        cvips_decode_raw(
          bytes.baseAddress, bytes.count, format, Int32(header.width), Int32(header.height),
          Int32(bands), buffer.baseAddress)
      }
      initialized = status == 0 ? count : 0
    }
    guard isReady, status == 0 else { throw Failure(cause: .damaged, reason: takeError()) }
    return (header, bands, bytes)
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

  /// Text about 10 pixels high, as how much ink there is in each place, 0...255.
  static func text(_ text: String) throws(Failure) -> (ink: [UInt8], width: Int, height: Int) {
    var ink: UnsafeMutableRawPointer?
    var (width, height): (Int32, Int32) = (0, 0)
    guard isReady, cvips_text(text, &ink, &width, &height) == 0, let ink else {
      throw Failure(cause: .unsupported, reason: takeError())
    }
    defer { cvips_free(ink) }
    let count = Int(width) * Int(height)
    return (
      [UInt8](UnsafeRawBufferPointer(start: ink, count: count)), Int(width), Int(height)
    )
  }

  /// For looking at, not for training on.
  static func jpeg(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int
  ) throws(Failure) -> [UInt8] {
    var jpeg: UnsafeMutableRawPointer?
    var length = 0
    guard isReady,
      cvips_encode_jpeg(
        pixels, Int32(width), Int32(height), Int32(channels), &jpeg, &length) == 0
    else { throw Failure(cause: .unsupported, reason: takeError()) }
    defer { cvips_free(jpeg) }
    return [UInt8](UnsafeRawBufferPointer(start: jpeg, count: length))
  }

  static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
      SHA256(bytes.baseAddress, bytes.count, digest.baseAddress)
      count = 32
    }
  }

  static func md5(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { digest, count in
      cvips_md5(bytes.baseAddress, bytes.count, digest.baseAddress)
      count = 16
    }
  }

  /// What libvips reads of a file, and in which format: itself, but for DICOM.
  private static func readable(
    _ content: ImageContent
  ) throws(Failure) -> (content: ImageContent, format: cvips_format) {
    let start = try content.start(132)
    guard DicomFile.begins(start) else { return (content, try format(start)) }
    let png = ImageContent(content.path, made: try DicomFile.png(content))
    return (png, try format(png.start(12)))
  }

  /// The format by the first bytes; the file's name may lie.
  private static func format(_ start: [UInt8]) throws(Failure) -> cvips_format {
    // libvips must be started before its first call, which several threads make at once.
    guard isReady else { throw Failure(cause: .damaged, reason: takeError()) }
    if start.isEmpty { throw Failure(cause: .notAnImage, reason: "the file is empty") }
    for (signature, format) in signatures where start.starts(with: signature) {
      if format != cvips_webp || start.dropFirst(8).starts(with: "WEBP".utf8) { return format }
    }
    throw Failure(cause: .notAnImage, reason: "its content is of no known image format")
  }

  private static let signatures: [([UInt8], cvips_format)] =
    [
      ([0xFF, 0xD8, 0xFF], cvips_jpeg), ([0x89, 0x50, 0x4E, 0x47], cvips_png),
      (Array("GIF8".utf8), cvips_gif), (Array("RIFF".utf8), cvips_webp),
      (Array("BM".utf8), cvips_bmp), ([0x49, 0x49, 0x2A, 0], cvips_tiff),
      ([0x4D, 0x4D, 0, 0x2A], cvips_tiff), ([0x49, 0x49, 0x2B, 0], cvips_tiff),
      ([0x4D, 0x4D, 0, 0x2B], cvips_tiff),
    ] + (1...6).map { (Array("P\($0)".utf8), cvips_netpbm) }

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
