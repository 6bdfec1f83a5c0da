import Torch

/// What chance decided for one view of each image of a batch.
struct ViewParameters {
  var boxes: [CropBox]
  var isFlipped: [Bool]
  var isFlippedVertically: [Bool]

  init(
    _ augmentation: Augmentation, store: DeviceStore, indices: [Int], stream: RandomStream,
    position: Int
  ) {
    boxes = indices.map { store.canvas(of: $0).centreSquare }
    isFlipped = indices.map { _ in false }
    isFlippedVertically = isFlipped
  }

  /// The boxes as shares of the image, `[B, 4]`.
  func boxShares(width: Int, height: Int) -> Tensor {
    let (w, h) = (Float(width), Float(height))
    return Tensor(
      boxes.flatMap {
        [Float($0.x) / w, Float($0.y) / h, Float($0.width) / w, Float($0.height) / h]
      },
      shape: [boxes.count, 4])
  }

  /// `bool` `[B, 2]`.
  var flips: Tensor {
    Tensor(zip(isFlipped, isFlippedVertically).flatMap { [$0, $1] }, shape: [boxes.count, 2])
  }
}
