/// The values of a channel that become black and white.
public struct PixelRange: Codable, Sendable, Equatable {
  /// This and less becomes 0.
  public var low: Double
  /// This and more becomes 255.
  public var high: Double

  /// A range of values.
  public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

  /// The shares of values that lie below and above the range.
  static let tail = 0.005

  /// The range of some values but for the lowest and highest 0.5%; where that holds one value alone,
  /// of all of them.
  init(of values: [Float]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let least = sorted.first, let most = sorted.last else {
      (low, high) = (0, 1)
      return
    }
    let cut = Int(Self.tail * Double(sorted.count - 1))
    (low, high) = (Double(sorted[cut]), Double(sorted[sorted.count - 1 - cut]))
    if low == high { (low, high) = (Double(least), Double(most)) }
    if low == high { high = low + 1 }
  }
}

/// The pixels of one image as numbers, height × width × channels.
struct PixelValues: Sendable {
  private(set) var values: [Float]
  private(set) var channels: Int

  /// - Throws: `ImageCodec.Failure` where the numbers of channels do not go together.
  init(_ values: [Float], channels: Int, storedAs stored: Int) throws(ImageCodec.Failure) {
    (self.values, self.channels) = (values, channels)
    if channels == stored { return }
    let count = values.count / channels
    switch (channels, stored) {
    case (1, 3): self.values = (0..<3 * count).map { values[$0 / 3] }
    case (3, 1):
      // Luminance by the primaries of sRGB (ITU-R BT.709).
      self.values = (0..<count).map {
        0.2126 * values[3 * $0] + 0.7152 * values[3 * $0 + 1] + 0.0722 * values[3 * $0 + 2]
      }
    default: throw ImageCodec.otherChannels(channels, stored: stored)
    }
    self.channels = stored
  }

  /// Whole numbers 0...255, each channel's range stretched to them; no range leaves values as they
  /// are. What is no number becomes 0.
  func write(_ ranges: [PixelRange]?, to out: UnsafeMutableRawPointer) {
    let lows = ranges?.map { Float($0.low) } ?? Array(repeating: 0, count: channels)
    let scales =
      ranges?.map { 255 / Float($0.high - $0.low) } ?? Array(repeating: 1, count: channels)
    let bytes = out.assumingMemoryBound(to: UInt8.self)
    for (place, value) in values.enumerated() {
      let channel = place % channels
      let level = (value - lows[channel]) * scales[channel]
      bytes[place] = level.isNaN ? 0 : UInt8(max(0, min(255, level)).rounded())
    }
  }
}
