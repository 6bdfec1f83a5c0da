/// Which part of a data set an image belongs to.
public enum Split: String, Codable, Sendable, CaseIterable {
  case train, validation, test

  /// The split that a name of a folder, or in a table, means; case does not matter.
  init?(folder name: Substring) {
    switch name.lowercased() {
    case "train": self = .train
    case "val", "valid", "validation": self = .validation
    case "test": self = .test
    default: return nil
    }
  }
}

/// The images of a set with what there is to predict; nothing is decoded yet.
public struct ImageListing: Sendable, Equatable {
  /// The ways in which images and targets come.
  public enum Layout: String, Sendable, Codable {
    /// `class/….jpg`.
    case classFolders
    /// Images in folders that mean nothing.
    case imagesAlone
    /// A table that lists the images.
    case manifest
    /// `images/` and `masks/`.
    case maskPairs
    /// A file or several of images as one array of numbers.
    case arrays
    /// Tar files of images with their targets.
    case webDataset
    /// A list of objects in the manner of COCO.
    case coco
    /// A description of objects for each image in the manner of Pascal VOC.
    case voc
  }

  /// One image.
  public struct Entry: Sendable, Equatable {
    /// Path relative to the listing's root.
    public var path: String
    /// Index into `classes`, nil without labels.
    public var label: Int?
    /// Ascending indices into `classes`; nil where it is not known which apply.
    public var tags: [Int]?
    /// The number to predict, finite; nil where it is not known.
    public var value: Double?
    /// The file that gives a class to each pixel.
    public var mask: MaskFile?
    /// Index into `groupNames`.
    public var group: Int?
    /// Where the pixels lie, if not in a file of their own.
    var place: ArrayPlace?
    /// Where the file lies, if within another.
    var stretch: Stretch?
    /// `train` where the folder has no splits.
    public var split: Split
    /// File size in bytes.
    public var bytes: Int
    /// Time of the last change in nanoseconds since 1970.
    public var modified: Int

    init(
      path: String, label: Int? = nil, split: Split = .train, bytes: Int, modified: Int
    ) {
      (self.path, self.label, self.split) = (path, label, split)
      (self.bytes, self.modified) = (bytes, modified)
    }
  }

  /// A row of one of the listing's arrays.
  struct ArrayPlace: Sendable, Equatable {
    var array: Int
    var row: Int
  }

  /// A stretch of a file.
  struct Stretch: Sendable, Equatable {
    /// Absolute path.
    var file: String
    var range: Range<Int>
  }

  /// A class map of an image.
  public struct MaskFile: Sendable, Equatable, Codable {
    /// Path relative to the listing's root.
    public var path: String
    /// File size in bytes.
    public var bytes: Int
    /// Time of the last change in nanoseconds since 1970.
    public var modified: Int
  }

  /// Absolute path of what was given, a folder or a file, symbolic links resolved.
  public var source: String
  /// Absolute path of the folder that paths are relative to, symbolic links resolved.
  public var root: String
  /// How the set is laid out.
  public var layout = Layout.imagesAlone
  /// Why it was taken for that, and what of it was left alone: whole sentences.
  public var notes: [String] = []
  /// What there is to predict.
  public var task = ImageTask.none
  /// Class names; empty without labels. Those of masks are known once the masks are decoded, unless
  /// a file names them.
  public var classes: [String]
  /// The groups (patients, slides, flights) that no split may share; empty where none are given.
  public var groupNames: [String] = []
  /// What the places of entries refer to.
  var arrays: [ImageArray] = []
  /// Sorted by path.
  public var entries: [Entry]
  /// What looked like an image or a folder of images and could not be listed.
  public var skipped: [SkippedImage]

  /// The number of images listed.
  public var count: Int { entries.count }
  /// Whether the set itself tells train from test or validation images.
  public var hasSplits: Bool { entries.contains { $0.split != .train } }

  init(
    source: String, root: String? = nil, classes: [String] = [], entries: [Entry] = [],
    skipped: [SkippedImage] = []
  ) {
    self.source = source
    self.root = root ?? source
    (self.classes, self.entries, self.skipped) = (classes, entries, skipped)
  }

  /// Where a listed path lies.
  static func file(_ path: String, in root: String) -> String {
    path.hasPrefix("/") ? path : "\(root)/\(path)"
  }
}

/// A file that is left out, and why.
public struct SkippedImage: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The kinds of reasons.
  public enum Cause: String, Sendable, Codable {
    /// Permission denied, or the disk reported an error.
    case unreadable
    /// The bytes are not of a known image format.
    case notAnImage
    /// An image cut off or with errors in its data.
    case damaged
    /// More pixels than `StoreOptions.maxPixels`.
    case tooLarge
    /// A form of image that has no faithful 8-bit rendering, such as floating-point samples.
    case unsupported
    /// Where it lies it belongs to no class.
    case misplaced
  }

  /// Path relative to the root.
  public var path: String
  /// The kind of reason.
  public var cause: Cause
  /// The reason in words.
  public var reason: String

  /// Path and reason.
  public var description: String { "\(path): \(reason)" }
}
