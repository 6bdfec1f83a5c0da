import Foundation

/// Images with a class map each: `images/` and `masks/` of the same names but for the ending, at the
/// top or in each of `train/`, `val|valid|validation/` and `test/`. What the masks' values mean says
/// `MaskCoding`; a file `classes.txt` at the top may name the classes, one a line.
enum MaskPairs {
  private static let classesFile = "classes.txt"

  /// The images below `root`, an absolute path; nil for a folder of another layout.
  static func scan(_ root: String) throws(ImageError) -> ImageListing? {
    let tops = try splitFolders(of: root)
    let paired = tops.filter {
      isFolder("\(root)/\($0.path)images") && isFolder("\(root)/\($0.path)masks")
    }
    guard !paired.isEmpty else { return nil }
    guard paired.contains(where: { $0.split == .train }) else {
      throw .noTrainSplit(path: root, found: paired.map { String($0.path.dropLast()) })
    }
    let walk = try FolderWalk(root: root, extensions: ImageFolder.extensions)
    var listing = ImageListing(source: root, skipped: walk.skipped)
    (listing.layout, listing.task) = (.maskPairs, .masks)
    listing.notes = ["Each image in images/ has its class map in masks/, of the same name."]
    listing.classes = try classNames("\(root)/\(classesFile)")
    var rest = walk.images
    for (top, split) in paired {
      let masks = try masksByStem(rest, below: "\(top)masks/", in: root)
      var used: Set<String> = []
      for file in rest where file.path.hasPrefix("\(top)images/") {
        let stem = stem(file.path, below: "\(top)images/")
        guard let mask = masks[stem] else {
          listing.skipped.append(
            SkippedImage(
              path: file.path, cause: .misplaced, reason: "it has no mask \(top)masks/\(stem).*"))
          continue
        }
        used.insert(stem)
        var entry = ImageListing.Entry(
          path: file.path, split: split, bytes: file.bytes, modified: file.modified)
        entry.mask = ImageListing.MaskFile(
          path: mask.path, bytes: mask.bytes, modified: mask.modified)
        listing.entries.append(entry)
      }
      for (stem, mask) in masks where !used.contains(stem) {
        listing.skipped.append(
          SkippedImage(path: mask.path, cause: .misplaced, reason: "a mask without an image"))
      }
      rest.removeAll { $0.path.hasPrefix("\(top)images/") || $0.path.hasPrefix("\(top)masks/") }
    }
    listing.skipped += rest.map {
      SkippedImage(path: $0.path, cause: .misplaced, reason: "lies outside images/ and masks/")
    }
    guard !listing.entries.isEmpty else {
      if walk.images.isEmpty { throw .noImages(path: root, others: walk.others) }
      throw .mask(
        path: root,
        problem:
          "no image in images/ has a mask of the same name in masks/. Name each mask like its "
          + "image, such as images/7.jpg and masks/7.png")
    }
    listing.entries.sort { $0.path < $1.path }
    listing.skipped.sort { $0.path < $1.path }
    return listing
  }

  /// Where `images/` and `masks/` may lie: in the folders of splits, else at the top. Paths end in a
  /// slash.
  private static func splitFolders(
    of root: String
  ) throws(ImageError) -> [(path: String, split: Split)] {
    if isFolder("\(root)/images") { return [("", .train)] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: root)
    } catch {
      throw .permissionDenied(root)
    }
    return names.sorted().compactMap { name in Split(folder: name[...]).map { ("\(name)/", $0) } }
  }

  private static func isFolder(_ path: String) -> Bool {
    FolderWalk.status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  private static func masksByStem(
    _ files: [FolderWalk.File], below folder: String, in root: String
  ) throws(ImageError) -> [String: FolderWalk.File] {
    var masks: [String: FolderWalk.File] = [:]
    for file in files where file.path.hasPrefix(folder) {
      if let other = masks.updateValue(file, forKey: stem(file.path, below: folder)) {
        throw .mask(
          path: "\(root)/\(file.path)",
          problem: "\(other.path) is a mask of the same name. Remove one of the two")
      }
    }
    return masks
  }

  /// A path below a folder without its ending.
  private static func stem(_ path: String, below folder: String) -> String {
    (String(path.dropFirst(folder.count)) as NSString).deletingPathExtension
  }

  /// Empty without the file.
  private static func classNames(_ path: String) throws(ImageError) -> [String] {
    guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .cannotRead(path: path, reason: "its text is not UTF-8. Save it as UTF-8")
    }
    let names = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard names.count <= Int(ImageStore.ignored) else {
      throw .cannotRead(
        path: path, reason: "it names \(names.count) classes; a mask has at most 255")
    }
    return names
  }
}
