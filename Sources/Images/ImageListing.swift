/// Which part of a data set an image belongs to.
public enum Split: String, Codable, Sendable, CaseIterable {
  case train, validation, test
}

/// The images below a folder, as found by `ImageFolder.scan`; nothing is decoded yet.
public struct ImageListing: Sendable, Equatable {
  /// One image file.
  public struct Entry: Sendable, Equatable {
    /// Path relative to the listing's root.
    public var path: String
    /// Index into `classes`, nil without labels.
    public var label: Int?
    /// `train` where the folder has no splits.
    public var split: Split
    /// File size in bytes.
    public var bytes: Int
    /// Time of the last change in nanoseconds since 1970.
    public var modified: Int
  }

  /// Absolute path, symbolic links resolved.
  public var root: String
  /// Sorted class names; empty without labels.
  public var classes: [String]
  /// Sorted by path.
  public var entries: [Entry]
  /// What looked like an image or a folder of images and could not be listed.
  public var skipped: [SkippedImage]

  /// The number of images listed.
  public var count: Int { entries.count }
  /// Whether the folder itself tells train from test or validation images.
  public var hasSplits: Bool { entries.contains { $0.split != .train } }
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
