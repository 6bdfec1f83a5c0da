public import Augment
public import Torch

extension DeviceStore {
  /// The features of some images, each seen once without augmentation.
  /// - Parameters:
  ///   - indices: which images, at least one.
  ///   - imageSize: pixels of the square that the network is shown.
  ///   - precision: the type of products and convolutions; `nil` for `float32`.
  ///   - network: from images `[B, C, S, S]` to features `[B, D]`; in use mode, on this device.
  ///   - progress: called with the number of images done.
  /// - Returns: `float32` `[count, D]` on the processor.
  public func features(
    of indices: [Int], imageSize: Int, precision: DType?, batch: Int = 256,
    progress: (Int) -> Void = { _ in }, network: (Tensor) -> Tensor
  ) -> Tensor {
    embed(
      count: indices.count, batch: batch,
      images: { range in
        progress(range.lowerBound)
        return evaluationBatch(indices: Array(indices[range]), size: imageSize)
      },
      network: { images in withAutocast(precision, on: device) { network(images) } })
  }
}
