import CVips
package import Foundation

/// Image files written from pixels.
public enum ImageFile {
  /// The release of libvips that decodes, for example `8.14.1`.
  public static var decoderVersion: String { String(cString: vips_version_string()) }

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

  /// A word for a picture, about 10 pixels high: how much ink there is in each place, height × width
  /// numbers of 0...255; nil where this libvips draws no text.
  /// - Parameter text: without `<`, `>` and `&`.
  package static func ink(of text: String) -> (ink: [UInt8], width: Int, height: Int)? {
    try? ImageCodec.text(text)
  }

  /// Pixels for a page to show: a PNG, or a JPEG where that takes less than half of its bytes.
  ///
  /// - Parameter pixels: height × width × channels bytes, RGB or (1 channel) grey.
  /// - Throws: `ImageError.cannotWrite` where libvips cannot write them.
  package static func encoded(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int = 3
  ) throws(ImageError) -> (bytes: Data, mediaType: String) {
    do throws(ImageCodec.Failure) {
      let png = try ImageCodec.png(pixels, width: width, height: height, channels: channels)
      let jpeg = try ImageCodec.jpeg(pixels, width: width, height: height, channels: channels)
      return jpeg.count * 2 < png.count
        ? (Data(jpeg), "image/jpeg") : (Data(png), "image/png")
    } catch {
      throw .cannotWrite(path: "a picture of \(width) × \(height)", reason: error.reason)
    }
  }
}
