public import Images
public import Torch

extension DeviceStore {
  /// The images of a store, on a device; nothing is copied on the processor.
  /// - Parameter training: the images that mean and deviation come from.
  public init(_ images: ImageStore, training: [Int], device: Device) {
    self.init(
      borrowing: images.bytes, owner: images, count: images.count, height: images.height,
      width: images.width, channels: images.channels, aspectRatios: images.aspectRatios,
      labels: images.labels, training: training, device: device)
  }
}
