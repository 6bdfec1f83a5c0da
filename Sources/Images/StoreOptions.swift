/// How images are stored.
public struct StoreOptions: Sendable, Hashable, Codable {
  /// Which channels are kept.
  public enum Channels: String, Sendable, Hashable, Codable {
    /// 1 where every image is grey, else 3; where most images have another number, that.
    case automatic
    /// Always 3.
    case rgb
    /// Always 1: libvips' luminance.
    case gray
  }

  /// The most pixels that the shorter side of a stored image may have.
  public var maxShorterSide: Int
  /// Which channels are kept.
  public var channels: Channels
  /// What becomes 0 and 255 of samples of more than 8 bits, in every channel; nil for what a sample
  /// of the training images gives, see `ImageStore.ranges`.
  public var range: ClosedRange<Double>?
  /// Images of more pixels are skipped: a file of kilobytes can claim terabytes.
  public var maxPixels: Int
  /// The folder for stores; nil for `StoreLocation.defaultFolder`.
  public var cacheFolder: String?

  /// The defaults keep images of up to 256 pixels as they are.
  public init(
    maxShorterSide: Int = 256, channels: Channels = .automatic,
    range: ClosedRange<Double>? = nil, maxPixels: Int = 1_000_000_000, cacheFolder: String? = nil
  ) {
    precondition(maxShorterSide > 0, "StoreOptions: maxShorterSide must be positive")
    self.maxShorterSide = maxShorterSide
    self.channels = channels
    self.range = range
    self.maxPixels = maxPixels
    self.cacheFolder = cacheFolder
  }
}

/// Height, width and channels of every stored image.
///
/// The shape follows the images: the median aspect ratio (width / height) and, for the shorter
/// side, the median of the shorter sides or `maxShorterSide`, whichever is less. A set of images of
/// one size is thus stored as it is.
struct StoreShape: Equatable {
  var height: Int
  var width: Int
  var channels: Int

  var bytes: Int { height * width * channels }

  init(height: Int, width: Int, channels: Int) {
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  init(of headers: [ImageCodec.Header], options: StoreOptions) {
    let ratio = Self.median(headers.map { Double($0.width) / Double($0.height) })
    let shorter = min(Self.median(headers.map { min($0.width, $0.height) }), options.maxShorterSide)
    if ratio >= 1 {
      (height, width) = (shorter, Int((Double(shorter) * ratio).rounded()))
    } else {
      (height, width) = (Int((Double(shorter) / ratio).rounded()), shorter)
    }
    switch options.channels {
    case .automatic: channels = Self.channels(headers.map(\.colours))
    case .rgb: channels = 3
    case .gray: channels = 1
    }
  }

  private static func channels(_ counts: [Int]) -> Int {
    let frequency = Dictionary(grouping: counts) { $0 }.mapValues(\.count)
    let most = frequency.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 3
    if most != 1 && most != 3 { return most }
    return frequency[3] == nil ? 1 : 3
  }

  /// The lower of the two middle values: a value that occurs.
  private static func median<Value: Comparable>(_ values: [Value]) -> Value {
    values.sorted()[(values.count - 1) / 2]
  }
}
