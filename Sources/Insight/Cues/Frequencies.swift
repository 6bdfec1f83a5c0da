import Foundation
public import Torch

/// Images without fine detail: blurred by a Gaussian, the border being reflected.
/// - Parameters:
///   - images: `[N, C, H, W]` in 0...1.
///   - sigma: the Gaussian's deviation in pixels, above 0. Waves shorter than about 2πσ pixels go:
///     one of length λ keeps exp(−2π²σ²/λ²) of its height.
public func lowPass(_ images: Tensor, sigma: Double) -> Tensor {
  precondition(sigma > 0 && sigma.isFinite, "lowPass: sigma is \(sigma), not above 0")
  let vertical = blurMatrix(images.size(2), sigma).to(images.dtype).to(images.device)
  let horizontal = blurMatrix(images.size(3), sigma).to(images.dtype).to(images.device)
  return vertical.matmul(images).matmul(horizontal.transposed())
}

/// Images of fine detail alone: what ``lowPass(_:sigma:)`` takes away, about mid-grey, clamped to
/// 0...1.
/// - Parameters:
///   - images: `[N, C, H, W]` in 0...1.
///   - sigma: the Gaussian's deviation in pixels, above 0.
public func highPass(_ images: Tensor, sigma: Double) -> Tensor {
  (images - lowPass(images, sigma: sigma) + 0.5).clamped(from: 0, to: 1)
}

/// `[size, size]`: how much each pixel of a line weighs in each pixel of the blurred line. Pixels
/// beyond the border are those within, reflected about the last one.
private func blurMatrix(_ size: Int, _ sigma: Double) -> Tensor {
  // Beyond four deviations a Gaussian holds less than 10⁻⁴.
  let radius = max(1, Int((4 * sigma).rounded(.up)))
  var weights = [Double](repeating: 0, count: size * size)
  let period = max(1, 2 * size - 2)
  for target in 0..<size {
    for step in -radius...radius {
      let place = ((target + step) % period + period) % period
      let source = place < size ? place : period - place
      weights[target * size + source] += exp(-0.5 * Double(step * step) / (sigma * sigma))
    }
  }
  let matrix = Tensor(weights, shape: [size, size])
  return matrix / matrix.sum(over: 1, keepingAxes: true)
}
