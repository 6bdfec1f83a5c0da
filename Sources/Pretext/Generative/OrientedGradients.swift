import Foundation
import Torch

/// Histograms of oriented gradients (Dalal and Triggs 2005) as MaskFeat takes them: in each square
/// cell of each channel the gradients' magnitudes, sorted by direction without sign, as a vector of
/// length 1. Gradients are Sobel's with the border reflected, as in the authors' code; votes go to
/// one bin each, and no window weights them.
/// - Parameters:
///   - images: `[N, C, H, W]`; the cell divides H and W.
///   - bins: directions that half a turn is cut into.
///   - cell: side of a cell in pixels.
/// - Returns: `[N, C, bins, H / cell, W / cell]`, without gradients.
func orientedGradients(_ images: Tensor, bins: Int, cell: Int) -> Tensor {
  withoutGradient {
    withoutAutocast(on: images.device) {
      let (across, down) = sobel(images.to(.float32))
      let magnitude = (across.square() + down.square()).sqrt()
      let (rows, columns) = (images.size(2) / cell, images.size(3) / cell)
      let shape = [images.size(0), images.size(1), rows, cell, columns, cell]
      // What lies beyond each bound, so that a bin holds the difference of two.
      let beyond = (0...bins).map { bound -> Tensor in
        if bound == bins { return magnitude * 0 }
        let counts = isBeyond(.pi * Double(bound) / Double(bins), across, down)
        return magnitude * counts.to(.float32)
      }
      let votes = zip(beyond, beyond.dropFirst()).map { ($0 - $1).reshaped(shape).sum(over: 3, 5) }
      return stacked(Array(votes), along: 2).normalized(along: 2)
    }
  }
}

/// Sobel's differences across and down each channel.
private func sobel(_ images: Tensor) -> (across: Tensor, down: Tensor) {
  let (height, width) = (images.size(2), images.size(3))
  let kernel = Tensor([1, 0, -1, 2, 0, -2, 1, 0, -1] as [Float], shape: [1, 1, 3, 3])
    .to(images.device)
  func reflected(_ x: Tensor, _ axis: Int) -> Tensor {
    let last = x.size(axis) - 1
    return concatenated(
      [x.sliced(1..<2, along: axis), x, x.sliced((last - 1)..<last, along: axis)], along: axis)
  }
  let planes = reflected(reflected(images.reshaped(-1, 1, height, width), 2), 3)
  return (
    planes.conv2d(kernel).reshaped(images.shape),
    planes.conv2d(kernel.transposed()).reshaped(images.shape)
  )
}

/// Where the direction of (down, across), turned into the upper half plane, is at `angle` or
/// beyond, from 0 to below π.
private func isBeyond(_ angle: Double, _ across: Tensor, _ down: Tensor) -> Tensor {
  let height = across.abs()
  let base = (across .< 0).select(-down, else: (across .== 0).select(down.abs(), else: down))
  return (height * cos(angle) - base * sin(angle)) .>= 0
}
