import Foundation

/// Any of the layouts in which people have images, told apart by what lies at a path.
///
/// In this order: a table of images (`Manifest`), given itself or in the folder; objects listed in
/// the manner of COCO (`CocoInstances`) or Pascal VOC (`VocObjects`); images with masks (`MaskPairs`);
/// class folders, or images alone (`ImageFolder`); without any image file, numpy's arrays
/// (`NumpyImages`), the files of MNIST, CIFAR and STL-10 (`BinaryImages`) or tar files (`WebDataset`),
/// which may also be given themselves.
public enum ImageSource {
  /// Lists the images at `path`, a folder or a file, and what there is to predict. Nothing is decoded.
  ///
  /// - Throws: `ImageError` where nothing is there, it cannot be read, it has no images, or what it
  ///   says of them contradicts itself.
  public static func scan(_ path: String) throws(ImageError) -> ImageListing {
    try scan(path, cacheFolder: StoreLocation.defaultFolder)
  }

  /// The same; what large lists of objects say is kept in `cacheFolder`.
  static func scan(_ path: String, cacheFolder: String) throws(ImageError) -> ImageListing {
    guard let status = FolderWalk.status(path) else {
      throw errno == EACCES ? .permissionDenied(path) : .noSuchPath(path)
    }
    guard let resolved = realpath(path, nil) else {
      throw .cannotRead(path: path, reason: FolderWalk.reason(errno))
    }
    defer { free(resolved) }
    let absolute = String(cString: resolved)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let suffix = FolderWalk.fileExtension(of: path)
      if isVolume(path) { throw volumes(absolute) }
      if NumpyImages.extensions.contains(suffix) { return try NumpyImages.scan(absolute) }
      if TextTable.extensions.contains(suffix),
        let listing = try Manifest.scan(absolute, isGiven: true)
      {
        return listing
      }
      if suffix == "tar", let listing = try WebDataset.scan(absolute) { return listing }
      if suffix == "json" {
        let folder = (absolute as NSString).deletingLastPathComponent
        return try CocoInstances.scan(
          [absolute], source: absolute, root: folder, cacheFolder: cacheFolder)
      }
      if BinaryImages.isNamedLikeOne((absolute as NSString).lastPathComponent),
        let listing = try BinaryImages.scan((absolute as NSString).deletingLastPathComponent)
      {
        return listing
      }
      throw .notADirectory(path)
    }
    var notes: [String] = []
    if let table = Manifest.find(in: absolute) {
      let name = (table as NSString).lastPathComponent
      if let listing = try Manifest.scan(table, isGiven: false) {
        // A table of other facts beside class folders does not cost them their classes.
        guard listing.task == .none, var folders = try? ImageFolder.scan(path),
          folders.task == .classes
        else { return listing }
        folders.notes.append(
          "\(name) has no column to predict: left alone. To take it, name one 'label' (or 'class', "
            + "'labels', 'value'), or give the file's path.")
        return folders
      }
      notes.append("\(name) has no column 'path': left alone.")
    }
    let instances = CocoInstances.find(in: absolute)
    if !instances.isEmpty {
      return try CocoInstances.scan(
        instances, source: absolute, root: absolute, cacheFolder: cacheFolder)
    }
    if let listing = try VocObjects.scan(absolute) { return listing }
    if let listing = try MaskPairs.scan(absolute) {
      var listing = listing
      listing.notes += notes
      return listing
    }
    var listing: ImageListing
    do {
      listing = try ImageFolder.scan(path)
    } catch .noImages(_, let others) {
      if let arrays = numpyPath(in: absolute) {
        listing = try NumpyImages.scan(arrays)
      } else if let found = try BinaryImages.scan(absolute) {
        listing = found
      } else if let found = try WebDataset.scan(absolute) {
        listing = found
      } else if let volume = FileManager.default.enumerator(atPath: absolute)?
        .lazy.compactMap({ $0 as? String }).first(where: isVolume)
      {
        throw volumes("\(absolute)/\(volume)")
      } else {
        throw .noImages(path: absolute, others: others)
      }
    }
    listing.notes += notes
    return listing
  }

  private static func isVolume(_ path: String) -> Bool {
    path.hasSuffix(".nii") || path.hasSuffix(".nii.gz")
  }

  private static func volumes(_ path: String) -> ImageError {
    .arrays(
      path: path,
      problem:
        "NIfTI volumes are not read, since which slices make images is yours to say. Save those "
        + "as TIFF, in Python: for i, s in enumerate(nibabel.load('"
        + "\((path as NSString).lastPathComponent)').get_fdata().T): "
        + "PIL.Image.fromarray(s.astype('float32')).save(f'{i:04}.tif')")
  }

  /// What to read in a folder without image files: its one `.npz` file, or itself for its `.npy`
  /// files.
  private static func numpyPath(in folder: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let zipped = names.filter { FolderWalk.fileExtension(of: $0) == "npz" }
    if zipped.count == 1 { return "\(folder)/\(zipped[0])" }
    return names.contains { FolderWalk.fileExtension(of: $0) == "npy" } ? folder : nil
  }
}
