import Foundation

/// The decoding of a store's images again, and nothing else: what building a store is measured by.
package enum BareDecoding {
  /// Decodes every image of a set of files of one size on all cores, and lets go of the pixels.
  /// - Returns: how many could be decoded.
  @discardableResult
  package static func run(_ store: ImageStore) -> Int {
    let shape = StoreShape(height: store.height, width: store.width, channels: store.channels)
    let header = ImageCodec.Header(
      width: store.width, height: store.height, colours: store.channels)
    let (root, paths) = (store.root, store.paths)
    return parallelMap(paths.count) { index in
      let pixels = UnsafeMutableRawPointer.allocate(byteCount: shape.bytes, alignment: 1)
      defer { pixels.deallocate() }
      let content = ImageContent(ImageListing.file(paths[index], in: root))
      do {
        try ImageCodec.decode(content, header: header, into: shape, pixels: pixels)
        return 1
      } catch {
        return 0
      }
    }.reduce(0, +)
  }
}
