import Foundation

/// DICOM files, read by dcmtk's `dcmj2pnm`, which need not be installed.
///
/// The first frame is taken, with its rescale slope and intercept, in the file's own first window
/// (level and width), or else over the whole range of its samples; MONOCHROME1 is inverted, so that
/// more is always brighter. Grey images keep 16 bits.
enum DicomFile {
  private static let tool = "dcmj2pnm"

  static let mend =
    "its tool \(tool) reads DICOM files: apt-get install dcmtk (macOS: brew install dcmtk)"

  /// The tool's path; nil where it is not installed.
  static let path: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/usr/local/bin"
    return folders.split(separator: ":").map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
  }()

  /// Whether a file is one: `DICM` behind 128 bytes (PS3.10, 7.1).
  static func begins(_ start: [UInt8]) -> Bool {
    start.count >= 132 && start[128..<132].elementsEqual("DICM".utf8)
  }

  /// The image as a PNG.
  static func png(_ content: ImageContent) throws(ImageCodec.Failure) -> Data {
    guard let path else {
      throw ImageCodec.Failure(cause: .unsupported, reason: "dcmtk is not installed; \(mend)")
    }
    guard !content.isStretch else {
      throw ImageCodec.Failure(
        cause: .unsupported, reason: "a DICOM file within another; unpack it into a folder")
    }
    // The first run fails where the file has no window.
    var result = try run(path, ["+Wi", "1", "+on2", content.path])
    if result.png == nil { result = try run(path, ["+on2", content.path]) }
    // Colours (PNG's type 2) have 8 bits.
    if let png = result.png, png.count > 25, png[25] == 2 {
      result = try run(path, ["+on", content.path])
    }
    guard let png = result.png else {
      throw ImageCodec.Failure(cause: .damaged, reason: "\(tool): \(result.problem)")
    }
    return png
  }

  private static func run(
    _ path: String, _ arguments: [String]
  ) throws(ImageCodec.Failure) -> (png: Data?, problem: String) {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw ImageCodec.Failure(cause: .unreadable, reason: "\(path) does not start: \(error)")
    }
    // Errors are a few lines, which a pipe holds until the picture is read.
    let png = output.fileHandleForReading.readDataToEndOfFile()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let problem = text.split(separator: "\n").first.map(String.init) ?? "it cannot be read"
    return (process.terminationStatus == 0 && !png.isEmpty ? png : nil, problem)
  }
}
