public import Torch

extension DeviceStore {
  /// Images without chance, for embeddings: the centred square of the original proportions, resized
  /// with antialiasing to `size` × `size` (as resizing the shorter side and cropping the centre)
  /// and normalised. `float32` `[B, C, size, size]`, channels-last, on the store's device.
  public func evaluationBatch(indices: [Int], size: Int) -> Tensor {
    let boxes = indices.map { canvas(of: $0).centreSquare }
    return normalized(resizedCrops(indices: indices, boxes: boxes, size: size))
  }

  /// The image with its original proportions.
  func canvas(of index: Int) -> Canvas {
    Canvas(storedWidth: width, storedHeight: height, aspectRatio: aspectRatios[index])
  }
}
