import Foundation

/// Any of the layouts in which people have images, told apart by what lies at a path.
///
/// In this order: a table of images (`Manifest`), given itself or in the folder; images with masks
/// (`MaskPairs`); class folders, or images alone (`ImageFolder`).
public enum ImageSource {
  /// Lists the images at `path`, a folder or a file, and what there is to predict. Nothing is decoded.
  ///
  /// - Throws: `ImageError` where nothing is there, it cannot be read, it has no images, or what it
  ///   says of them contradicts itself.
  public static func scan(_ path: String) throws(ImageError) -> ImageListing {
    guard let status = FolderWalk.status(path) else {
      throw errno == EACCES ? .permissionDenied(path) : .noSuchPath(path)
    }
    guard let resolved = realpath(path, nil) else {
      throw .cannotRead(path: path, reason: FolderWalk.reason(errno))
    }
    defer { free(resolved) }
    let absolute = String(cString: resolved)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      if TextTable.extensions.contains(FolderWalk.fileExtension(of: path)),
        let listing = try Manifest.scan(absolute, isGiven: true)
      {
        return listing
      }
      throw .notADirectory(path)
    }
    var notes: [String] = []
    if let table = Manifest.find(in: absolute) {
      if let listing = try Manifest.scan(table, isGiven: false) { return listing }
      notes.append("\((table as NSString).lastPathComponent) has no column 'path': left alone.")
    }
    if let listing = try MaskPairs.scan(absolute) {
      var listing = listing
      listing.notes += notes
      return listing
    }
    var listing = try ImageFolder.scan(path)
    listing.notes += notes
    return listing
  }
}
