import CTorch

/// Native passes over batches of images, on the processor.
extension Tensor {
  /// Colours of `uint8` images `[N, C, H, W]` (C is 1 or 3, channels-last) in one pass: each pixel p
  /// of an image with mean m becomes `clamp(A·p + B·m + c)`, `float32`, channels-last.
  /// - Parameters:
  ///   - mixes: A, B (both C × C, row-major) and c of each image, one after the other.
  ///   - low: the least value of each channel.
  ///   - high: the largest value of each channel.
  public func mixingChannels(_ mixes: [Float], low: [Float], high: [Float]) -> Tensor {
    let channels = size(1)
    precondition(
      mixes.count == size(0) * channels * (2 * channels + 1) && low.count == channels
        && high.count == channels, "Tensor.mixingChannels: \(mixes.count) numbers for \(self)")
    return Tensor(ctorch_mix_channels(raw, mixes, low, high))
  }

  /// Blurs some images of a `float32` batch `[N, C, H, W]` (channels-last) in place, along both
  /// sides, with the border reflected.
  /// - Parameters:
  ///   - images: positions in the batch.
  ///   - kernels: as many symmetric weights, of odd number, for each of them.
  public func blur(_ images: [Int64], kernels: [Float]) {
    guard !images.isEmpty else { return }
    let taps = kernels.count / images.count
    precondition(taps * images.count == kernels.count, "Tensor.blur: kernels of one length")
    let count = size(0)
    precondition(images.allSatisfy { 0..<Int64(count) ~= $0 }, "Tensor.blur: no such image")
    check(ctorch_blur_(raw, images, kernels, Int64(images.count), Int64(taps)))
  }
}
