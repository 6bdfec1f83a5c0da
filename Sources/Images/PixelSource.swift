import Foundation

/// Where the pixels of a listing's images come from: a file each, or places in arrays.
struct PixelSource: Sendable {
  private let root: String
  private let maxPixels: Int
  private let arrays: ImageArrayPixels
  /// The files that entries are stretches of.
  private let containers: [String: PixelMapping]

  /// - Parameter scratch: temporary files of unpacked arrays lie beside this path.
  init(_ listing: ImageListing, maxPixels: Int, scratch: String) throws(ImageError) {
    (root, self.maxPixels) = (listing.root, maxPixels)
    arrays = try ImageArrayPixels(listing.arrays, scratch: scratch)
    var containers: [String: PixelMapping] = [:]
    for file in Set(listing.entries.compactMap(\.stretch?.file)) {
      guard let status = FolderWalk.status(file),
        let mapping = PixelMapping(path: file, length: Int(status.st_size))
      else { throw .cannotRead(path: file, reason: "it cannot be mapped into memory") }
      containers[file] = mapping
    }
    self.containers = containers
  }

  private func content(of entry: ImageListing.Entry) throws(ImageCodec.Failure) -> ImageContent {
    let path = ImageListing.file(entry.path, in: root)
    guard let stretch = entry.stretch else { return ImageContent(path) }
    guard let mapping = containers[stretch.file], stretch.range.upperBound <= mapping.bytes.count
    else { throw ImageCodec.Failure(cause: .unreadable, reason: "its file became shorter") }
    return ImageContent(path, MappedBytes(mapping: mapping, range: stretch.range))
  }

  func header(of entry: ImageListing.Entry) throws(ImageCodec.Failure) -> ImageCodec.Header {
    if let place = entry.place { return arrays.header(place) }
    return try ImageCodec.header(
      of: content(of: entry), maxPixels: maxPixels)
  }

  /// The samples of an image in a file, in the size and channels of `shape`.
  func values(
    of entry: ImageListing.Entry, header: ImageCodec.Header, in shape: StoreShape
  ) throws(ImageCodec.Failure) -> PixelValues {
    let values = try ImageCodec.values(
      content(of: entry), header: header, height: shape.height,
      width: shape.width)
    return try PixelValues(values, channels: header.colours, storedAs: shape.channels)
  }

  /// Decodes an image into `shape.bytes` bytes at `pixels`.
  /// - Parameter ranges: what becomes 0 and 255 of samples of more than 8 bits.
  func decode(
    _ entry: ImageListing.Entry, header: ImageCodec.Header, into shape: StoreShape,
    ranges: [PixelRange]?, pixels: UnsafeMutableRawPointer
  ) throws(ImageCodec.Failure) {
    if let place = entry.place {
      return try arrays.decode(place, into: shape, pixels: pixels)
    }
    if header.form == .planes || header.form == .deep {
      return try values(of: entry, header: header, in: shape)
        .write(header.form == .deep ? ranges : nil, to: pixels)
    }
    try ImageCodec.decode(
      content(of: entry), header: header, into: shape, pixels: pixels)
  }
}
