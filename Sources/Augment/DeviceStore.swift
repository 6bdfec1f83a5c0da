public import Torch

/// Images as bytes on a device, ready to be augmented there.
///
/// On the processor the bytes stay where they are (a memory-mapped file); another device holds them
/// whole. Images were all resized to height × width, whatever their proportions were: crops and
/// evaluation work in the original ones.
public struct DeviceStore {
  /// `uint8` `[N, H, W, C]`.
  package let pixels: Tensor
  /// Original width / height of each image.
  public let aspectRatios: [Float]
  /// The class of each image, if it has one.
  public let labels: [Int?]
  /// What is learnt of each image, where that is not one class; `nil` for classes.
  public var targets: Targets?
  /// The mean of each channel over the training images, in 0...1.
  public let mean: [Float]
  /// The standard deviation of each channel over the training images' pixels, in 0...1.
  public let deviation: [Float]

  /// A store over bytes that `owner` keeps valid; nothing is copied on the processor.
  /// - Parameters:
  ///   - bytes: count × height × width × channels, in this order.
  ///   - owner: lives as long as the store needs the bytes.
  ///   - channels: 3 (RGB), 1, or any other number.
  ///   - aspectRatios: original width / height of each image; by default width / height.
  ///   - labels: the class of each image; by default none.
  ///   - training: the images that mean and deviation come from; by default all.
  ///   - device: where the store works.
  public init(
    borrowing bytes: UnsafeRawBufferPointer, owner: AnyObject, count: Int, height: Int,
    width: Int, channels: Int, aspectRatios: [Float]? = nil, labels: [Int?]? = nil,
    training: [Int]? = nil, device: Device = .cpu
  ) {
    precondition(
      bytes.count == count * height * width * channels,
      "DeviceStore: \(bytes.count) bytes are not \(count) × \(height) × \(width) × \(channels)")
    guard let start = bytes.baseAddress else { preconditionFailure("DeviceStore: no image") }
    let pixels = Tensor(
      borrowing: start, shape: [count, height, width, channels], dtype: .uint8, owner: owner)
    self.init(
      pixels: pixels, aspectRatios: aspectRatios, labels: labels, training: training,
      device: device)
  }

  /// A store of the bytes `pixels`, `uint8` `[N, H, W, C]`; the rest as in
  /// ``init(borrowing:owner:count:height:width:channels:aspectRatios:labels:training:device:)``.
  public init(
    pixels: Tensor, aspectRatios: [Float]? = nil, labels: [Int?]? = nil, training: [Int]? = nil,
    device: Device = .cpu
  ) {
    let shape = pixels.shape
    precondition(
      shape.count == 4 && shape[0] > 0 && shape[3] > 0 && pixels.dtype == .uint8,
      "DeviceStore: uint8 [N, H, W, C] is expected, not \(pixels)")
    let ratio = Float(shape[2]) / Float(shape[1])
    self.aspectRatios = aspectRatios ?? Array(repeating: ratio, count: shape[0])
    self.labels = labels ?? Array(repeating: nil, count: shape[0])
    precondition(
      self.aspectRatios.count == shape[0] && self.labels.count == shape[0],
      "DeviceStore: \(self.aspectRatios.count) aspect ratios and \(self.labels.count) labels for "
        + "\(shape[0]) images")
    self.pixels = pixels.contiguous().to(device)
    (mean, deviation) = ChannelStatistics.of(self.pixels, rows: training)
  }

  /// The number of images.
  public var count: Int { pixels.size(0) }
  /// Rows of every stored image.
  public var height: Int { pixels.size(1) }
  /// Columns of every stored image.
  public var width: Int { pixels.size(2) }
  /// 3 (RGB), 1, or any other number: then of all changes of colour brightness and contrast apply.
  public var channels: Int { pixels.size(3) }
  /// Where the store works.
  public var device: Device { pixels.device }

  /// All images, `uint8` `[N, C, H, W]`, channels-last.
  public var images: Tensor { pixels.permuted(0, 3, 1, 2) }

  /// The classes of some images as ``Views/labels`` gives them.
  package func labels(of indices: [Int]) -> Tensor? {
    if labels.allSatisfy({ $0 == nil }) { return nil }
    return Tensor(indices.map { labels[$0] ?? -100 }).to(device)
  }
}
