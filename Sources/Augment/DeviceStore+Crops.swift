import Torch

extension DeviceStore {
  /// Crops of some images, each resized to `size` × `size` with antialiasing: `[B, C, size, size]`,
  /// channels-last, in 0...255; `uint8` on the processor, `float32` elsewhere.
  func resizedCrops(indices: [Int], boxes: [CropBox], size: Int) -> Tensor {
    images.resizedCrops(
      indices: indices.map(Int64.init), boxes: boxes.flatMap { [$0.x, $0.y, $0.width, $0.height] },
      height: size, width: size)
  }

  /// Values of 0...255 as (x / 255 − mean) / deviation.
  func normalized(_ images: Tensor) -> Tensor {
    let deviations = Tensor(deviation, shape: [1, channels, 1, 1]).to(device)
    let means = Tensor(mean, shape: [1, channels, 1, 1]).to(device)
    return (images.to(.float32) / 255 - means) / deviations
  }
}
