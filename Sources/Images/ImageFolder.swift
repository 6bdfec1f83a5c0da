import Foundation

/// Reads how a folder of images is laid out.
///
/// - `train/`, `val|valid|validation/`, `test/`, each laid out as one of the next two;
/// - `class/….jpg`: two sub-folders or more with images below them are classes;
/// - anything else is a flat set of images without labels, sub-folders included. One sub-folder
///   alone is no class, since a single class tells nothing.
///
/// Hidden files are ignored. Images beside class folders belong to no class and are listed as
/// skipped, unless they are more than those in the folders: then the set is flat.
public enum ImageFolder {
  /// The file name extensions taken for images, in lower case; case does not matter.
  public static let extensions: Set<String> = [
    "jpg", "jpeg", "png", "bmp", "gif", "tif", "tiff", "webp", "ppm", "pgm", "dcm", "dicom",
  ]

  static var extensionList: String { extensions.sorted().joined(separator: ", ") }

  /// Lists the images below `path`.
  ///
  /// - Throws: `ImageError` where there is no such folder, it cannot be listed, it has no images,
  ///   or its splits disagree on the classes.
  public static func scan(_ path: String) throws(ImageError) -> ImageListing {
    guard let status = FolderWalk.status(path) else {
      throw errno == EACCES ? .permissionDenied(path) : .noSuchPath(path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path) }
    guard let resolved = realpath(path, nil) else {
      throw .cannotRead(path: path, reason: FolderWalk.reason(errno))
    }
    defer { free(resolved) }
    let root = String(cString: resolved)

    let walk = try FolderWalk(root: root, extensions: extensions)
    guard !walk.images.isEmpty else {
      if walk.skipped.isEmpty { throw .noImages(path: root, others: walk.others) }
      throw .nothingDecoded(path: root, skipped: walk.skipped)
    }
    var listing = ImageListing(source: root, skipped: walk.skipped)
    try arrange(walk.images, into: &listing)
    if listing.classes.isEmpty {
      listing.notes = ["Fewer than two folders hold the images, so folders are no classes."]
    } else {
      (listing.layout, listing.task) = (.classFolders, .classes)
      listing.notes = ["Each folder of images is a class."]
    }
    listing.skipped.sort { $0.path < $1.path }
    return listing
  }

  private static func arrange(
    _ files: [FolderWalk.File], into listing: inout ImageListing
  ) throws(ImageError) {
    // Folders below the root that lead to images, and what they mean if the set has splits.
    let folders = Set(files.compactMap { folder($0.path[...]) })
    let splits = folders.filter { Split(folder: $0) != nil }
    let hasTrain = splits.contains { Split(folder: $0) == .train }
    if !splits.isEmpty && splits.count == folders.count && !hasTrain {
      throw .noTrainSplit(path: listing.root, found: splits.map(String.init).sorted())
    }
    guard hasTrain && splits.count > 0 else {
      let sets = sets(folders, files, in: listing.root)
      guard sets.isEmpty else { throw .severalSets(path: listing.root, sets: sets) }
      let level = Level(files.map { $0.path[...] })
      listing.classes = level.classes
      place(files, in: .train, level: level, top: nil, into: &listing)
      return
    }
    var parts: [(folder: Substring, split: Split, files: [FolderWalk.File])] = []
    for name in splits.sorted() {
      guard let split = Split(folder: name) else { continue }
      parts.append((name, split, files.filter { folder($0.path[...]) == name }))
    }
    for file in files where folder(file.path[...]).flatMap({ Split(folder: $0) }) == nil {
      listing.skipped.append(
        SkippedImage(
          path: file.path, cause: .misplaced, reason: "lies outside train/, validation/ and test/"))
    }
    let trainFiles = parts.filter { $0.split == .train }.flatMap { part in
      part.files.map { below(part.folder, $0.path) }
    }
    let trainLevel = Level(trainFiles)
    listing.classes = trainLevel.classes
    for part in parts {
      var level = Level(part.files.map { below(part.folder, $0.path) })
      if let unknown = level.classes.first(where: { !trainLevel.classes.contains($0) }) {
        throw .unknownClass(
          path: "\(listing.root)/\(part.folder)", name: unknown, trainClasses: trainLevel.classes)
      }
      // A test split may show fewer classes than train; even one.
      level.classes = trainLevel.classes
      place(part.files, in: part.split, level: level, top: part.folder, into: &listing)
    }
    listing.entries.sort { $0.path < $1.path }
  }

  /// The folders that are image sets of their own: with `train/` beside `val/` or `test/`, with
  /// `images/` beside `masks/`, or with a table of images. Taken for classes they would make nonsense.
  private static func sets(
    _ folders: Set<Substring>, _ files: [FolderWalk.File], in root: String
  ) -> [String] {
    var below: [Substring: Set<Substring>] = [:]
    for file in files {
      guard let top = folder(file.path[...]), let next = folder(Self.below(top, file.path)) else {
        continue
      }
      below[top, default: []].insert(next)
    }
    return folders.filter { top in
      let names = below[top] ?? []
      let splits = Set(names.compactMap { Split(folder: $0) })
      return splits.contains(.train) && splits.count > 1
        || names.isSuperset(of: ["images", "masks"])
        || Manifest.find(in: "\(root)/\(top)") != nil
    }.map(String.init).sorted()
  }

  private static func place(
    _ files: [FolderWalk.File], in split: Split, level: Level, top: Substring?,
    into listing: inout ImageListing
  ) {
    let labels = Dictionary(uniqueKeysWithValues: zip(level.classes, 0...))
    for file in files {
      let path = top.map { below($0, file.path) } ?? file.path[...]
      let label = folder(path).flatMap { labels[String($0)] }
      if label == nil && !labels.isEmpty {
        listing.skipped.append(
          SkippedImage(
            path: file.path, cause: .misplaced, reason: "lies beside the class folders, in none"))
        continue
      }
      listing.entries.append(
        ImageListing.Entry(
          path: file.path, label: label, split: split, bytes: file.bytes, modified: file.modified))
    }
  }

  /// The classes that the first folder of each path makes.
  private struct Level {
    var classes: [String]

    init(_ paths: [Substring]) {
      let folders = paths.compactMap(ImageFolder.folder)
      let names = Set(folders)
      let loose = paths.count - folders.count
      classes = names.count >= 2 && loose <= folders.count ? names.map(String.init).sorted() : []
    }
  }

  private static func folder(_ path: Substring) -> Substring? {
    path.utf8.firstIndex(of: UInt8(ascii: "/")).map { path[..<$0] }
  }

  /// A path below a folder, relative to it.
  private static func below(_ folder: Substring, _ path: String) -> Substring {
    path[(path.utf8.index(path.startIndex, offsetBy: folder.utf8.count + 1))...]
  }
}
