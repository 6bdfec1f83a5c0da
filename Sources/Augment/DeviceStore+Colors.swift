import Torch

extension DeviceStore {
  /// Crops in 0...255 as float32, with their colours changed, clamped to 0...1, then normalised.
  /// One pass: matrix, clamp and normalisation fold into one.
  func colored(_ crops: Tensor, _ changes: [ColorChange]) -> Tensor {
    var numbers: [Float] = []
    numbers.reserveCapacity(changes.count * channels * (2 * channels + 1))
    for change in changes {
      ColorMix(change).append(to: &numbers, mean: mean, deviation: deviation)
    }
    return crops.dtype == .uint8 && (channels == 1 || channels == 3)
      ? crops.mixingChannels(numbers, low: normalizedBounds.low, high: normalizedBounds.high)
      : mixedByMatrix(crops, numbers)
  }

  /// ``colored(_:_:)`` to the letter of torchvision.
  func exactlyColored(_ crops: Tensor, _ changes: [ColorChange]) -> Tensor {
    let changed = ExactColors.apply(changes, to: crops.to(.float32) / 255)
    let scale = Tensor(deviation.map { 1 / $0 }, shape: [1, channels, 1, 1]).to(device)
    let shift = Tensor(mean, shape: [1, channels, 1, 1]).to(device)
    return ((changed - shift) * scale).channelsLast()
  }

  /// Crops in 0...255 as float32, normalised.
  func normalized(_ crops: Tensor) -> Tensor {
    colored(crops, Array(repeating: ColorChange(), count: crops.size(0)))
  }

  /// What black and white become in each channel.
  var normalizedBounds: (low: [Float], high: [Float]) {
    let pairs = zip(mean, deviation)
    return (pairs.map { -$0 / $1 }, pairs.map { (1 - $0) / $1 })
  }

  /// ``colored(_:_:)`` on any device, as a matrix product for the batch.
  func mixedByMatrix(_ crops: Tensor, _ numbers: [Float]) -> Tensor {
    let shape = crops.shape
    let c = channels
    let mixes = Tensor(numbers, shape: [shape[0], 2 * c + 1, c]).to(device)
    let pixels = crops.to(.float32).permuted(0, 2, 3, 1).reshaped(shape[0], -1, c)
    let average = pixels.mean(over: 1, keepingAxes: true)
    let offset =
      average.matmul(mixes.sliced(c..<2 * c, along: 1).transposed())
      + mixes.sliced(2 * c..<2 * c + 1, along: 1)
    let bounds = normalizedBounds
    let mixed =
      (pixels.matmul(mixes.sliced(0..<c, along: 1).transposed()) + offset)
      .maximum(Tensor(bounds.low).to(device)).minimum(Tensor(bounds.high).to(device))
    return mixed.reshaped(shape[0], shape[2], shape[3], c).permuted(0, 3, 1, 2)
  }

  /// Inverts, in place, the values of `images` (normalised) that were at least `threshold`, in the
  /// images where `chosen`.
  func solarize(_ images: Tensor, threshold: Double, where chosen: [Bool]) {
    func channel(_ value: (Float, Float) -> Float) -> Tensor {
      Tensor(zip(mean, deviation).map(value), shape: [1, channels, 1, 1]).to(images.device)
    }
    let limit = channel { (Float(threshold) - $0) / $1 }
    let white = channel { (1 - 2 * $0) / $1 }
    Self.replace(images, chosen.indices.filter { chosen[$0] }) { values in
      (values .< limit).select(values, else: white - values)
    }
  }
}
