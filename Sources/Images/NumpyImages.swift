import Foundation

/// Image sets in numpy's arrays, as MedMNIST and Keras have them: a `.npz` file, or the `.npy` files
/// of a folder.
///
/// - Images: `train_images`, `val_images`, `test_images` (or `x_train` and so on), or one array
///   `images` or `x`; uint8, N × height × width, or with 1 or 3 channels behind.
/// - Labels, by the same rule `train_labels`, `y_train`, `labels`, `y`: N or N × 1 whole numbers are
///   classes, -1 is unlabelled; N × L zeros and ones are tags; N or N × 1 floating-point numbers are
///   values, NaN is unlabelled. Images without an array of labels are unlabelled.
enum NumpyImages {
  /// The endings of files that are read.
  static let extensions = ["npz", "npy"]

  private static let splits: [(names: [String], split: Split)] = [
    (["train"], .train), (["val", "valid", "validation"], .validation), (["test"], .test),
  ]

  private struct Part {
    var images: ArrayFile.Array
    var labels: ArrayFile.Array?
    var split: Split
  }

  /// The images of `path`, an absolute path: a `.npz` or `.npy` file, or a folder of `.npy` files.
  static func scan(_ path: String) throws(ImageError) -> ImageListing {
    let file: ArrayFile
    switch FolderWalk.fileExtension(of: path) {
    case "npz": file = try ArrayFile(npz: path)
    case "npy": file = try ArrayFile(folder: (path as NSString).deletingLastPathComponent)
    default: file = try ArrayFile(folder: path)
    }
    let parts = try parts(of: file)
    guard !parts.isEmpty else {
      let names = (file.arrays.map(\.name) + file.refused.keys).sorted()
      throw .arrays(
        path: file.path,
        problem: "found \(names.isEmpty ? "no arrays" : names.joined(separator: ", ")), expected "
          + "train_images (and val_images, test_images), images or x, and labels in the same way")
    }
    guard parts.contains(where: { $0.split == .train }) else {
      throw .noTrainSplit(path: file.path, found: parts.map(\.images.name))
    }
    var listing = ImageListing(source: file.path)
    listing.layout = .arrays
    var numbers: [ArrayTargets.Labels?] = []
    for (position, part) in parts.enumerated() {
      let array = try imageArray(part.images, in: file)
      listing.arrays.append(array)
      numbers.append(try labels(part, count: array.count, in: file))
      listing.entries += (0..<array.count).map { row in
        var entry = ImageListing.Entry(
          path: array.path(row), split: part.split, bytes: file.stamp.bytes,
          modified: file.stamp.modified)
        entry.place = ImageListing.ArrayPlace(array: position, row: row)
        return entry
      }
    }
    guard !listing.entries.isEmpty else {
      throw .arrays(path: file.path, problem: "its arrays hold no images")
    }
    listing.notes = [
      "Images are the arrays \(parts.map(\.images.name).joined(separator: ", "))."
    ]
    try ArrayTargets.add(numbers, to: &listing)
    listing.entries.sort { $0.path < $1.path }
    return listing
  }

  private static func parts(of file: ArrayFile) throws(ImageError) -> [Part] {
    var parts: [Part] = []
    for (names, split) in splits {
      func spelled(_ words: [String]) -> [String] {
        names.flatMap { name in words.flatMap { ["\(name)_\($0)", "\($0)_\(name)"] } }
      }
      if let images = try file.array(spelled(["images", "x"])) {
        let labels = try file.array(spelled(["labels", "y"]))
        parts.append(Part(images: images, labels: labels, split: split))
      }
    }
    if parts.isEmpty, let images = try file.array(["images", "x"]) {
      let labels = try file.array(["labels", "y"])
      parts.append(Part(images: images, labels: labels, split: .train))
    }
    return parts
  }

  private static func imageArray(
    _ array: ArrayFile.Array, in file: ArrayFile
  ) throws(ImageError) -> ImageArray {
    let header = array.header
    let shape = header.shape.map(String.init).joined(separator: " × ")
    guard header.type == "u1" else {
      throw .arrays(
        path: file.path,
        problem:
          "\(array.name): its numbers are \(header.type), expected u1. Save it as uint8, 0 to 255")
    }
    let channels = header.shape.count == 4 ? header.shape[3] : 1
    guard header.shape.count == 3 || header.shape.count == 4, channels == 1 || channels == 3 else {
      throw .arrays(
        path: file.path,
        problem:
          "\(array.name): its shape is \(shape), expected images × height × width, with 1 or 3 "
          + "channels behind if any (for channels in front: array.transpose(0, 2, 3, 1))")
    }
    let (count, height, width) = (header.shape[0], header.shape[1], header.shape[2])
    guard count == 0 || height > 0 && width > 0 && height <= 65_535 && width <= 65_535 else {
      throw .arrays(path: file.path, problem: "\(array.name): its shape \(shape) holds no images")
    }
    return ImageArray(
      name: array.name, bytes: array.bytes, offset: header.offset,
      stride: height * width * channels, count: count, height: height, width: width,
      channels: channels)
  }

  private static func labels(
    _ part: Part, count: Int, in file: ArrayFile
  ) throws(ImageError) -> ArrayTargets.Labels? {
    guard let array = part.labels else { return nil }
    let shape = array.header.shape
    guard shape.count == 1 || shape.count == 2, shape[0] == count else {
      throw .arrays(
        path: file.path,
        problem: "\(array.name): its shape is \(shape.map(String.init).joined(separator: " × ")), "
          + "expected \(count) rows, one for each image of \(part.images.name)")
    }
    return ArrayTargets.Labels(
      name: array.name, columns: shape.count == 2 ? shape[1] : 1,
      isFloating: array.header.kind == "f", numbers: try file.numbers(array))
  }
}
