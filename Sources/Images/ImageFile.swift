import Foundation

/// Image files written from pixels.
public enum ImageFile {
  /// Writes a PNG of height × width × channels bytes, RGB or (1 channel) grey. The file appears
  /// whole or not at all; one of the same content is left as it is.
  ///
  /// - Throws: `ImageError.cannotWrite` or `.diskFull`.
  public static func write(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int = 3, to path: String
  ) throws(ImageError) {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3)
        && pixels.count == width * height * channels,
      "ImageFile.write: \(pixels.count) bytes are not \(height) × \(width) × \(channels)")
    let png: [UInt8]
    do throws(ImageCodec.Failure) {
      png = try ImageCodec.png(pixels, width: width, height: height, channels: channels)
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    if FileManager.default.contents(atPath: path) == Data(png) { return }
    try TemporaryFile.write(png, to: path, isDurable: false)
  }
}
