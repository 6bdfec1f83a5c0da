import Foundation

/// Images whose objects a file lists in the manner of COCO (Lin et al. 2014): the categories of an
/// image's objects are its tags.
///
/// Either `annotations/instances_NAME.json` in a folder, one file a split (train…, val…, test…), with
/// the images in `NAME/`, `images/NAME/` or `images/`; or one such file given itself, with the images
/// beside it or in these places.
enum CocoInstances {
  /// The files in a folder.
  static func find(in folder: String) -> [String] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/annotations")) ?? []
    return names.sorted()
      .filter { $0.hasPrefix("instances_") && FolderWalk.fileExtension(of: $0) == "json" }
      .map { "\(folder)/annotations/\($0)" }
  }

  /// The images that files list; absolute paths. `source` is what was given.
  static func scan(
    _ files: [String], source: String, root: String, cacheFolder: String
  ) throws(ImageError) -> ImageListing {
    var listing = ImageListing(source: source, root: root)
    listing.layout = .coco
    listing.task = .tags
    var tags: [[String]?] = []
    var names: Set<String> = []
    for file in files {
      let objects = try CocoObjects.read(file, cacheFolder: cacheFolder)
      let stem = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
      let part = stem.hasPrefix("instances_") ? String(stem.dropFirst("instances_".count)) : stem
      let split =
        files.count == 1 ? .train : Split(folder: Substring(part.prefix { $0.isLetter })) ?? .train
      names.formUnion(objects.names)
      guard let first = objects.images.first else {
        throw .arrays(path: file, problem: "it lists no images")
      }
      let folder = try folder(of: first, beside: file, part: part, root: root)
      for (position, image) in objects.images.enumerated() {
        let path = Manifest.simplified((folder.isEmpty ? "" : folder + "/") + image)
        guard let status = FolderWalk.status(ImageListing.file(path, in: root)) else {
          listing.skipped.append(
            SkippedImage(path: path, cause: .unreadable, reason: "is listed and does not exist"))
          continue
        }
        listing.entries.append(
          ImageListing.Entry(
            path: path, split: split, bytes: Int(status.st_size),
            modified: FolderWalk.modified(status)))
        // A test split comes without objects: then nothing is known of its images.
        tags.append(objects.found.map { $0[position].map { objects.names[$0] } })
      }
    }
    guard listing.entries.contains(where: { $0.split == .train }) else {
      throw .noTrainSplit(path: root, found: files.map { ($0 as NSString).lastPathComponent })
    }
    if let repeated = Dictionary(grouping: listing.entries, by: \.path).first(where: {
      $0.value.count > 1
    }) {
      throw .arrays(path: source, problem: "\(repeated.key) is listed twice")
    }
    listing.classes = names.sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(listing.classes, 0...))
    for position in tags.indices {
      listing.entries[position].tags = tags[position]?.compactMap { indices[$0] }.sorted()
    }
    listing.notes = [
      "\(files.map { ($0 as NSString).lastPathComponent }.joined(separator: ", ")) lists the images; "
        + "the categories of an image's objects are its tags."
    ]
    listing.entries.sort { $0.path < $1.path }
    listing.skipped.sort { $0.path < $1.path }
    return listing
  }

  /// Where the images lie, relative to the root.
  private static func folder(
    of image: String, beside file: String, part: String, root: String
  ) throws(ImageError) -> String {
    let candidates = [
      "", part, "images/\(part)", "images", "../\(part)", "../images/\(part)", "../images", "..",
    ]
    for candidate in candidates {
      let path = (candidate.isEmpty ? "" : candidate + "/") + image
      if FolderWalk.status(ImageListing.file(path, in: root)) != nil { return candidate }
    }
    throw .arrays(
      path: file,
      problem: "its first image \(image) lies neither in \(root) nor in \(part)/, "
        + "images/\(part)/ or images/ there")
  }
}
