import Torch

extension DeviceStore {
  /// Crops of some images, each resized to `size` × `size` with antialiasing: `[B, C, size, size]`,
  /// channels-last, in 0...255; `uint8` on the processor, `float32` elsewhere.
  func resizedCrops(indices: [Int], boxes: [CropBox], size: Int) -> Tensor {
    guard device.isCPU else {
      return resizedCropsByMatrix(indices: indices, boxes: boxes, size: size)
    }
    return images.resizedCrops(
      indices: indices.map(Int64.init), boxes: boxes.flatMap { [$0.x, $0.y, $0.width, $0.height] },
      height: size, width: size)
  }

  /// The same on any device, as two matrix products an image: `float32`, not rounded to whole grey
  /// levels.
  func resizedCropsByMatrix(indices: [Int], boxes: [CropBox], size: Int) -> Tensor {
    let rows = ResizingMatrix.of(
      starts: boxes.map { Float($0.y) }, lengths: boxes.map { Float($0.height) }, from: height,
      to: size, device: device)
    let columns = ResizingMatrix.of(
      starts: boxes.map { Float($0.x) }, lengths: boxes.map { Float($0.width) }, from: width,
      to: size, device: device)
    let count = indices.count
    // [B, H, C, W], so that both products are plain batches.
    let source = pixels.rows(Tensor(indices).to(device)).to(.float32).permuted(0, 1, 3, 2)
    let wide = source.reshaped(count, height * channels, width).matmul(columns.transposed())
    let crops = rows.matmul(wide.reshaped(count, height, channels * size))
    return crops.reshaped(count, size, channels, size).permuted(0, 2, 1, 3).channelsLast()
  }

  /// Turns over, in place, the images where `flipped`: left-right (axis 3) or upside down (axis 2).
  static func flip(_ images: Tensor, where flipped: [Bool], axis: Int) {
    replace(images, flipped.indices.filter { flipped[$0] }) { $0.flipped(axis) }
  }

  /// Replaces, in place, some images of a channels-last batch `[B, C, H, W]`. Rows of `[B, H, W, C]`
  /// lie together in memory, which makes moving them several times as fast.
  static func replace(_ images: Tensor, _ chosen: [Int], _ change: (Tensor) -> Tensor) {
    if chosen.isEmpty { return }
    let pixels = images.permuted(0, 2, 3, 1)
    let rows = Tensor(chosen).to(images.device)
    let changed = change(pixels.rows(rows).permuted(0, 3, 1, 2))
    pixels.assignRows(rows, changed.permuted(0, 2, 3, 1))
  }
}

/// The weights that resize one side of an image as torchvision's antialiased bilinear kernel does.
enum ResizingMatrix {
  /// `[B, to, from]`: row o holds how much each stored pixel of the part `starts ..< starts + lengths`
  /// weighs in pixel o of the result. A triangle as wide as the reduction, cut off at the part's
  /// edges, of sum 1.
  static func of(
    starts: [Float], lengths: [Float], from: Int, to: Int, device: Device
  ) -> Tensor {
    let count = starts.count
    let start = Tensor(starts, shape: [count, 1, 1]).to(device)
    let length = Tensor(lengths, shape: [count, 1, 1]).to(device)
    let scale = length / Double(to)
    let support = scale.clamped(from: 1)
    let target = Tensor.range(to: Double(to), dtype: .float32, device: device) + 0.5
    let source = Tensor.range(to: Double(from), dtype: .float32, device: device) + 0.5
    // Places are counted from the part's start.
    let centre = target.reshaped(1, to, 1) * scale
    let place = source.reshaped(1, 1, from) - start
    let weights = (1 - (place - centre).abs() / support).relu()
    let isInside = (place .> 0).logicalAnd(place .< length)
    let inside = weights * isInside.to(.float32)
    return inside / inside.sum(over: 2, keepingAxes: true)
  }
}
