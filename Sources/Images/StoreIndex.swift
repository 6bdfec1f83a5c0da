import Foundation

/// The JSON beside a store's pixels. Columns rather than records: one array of numbers decodes many
/// times faster than as many small objects.
struct StoreIndex: Codable, Equatable {
  static let currentVersion = 1

  struct Images: Codable, Equatable {
    var paths: [String] = []
    var labels: [Int?] = []
    var splits: [Split] = []
    /// Of the file.
    var bytes: [Int] = []
    /// Nanoseconds since 1970.
    var modified: [Int] = []
    /// Of the original, after its EXIF rotation.
    var widths: [Int] = []
    var heights: [Int] = []
    var colours: [Int] = []
    /// SHA-256 of the stored pixels.
    var digests: [String] = []
  }

  /// An image that could not be decoded, with the stamps it had.
  struct Failed: Codable, Equatable {
    var image: SkippedImage
    var bytes: Int
    var modified: Int
  }

  var version = currentVersion
  var root: String
  var options: StoreOptions
  var pixelFile: String
  var contentHash: String
  var height: Int
  var width: Int
  var channels: Int
  var classes: [String]
  var images: Images
  var failed: [Failed]

  var shape: StoreShape { StoreShape(height: height, width: width, channels: channels) }

  /// SHA-256 of what training sees: shape, and for each image label, split and pixels.
  static func contentHash(shape: StoreShape, images: Images) -> String {
    var text = "\(shape.height) \(shape.width) \(shape.channels)\n"
    for (index, digest) in images.digests.enumerated() {
      let label = images.labels[index].map(String.init) ?? "-"
      text += "\(label) \(images.splits[index].rawValue) \(digest)\n"
    }
    return Array(text.utf8).withUnsafeBytes(ImageCodec.sha256).hexadecimal
  }

  /// Whether the store holds just what `listing` lists now.
  func matches(_ listing: ImageListing) -> Bool {
    guard
      classes == listing.classes, root == listing.root,
      images.paths.count + failed.count == listing.count
    else { return false }
    var image = 0
    var failure = 0
    for entry in listing.entries {
      if image < images.paths.count && images.paths[image] == entry.path {
        guard
          images.bytes[image] == entry.bytes, images.modified[image] == entry.modified,
          images.labels[image] == entry.label, images.splits[image] == entry.split
        else { return false }
        image += 1
      } else if failure < failed.count && failed[failure].image.path == entry.path {
        guard isStillFailing(failed[failure], entry) else { return false }
        failure += 1
      } else {
        return false
      }
    }
    return true
  }

  /// Granting access leaves the time of change as it was, so unreadable files are tried again.
  func isStillFailing(_ failure: Failed, _ entry: ImageListing.Entry) -> Bool {
    failure.bytes == entry.bytes && failure.modified == entry.modified
      && (failure.image.cause != .unreadable || access("\(root)/\(entry.path)", R_OK) != 0)
  }

  /// The problem with a decoded index, nil if none.
  var inconsistency: String? {
    if version != Self.currentVersion {
      return "its version is \(version), expected \(Self.currentVersion)"
    }
    let count = images.paths.count
    let lengths = [
      images.labels.count, images.splits.count, images.bytes.count, images.modified.count,
      images.widths.count, images.heights.count, images.colours.count, images.digests.count,
    ]
    let isSound =
      count > 0 && lengths.allSatisfy { $0 == count } && height > 0 && width > 0
      && (channels == 1 || channels == 3) && !pixelFile.contains("/")
      && images.labels.allSatisfy { $0.map(classes.indices.contains) ?? true }
    return isSound ? nil : "its columns disagree"
  }
}

/// A store as found on disk.
struct StoredFiles: Sendable {
  var index: StoreIndex
  var pixels: PixelMapping

  enum Found {
    case nothing
    case stored(StoredFiles)
    case broken(String)
  }

  static func find(at location: StoreLocation) -> Found {
    guard let data = FileManager.default.contents(atPath: location.index) else {
      return FolderWalk.status(location.index) == nil
        ? .nothing : .broken("its index cannot be read")
    }
    struct Version: Decodable { var version: Int }
    let decoder = JSONDecoder()
    guard let index = try? decoder.decode(StoreIndex.self, from: data) else {
      let version = try? decoder.decode(Version.self, from: data).version
      guard let version, version != StoreIndex.currentVersion else {
        return .broken("its index is not valid JSON of a store")
      }
      return .broken("its version is \(version), expected \(StoreIndex.currentVersion)")
    }
    if let problem = index.inconsistency { return .broken(problem) }
    let path = "\(location.folder)/\(index.pixelFile)"
    let expected = index.shape.bytes * index.images.paths.count
    guard let status = FolderWalk.status(path) else { return .broken("its pixels are missing") }
    guard Int(status.st_size) == expected else {
      return .broken("its pixels are \(status.st_size) bytes, expected \(expected)")
    }
    guard let pixels = PixelMapping(path: path, length: expected) else {
      return .broken("its pixels cannot be mapped")
    }
    return .stored(StoredFiles(index: index, pixels: pixels))
  }
}
