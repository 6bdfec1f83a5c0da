import Foundation

/// Images of one size in an array of bytes.
struct ImageArray: Sendable, Equatable {
  /// The array's name, the folder of its images' paths.
  var name: String
  var bytes: PackedBytes
  /// Where the first image begins in the uncompressed bytes, and how far it is to the next.
  var offset: Int
  var stride: Int
  var count: Int
  var height: Int
  var width: Int
  /// 1 or 3.
  var channels: Int
  /// Whether an image is channels × height × width instead of height × width × channels.
  var isPlanar = false
  /// Whether, of a planar image, columns lie together instead of rows.
  var isTransposed = false

  /// The path of an image, as if the array were a folder.
  func path(_ row: Int) -> String {
    let (number, digits) = (String(row), String(max(0, count - 1)).count)
    return "\(name)/" + String(repeating: "0", count: digits - number.count) + number
  }
}

/// The pixels of all arrays of a listing.
struct ImageArrayPixels: Sendable {
  let arrays: [ImageArray]
  private let pixels: [MappedBytes]

  /// - Parameter scratch: temporary files lie beside this path.
  init(_ arrays: [ImageArray], scratch: String) throws(ImageError) {
    self.arrays = arrays
    var pixels: [MappedBytes] = []
    for array in arrays { pixels.append(try array.bytes.mapped(scratch: scratch)) }
    self.pixels = pixels
  }

  func header(_ place: ImageListing.ArrayPlace) -> ImageCodec.Header {
    let array = arrays[place.array]
    return ImageCodec.Header(width: array.width, height: array.height, colours: array.channels)
  }

  func decode(
    _ place: ImageListing.ArrayPlace, into shape: StoreShape, pixels out: UnsafeMutableRawPointer
  ) throws(ImageCodec.Failure) {
    let array = arrays[place.array]
    let size = array.height * array.width * array.channels
    let start = array.offset + place.row * array.stride
    let row = UnsafeRawBufferPointer(rebasing: pixels[place.array].bytes[start..<start + size])
    var packed = Array(row)
    if array.isPlanar && array.channels == 3 {
      let plane = size / 3
      for place in 0..<plane {
        let from =
          array.isTransposed
          ? place % array.width * array.height + place / array.width : place
        for channel in 0..<3 { packed[3 * place + channel] = row[channel * plane + from] }
      }
    }
    let given = StoreShape(height: array.height, width: array.width, channels: array.channels)
    if given == shape {
      packed.withUnsafeBytes {
        out.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(out), byteCount: size)
      }
    } else {
      try ImageCodec.resize(packed, from: given, to: shape, pixels: out)
    }
  }
}
