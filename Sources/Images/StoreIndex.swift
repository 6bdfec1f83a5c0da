import Foundation

/// The JSON beside a store's pixels. Columns rather than records: one array of numbers decodes many
/// times faster than as many small objects.
struct StoreIndex: Codable, Equatable {
  static let currentVersion = 3

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
    var forms: [ImageCodec.Form] = []
    /// SHA-256 of the stored pixels.
    var digests: [String] = []
    // What the task and the groups add; nil where they add nothing.
    var tags: [[Int]?]?
    var values: [Double?]?
    var groups: [Int]?
    var masks: Masks?
  }

  struct Masks: Codable, Equatable {
    var paths: [String] = []
    var bytes: [Int] = []
    var modified: [Int] = []
    /// SHA-256 of the stored class maps.
    var digests: [String] = []
  }

  /// An image that could not be decoded, with the stamps it had.
  struct Failed: Codable, Equatable {
    var image: SkippedImage
    var bytes: Int
    var modified: Int
    var mask: ImageListing.MaskFile?
  }

  var version = currentVersion
  var root: String
  var options: StoreOptions
  var pixelFile: String
  var maskFile: String?
  var contentHash: String
  var height: Int
  var width: Int
  var channels: Int
  /// Of each channel, where there are images of more than 8 bits.
  var ranges: [PixelRange]?
  var task: ImageTask
  var classes: [String]
  /// The classes as listed: for masks none, unless a file names them.
  var listedClasses: [String]
  var groupNames: [String]
  var images: Images
  var failed: [Failed]

  /// The files that the index names.
  var files: [String] { [pixelFile] + (maskFile.map { [$0] } ?? []) }

  var shape: StoreShape { StoreShape(height: height, width: width, channels: channels) }

  /// SHA-256 of what training sees: shape, and for each image label, split and pixels, and what
  /// other tasks and groups add. Sets of one class an image keep the hash that they had before
  /// there were others: studies are found by it.
  static func contentHash(
    shape: StoreShape, task: ImageTask, classes: Int, images: Images
  ) -> String {
    var text = "\(shape.height) \(shape.width) \(shape.channels)"
    if task != .none && task != .classes { text += " \(task.rawValue) \(classes)" }
    text += "\n"
    for (index, digest) in images.digests.enumerated() {
      let label = images.labels[index].map(String.init) ?? "-"
      text += "\(label) \(images.splits[index].rawValue) \(digest)"
      if let tags = images.tags {
        text += " " + (tags[index]?.map(String.init).joined(separator: ",") ?? "-")
      }
      if let values = images.values { text += " " + (values[index].map { "\($0)" } ?? "-") }
      if let masks = images.masks { text += " " + masks.digests[index] }
      if let groups = images.groups { text += " group \(groups[index])" }
      text += "\n"
    }
    return Array(text.utf8).withUnsafeBytes(ImageCodec.sha256).hexadecimal
  }

  /// Whether the store holds just what `listing` lists now.
  func matches(_ listing: ImageListing) -> Bool {
    guard
      task == listing.task, listedClasses == listing.classes, groupNames == listing.groupNames,
      root == listing.root,
      images.paths.count + failed.count == listing.count
    else { return false }
    var image = 0
    var failure = 0
    for entry in listing.entries {
      if image < images.paths.count && images.paths[image] == entry.path {
        guard
          images.bytes[image] == entry.bytes, images.modified[image] == entry.modified,
          images.labels[image] == entry.label, images.splits[image] == entry.split,
          images.tags?[image] == entry.tags, images.values?[image] == entry.value,
          images.groups?[image] == entry.group, images.masks?[image] == entry.mask
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
      && failure.mask == entry.mask
      && (failure.image.cause != .unreadable
        || access(ImageListing.file(entry.path, in: root), R_OK) != 0)
  }

  /// The problem with a decoded index, nil if none.
  var inconsistency: String? {
    if version != Self.currentVersion {
      return "its version is \(version), expected \(Self.currentVersion)"
    }
    let count = images.paths.count
    let masks = images.masks ?? Masks()
    let lengths: [Int] = [
      images.labels.count, images.splits.count, images.bytes.count, images.modified.count,
      images.widths.count, images.heights.count, images.colours.count, images.forms.count,
      images.digests.count,
    ]
    let targetLengths: [Int?] = [
      images.tags?.count, images.values?.count, images.groups?.count,
    ]
    let maskLengths: [Int] = [
      masks.paths.count, masks.bytes.count, masks.modified.count, masks.digests.count,
    ]
    let hasTargets: [(ImageTask, Bool)] = [
      (.tags, images.tags != nil), (.values, images.values != nil),
      (.masks, images.masks != nil), (.masks, maskFile != nil),
    ]
    let isSound =
      count > 0 && lengths.allSatisfy { $0 == count } && height > 0 && width > 0
      && (1...ImageCodec.maxChannels).contains(channels)
      && (ranges.map { $0.count == channels } ?? true) && !pixelFile.contains("/")
      && maskFile?.contains("/") != true
      && targetLengths.allSatisfy { $0 == nil || $0 == count }
      && hasTargets.allSatisfy { ($0 == task) == $1 }
      && maskLengths.allSatisfy { $0 == (task == .masks ? count : 0) }
      && images.labels.allSatisfy { $0.map(classes.indices.contains) ?? true }
      && (images.tags ?? []).allSatisfy { $0?.allSatisfy(classes.indices.contains) ?? true }
      && (images.groups ?? []).allSatisfy(groupNames.indices.contains)
    return isSound ? nil : "its columns disagree"
  }
}

extension StoreIndex.Masks {
  subscript(image: Int) -> ImageListing.MaskFile {
    ImageListing.MaskFile(path: paths[image], bytes: bytes[image], modified: modified[image])
  }
}

/// A store as found on disk.
struct StoredFiles: Sendable {
  var index: StoreIndex
  var pixels: PixelMapping
  var masks: PixelMapping?

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
    do throws(Broken) {
      let count = index.images.paths.count
      let pixels = try map(index.pixelFile, "pixels", bytes: index.shape.bytes * count, location)
      var files = StoredFiles(index: index, pixels: pixels)
      if let maskFile = index.maskFile {
        files.masks = try map(
          maskFile, "masks", bytes: index.height * index.width * count, location)
      }
      return .stored(files)
    } catch {
      return .broken(error.reason)
    }
  }

  private struct Broken: Error { var reason: String }

  private static func map(
    _ file: String, _ what: String, bytes: Int, _ location: StoreLocation
  ) throws(Broken) -> PixelMapping {
    let path = "\(location.folder)/\(file)"
    guard let status = FolderWalk.status(path) else {
      throw Broken(reason: "its \(what) are missing")
    }
    guard Int(status.st_size) == bytes else {
      throw Broken(reason: "its \(what) are \(status.st_size) bytes, expected \(bytes)")
    }
    guard let mapping = PixelMapping(path: path, length: bytes) else {
      throw Broken(reason: "its \(what) cannot be mapped")
    }
    return mapping
  }
}
