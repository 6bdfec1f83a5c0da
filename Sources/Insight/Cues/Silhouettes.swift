public import Torch

/// Images without colour: 0.299 R + 0.587 G + 0.114 B in each channel; grey images as they are.
/// - Parameter images: `[N, C, H, W]`, C being 1 or 3.
public func greyscale(_ images: Tensor) -> Tensor {
  guard images.size(1) == 3 else { return images }
  let weights = Tensor([0.299, 0.587, 0.114] as [Float], shape: [1, 3, 1, 1])
  return (images * weights.to(images.dtype).to(images.device)).sum(over: 1, keepingAxes: true)
    .expanded(-1, 3, -1, -1).contiguous()
}

/// Black shapes on white, so that only outlines are left (as the silhouettes of Geirhos et al. 2019,
/// which were drawn from outlines): each image's brightness is cut where it parts best into two (Otsu
/// 1979), and the side that most of the border is on becomes the white ground.
///
/// A shape is only found where it is brighter or darker than its surroundings: look at some before
/// believing a figure.
/// - Parameter images: `[N, C, H, W]` in 0...1, C being 1 or 3.
/// - Returns: `float32` `[N, C, H, W]` of 0 and 1; all white where an image is of one brightness.
public func silhouettes(_ images: Tensor) -> Tensor {
  withoutGradient {
    let grey = greyscale(images.detached().to(.float32)).sliced(0..<1, along: 1)
    let (height, width) = (grey.size(2), grey.size(3))
    let levels = (grey.clamped(from: 0, to: 1) * 255).round().to(.int64)
    let cuts = levels.flattened(from: 1).oneHot(256).sum(over: 1).to(.float64)
    let bright = (levels .> cut(cuts).reshaped(-1, 1, 1, 1)).to(.float32)
    let inner = bright.sliced(1..<max(1, height - 1), along: 2)
      .sliced(1..<max(1, width - 1), along: 3)
    let border =
      (bright.sum(over: 1, 2, 3, keepingAxes: true) - inner.sum(over: 1, 2, 3, keepingAxes: true))
      / Double(bright.size(2) * width - inner.size(2) * inner.size(3))
    let isBrightGround = border .>= 0.5
    return isBrightGround.select(bright, else: 1 - bright).expanded(-1, images.size(1), -1, -1)
      .contiguous()
  }
}

/// The level up to which an image is dark, `int64` `[N]`, from its histogram `[N, 256]`: where the
/// variance between dark and bright is largest (Otsu 1979, eq. 18); 255 where all is one level.
private func cut(_ histogram: Tensor) -> Tensor {
  let p = histogram / histogram.sum(over: 1, keepingAxes: true)
  let levels = Tensor.range(to: 256, dtype: .float64, device: p.device)
  let dark = p.cumulativeSum(along: 1)
  let moment = (p * levels).cumulativeSum(along: 1)
  let mean = moment.sliced(255..<256, along: 1)
  let between = (mean * dark - moment).square() / (dark * (1 - dark)).clamped(from: 1e-9)
  let isFlat = between.max(over: 1) .< 1e-6
  return between.argmax(along: 1).filled(where: isFlat, with: 255)
}
