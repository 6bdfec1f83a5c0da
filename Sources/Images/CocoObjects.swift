import Foundation

/// What a file of COCO's instances says of whole images: which categories each shows.
///
/// Outlines of objects make such files hundreds of megabytes; what is kept of a large one is therefore
/// written beside the stores and read from there while the file has the same size and time of change.
struct CocoObjects: Codable, Equatable {
  /// Bytes and time of change of the file.
  private var stamp: [Int]
  /// Paths as the file has them.
  private(set) var images: [String]
  /// The categories, ascending.
  private(set) var names: [String]
  /// Ascending indices into `names` for each image; nil where the file lists no objects.
  private(set) var found: [[Int]]?

  /// Smaller files are read faster than they are looked up.
  private static let leastBytes = 1_000_000

  private struct Contents: Decodable {
    struct Image: Decodable {
      var id: Int
      var file_name: String
    }
    struct Category: Decodable {
      var id: Int
      var name: String
    }
    struct Annotation: Decodable {
      var image_id: Int
      var category_id: Int
    }
    var images: [Image]
    var categories: [Category]
    var annotations: [Annotation]?
  }

  /// What `file` says, read from it or from what was kept of it in `cacheFolder`.
  static func read(_ file: String, cacheFolder: String) throws(ImageError) -> CocoObjects {
    guard let status = FolderWalk.status(file) else {
      throw .cannotRead(path: file, reason: FolderWalk.reason(errno))
    }
    let stamp = [Int(status.st_size), FolderWalk.modified(status)]
    let digest = Array(file.utf8).withUnsafeBytes(ImageCodec.sha256).prefix(8).hexadecimal
    let kept = "\(cacheFolder)/coco-\(digest).json"
    if stamp[0] >= leastBytes, let data = FileManager.default.contents(atPath: kept),
      let objects = try? JSONDecoder().decode(CocoObjects.self, from: data),
      objects.stamp == stamp, objects.isSound
    {
      return objects
    }
    let objects = try CocoObjects(decode(file), file: file, stamp: stamp)
    // Without it the file is read again next time.
    if stamp[0] >= leastBytes, let data = try? JSONEncoder().encode(objects) {
      try? FileManager.default.createDirectory(
        atPath: cacheFolder, withIntermediateDirectories: true)
      try? TemporaryFile.write([UInt8](data), to: kept, isDurable: false)
    }
    return objects
  }

  private init(_ contents: Contents, file: String, stamp: [Int]) throws(ImageError) {
    self.stamp = stamp
    let categories = Dictionary(
      contents.categories.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    names = Set(categories.values).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    images = contents.images.map(\.file_name)
    guard let annotations = contents.annotations else { return }
    var shown: [Int: Set<Int>] = [:]
    for annotation in annotations {
      guard let index = categories[annotation.category_id].flatMap({ indices[$0] }) else {
        throw .arrays(
          path: file,
          problem: "an object has the category \(annotation.category_id), which is not "
            + "among its categories")
      }
      shown[annotation.image_id, default: []].insert(index)
    }
    found = contents.images.map { (shown[$0.id] ?? []).sorted() }
  }

  /// Whether a kept file can be what was written.
  private var isSound: Bool {
    found.map { found in
      found.count == images.count
        && found.allSatisfy { $0.allSatisfy(names.indices.contains) }
    } ?? true
  }

  private static func decode(_ file: String) throws(ImageError) -> Contents {
    do {
      let data = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
      return try JSONDecoder().decode(Contents.self, from: data)
    } catch is DecodingError {
      throw .arrays(
        path: file,
        problem: "it does not have the lists 'images', 'categories' and 'annotations' of "
          + "COCO's instances")
    } catch {
      throw .cannotRead(path: file, reason: (error as NSError).localizedDescription)
    }
  }
}
