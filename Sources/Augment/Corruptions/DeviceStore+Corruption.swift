public import Torch

extension DeviceStore {
  /// ``evaluationBatch(indices:size:)`` of corrupted images: they are resized to `size` × `size`,
  /// then corrupted, then normalised.
  /// - Parameters:
  ///   - severity: one of ``Corruption/severities``.
  ///   - seed: decides the noise of an image together with corruption, severity and the image's
  ///     index, whatever the batch.
  public func evaluationBatch(
    indices: [Int], size: Int, corruption: Corruption, severity: Int, seed: UInt64
  ) -> Tensor {
    let boxes = indices.map { canvas(of: $0).centreSquare }
    let crops = resizedCrops(indices: indices, boxes: boxes, size: size)
    let changed = corruption.changedLevels(
      crops, severity: severity, indices: indices, seed: seed)
    return normalized((device.isCPU ? changed.to(.uint8) : changed).channelsLast())
  }
}
