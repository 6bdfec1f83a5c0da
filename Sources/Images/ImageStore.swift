import Foundation

/// Images decoded once: one memory-mapped file of bytes, image × height × width × channels, shared
/// by all who open it.
///
/// Images of another shape than the store's are resized to it, which changes their proportions;
/// `aspectRatios` keeps the original ones. CMYK becomes sRGB, samples of more than 8 bits are brought
/// to 8 by `ranges`, alpha is flattened on white (beside more than 8 bits: left out), EXIF rotations
/// are applied, animations show their first frame and files of many pages the first; colour profiles
/// of RGB images are not applied. Two channels or more than three, as TIFF files have them, are kept
/// as they are; a TIFF's last channel is alpha only where the file says so.
public final class ImageStore: Sendable {
  private let files: StoredFiles
  /// Images that belong to no split: see ``leavingOut(_:)``.
  private let leftOut: Set<Int>

  /// Absolute path of the folder that `paths` are relative to.
  public let root: String
  /// What there is to predict.
  public var task: ImageTask { files.index.task }
  /// The files that are left out, sorted by path.
  public let skipped: [SkippedImage]
  /// The classes by index; empty without labels.
  public var classes: [String] { files.index.classes }
  /// The number of images.
  public var count: Int { files.index.images.paths.count }
  /// Rows of every image.
  public var height: Int { files.index.height }
  /// Columns of every image.
  public var width: Int { files.index.width }
  /// 3 (RGB), 1 (grey), or another number up to 12 that means what the files mean by it.
  public var channels: Int { files.index.channels }
  /// What became 0 and 255 in each channel of images of more than 8 bits; nil for a set without. One
  /// scale for the whole set: what a sample of at most 256 training images has but for the lowest and
  /// highest 0.5% of it, or `StoreOptions.range`.
  public var ranges: [PixelRange]? { files.index.ranges }
  /// Index into `classes` for each image; nil without labels, and for all of another task.
  public var labels: [Int?] { files.index.images.labels }
  /// Ascending indices into `classes` for each image; nil where unlabelled, and for all of another
  /// task.
  public let tags: [[Int]?]
  /// The number to predict from each image, finite; nil where unlabelled, and for all of another
  /// task.
  public let values: [Double?]
  /// Index into `groupNames` for each image; nil for a set without groups. No split may share one.
  public var groups: [Int]? { files.index.images.groups }
  /// The groups (patients, slides, flights) by index; an image that was given none is a group of its
  /// own, named by its path.
  public var groupNames: [String] { files.index.groupNames }
  /// The split of each image.
  public var splits: [Split] { files.index.images.splits }
  /// Paths of the images relative to `root`, or absolute, in ascending order.
  public var paths: [String] { files.index.images.paths }
  /// Width / height of each original.
  public let aspectRatios: [Float]
  /// Columns of each original, after its EXIF rotation.
  public var originalWidths: [Int] { files.index.images.widths }
  /// Rows of each original, after its EXIF rotation.
  public var originalHeights: [Int] { files.index.images.heights }
  /// SHA-256 over the shape and each image's targets, group, split and pixels: equal for equal
  /// training data, wherever and whenever it was stored.
  public let contentHash: String

  /// The bytes of one image.
  public var imageBytes: Int { height * width * channels }

  /// All pixels, N × height × width × channels. Valid as long as the store lives; read only.
  public var bytes: UnsafeRawBufferPointer { files.pixels.bytes }

  /// Mask value of a pixel that belongs to no class and counts nowhere.
  public static let ignored: UInt8 = 255

  /// The class of every pixel, N × height × width, an index into `classes` or `ignored`; nil for
  /// another task. Resized masks take the nearest pixel's class. Valid as long as the store lives.
  public var masks: UnsafeRawBufferPointer? { files.masks?.bytes }

  private init(_ files: StoredFiles, skipped: [SkippedImage], leftOut: Set<Int> = []) {
    self.files = files
    self.leftOut = leftOut
    contentHash =
      leftOut.isEmpty
      ? files.index.contentHash
      : Array("\(files.index.contentHash) without \(leftOut.sorted())".utf8)
        .withUnsafeBytes(ImageCodec.sha256).hexadecimal
    self.skipped = skipped
    root = files.index.root
    let images = files.index.images
    tags = images.tags ?? Array(repeating: nil, count: images.paths.count)
    values = images.values ?? Array(repeating: nil, count: images.paths.count)
    aspectRatios = zip(images.widths, images.heights).map { Float($0) / Float($1) }
  }

  /// Runs `body` on all pixels, N × height × width × channels.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  /// The pixels of one image, height × width × channels.
  public func pixels(at index: Int) -> [UInt8] {
    precondition(
      (0..<count).contains(index), "ImageStore: image \(index) of \(count) does not exist")
    return Array(bytes[index * imageBytes..<(index + 1) * imageBytes])
  }

  /// The classes of one image's pixels, height × width; nil for another task.
  public func mask(at index: Int) -> [UInt8]? {
    precondition(
      (0..<count).contains(index), "ImageStore: image \(index) of \(count) does not exist")
    return masks.map { Array($0[index * height * width..<(index + 1) * height * width]) }
  }

  /// Whether some pixel of an image is of a class; looks no further than the first. False for another
  /// task.
  public func hasMask(at index: Int) -> Bool {
    precondition(
      (0..<count).contains(index), "ImageStore: image \(index) of \(count) does not exist")
    let pixels = index * height * width..<(index + 1) * height * width
    return masks.map { $0[pixels].contains { $0 != Self.ignored } } ?? false
  }

  /// The positions of the images of a split, ascending.
  public func indices(of split: Split) -> [Int] {
    splits.indices.filter { splits[$0] == split && !leftOut.contains($0) }
  }

  /// The same images at the same positions, of which some belong to no split any more. Being other
  /// training data, it has another ``contentHash``.
  public func leavingOut(_ images: some Sequence<Int>) -> ImageStore {
    ImageStore(files, skipped: skipped, leftOut: leftOut.union(images))
  }

  /// Opens the store of the images at `root`, a folder or file as `ImageSource` reads it; it is made
  /// at the first call. Later calls compare path, size and time of change of every file, and what
  /// there is to predict, and decode only what is new.
  ///
  /// - Parameter progress: Called with the images decoded so far and the images to decode, in
  ///   ascending order, from any thread.
  /// - Throws: `ImageError` where the folder cannot be used or the store cannot be written.
  public static func open(
    _ root: String, options: StoreOptions = StoreOptions(),
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(ImageError) -> (store: ImageStore, report: BuildReport) {
    let start = ContinuousClock().now
    let listing = try ImageSource.scan(
      root, cacheFolder: options.cacheFolder ?? StoreLocation.defaultFolder)
    return try open(listing, options: options, since: start, progress: progress)
  }

  /// The store of what is listed; `start` is when the call began.
  static func open(
    _ listing: ImageListing, options: StoreOptions,
    since start: ContinuousClock.Instant = ContinuousClock().now,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(ImageError) -> (store: ImageStore, report: BuildReport) {
    let location = StoreLocation(source: listing.source, options: options)
    try location.makeFolder()
    let lock = try FileLock(location.lock)

    var outcome = BuildReport.Outcome.built
    var old: StoredFiles?
    switch StoredFiles.find(at: location) {
    case .nothing: break
    case .broken(let problem): outcome = .rebuilt(problem)
    case .stored(let files): (old, outcome) = (files, .updated)
    }
    let files: StoredFiles
    let decoded: Int
    if let old, old.index.matches(listing) {
      (files, decoded, outcome) = (old, 0, .opened)
    } else {
      let builder = try StoreBuilder(
        listing: listing, options: options, location: location, old: old, progress: progress)
      (files, decoded) = try builder.build()
      if lock.isHeld { location.removeLeftovers(keeping: files.index.files) }
    }
    let skipped = (listing.skipped + files.index.failed.map(\.image)).sorted { $0.path < $1.path }
    let elapsed = start.duration(to: ContinuousClock().now) / .seconds(1)
    let report = BuildReport(
      outcome: outcome, layout: listing.layout, notes: listing.notes, decoded: decoded,
      reused: files.index.images.paths.count - decoded,
      skipped: skipped, seconds: elapsed)
    return (ImageStore(files, skipped: skipped), report)
  }
}
