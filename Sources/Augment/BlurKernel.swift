import Foundation
import Torch

/// Gaussian blurs of some images of a batch.
enum BlurKernel {
  /// Taps for views of `size` pixels: a tenth of them, made odd, at least 3.
  static func taps(for size: Int) -> Int { Swift.max(3, size / 10 | 1) }

  /// `taps` weights of a Gaussian, of sum 1.
  static func weights(sigma: Float, taps: Int) -> [Float] {
    let radius = taps / 2
    let weights = (0..<taps).map { tap in
      let distance = Float(tap - radius) / sigma
      return exp(-0.5 * distance * distance)
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Blurs, in place, the images that have a deviation.
  static func blur(_ images: Tensor, sigmas: [Float?]) {
    let chosen = sigmas.indices.filter { sigmas[$0] != nil }
    if chosen.isEmpty { return }
    let deviations = chosen.compactMap { sigmas[$0] }
    guard images.device.isCPU else { return blurByMatrix(images, chosen, deviations) }
    let taps = taps(for: images.size(3))
    images.blur(
      chosen.map(Int64.init), kernels: deviations.flatMap { weights(sigma: $0, taps: taps) })
  }

  /// The same on any device, as two matrix products an image.
  static func blurByMatrix(_ images: Tensor, _ chosen: [Int], _ sigmas: [Float]) {
    let kernel = matrix(sigmas: sigmas, size: images.size(3), device: images.device)
    let (count, channels, size) = (chosen.count, images.size(1), images.size(3))
    DeviceStore.replace(images, chosen) { part in
      let source = part.permuted(0, 2, 1, 3).reshaped(count, size, channels * size)
      let tall = kernel.matmul(source).reshaped(count, size * channels, size)
      let both = tall.matmul(kernel.transposed()).reshaped(count, size, channels, size)
      return both.permuted(0, 2, 1, 3)
    }
  }

  /// `[B, size, size]`: how much each pixel of a line weighs in each pixel of the blurred line, the
  /// border being reflected.
  private static func matrix(sigmas: [Float], size: Int, device: Device) -> Tensor {
    let radius = Double(taps(for: size) / 2)
    let places = Tensor.range(to: Double(size), dtype: .float32, device: device)
    let target = places.reshaped(1, size, 1)
    let source = places.reshaped(1, 1, size)
    let sigma = Tensor(sigmas, shape: [sigmas.count, 1, 1]).to(device)
    func weight(_ place: Tensor) -> Tensor {
      let distance = (place - target).abs()
      return ((distance / sigma).square() * -0.5).exp() * (distance .<= radius).to(.float32)
    }
    let last = Double(size - 1)
    let weights =
      weight(source) + weight(-source) * (source .> 0).to(.float32)
      + weight(2 * last - source) * (source .< last).to(.float32)
    return weights / weights.sum(over: 2, keepingAxes: true)
  }
}
