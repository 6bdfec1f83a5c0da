package import Foundation
package import Images

/// Image sets drawn by rule, for tests to which it does not matter what the pictures show.
package enum DrawnImages {
  /// A store of `count` images of side × side pixels, no two alike.
  ///
  /// - Parameters:
  ///   - columns: The table's columns beside the path.
  ///   - row: What they hold for each image; the store has the images in this order.
  package static func store(
    _ count: Int, side: Int = 4, columns: String, row: (Int) -> String
  ) throws -> ImageStore {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = folder.appending(path: "images")
    try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
    var table = "path,\(columns)\n"
    for image in 0..<count {
      let name = String(format: "%03d.png", image)
      let pixels = (0..<side * side * 3).map { UInt8((image * 2 + $0) % 256) }
      try ImageFile.write(
        pixels, width: side, height: side, to: images.appending(path: name).path)
      table += "\(name),\(row(image))\n"
    }
    try Data(table.utf8).write(to: images.appending(path: "labels.csv"))
    return try open(images)
  }

  /// The store of a folder of images, its cache beside the folder.
  package static func open(_ images: URL) throws -> ImageStore {
    let cache = images.deletingLastPathComponent().appending(path: "cache")
    return try ImageStore.open(images.path, options: StoreOptions(cacheFolder: cache.path)).store
  }

  /// Writes 12 training images of 16 × 16 pixels, bright to the left of an edge, which is what their
  /// masks say, and as many test images.
  ///
  /// - Parameter hasOtherTests: Whether the edges of the test images lie elsewhere, and their masks
  ///   say the opposite.
  package static func writeEdges(to folder: URL, hasOtherTests: Bool = false) throws {
    for split in ["train", "test"] {
      let isOther = hasOtherTests && split == "test"
      for (kind, channels, isInverted) in [("images", 3, false), ("masks", 1, isOther)] {
        let place = folder.appending(path: "\(split)/\(kind)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for index in 0..<12 {
          let edge = index % 8 + (isOther ? 6 : 3)
          let pixels = (0..<16 * 16 * channels).map { place in
            UInt8((place / channels % 16 < edge) != isInverted ? 255 : 0)
          }
          try ImageFile.write(
            pixels, width: 16, height: 16, channels: channels,
            to: place.appending(path: "\(index).png").path)
        }
      }
    }
  }
}
