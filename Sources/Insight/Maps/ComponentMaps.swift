public import Torch

/// The three main directions in which the features of places differ, as red, green and blue of 0...1:
/// parts of images that a network takes for the same have the same colour (Oquab et al. 2023, figure 1,
/// without its removal of the background).
///
/// Components are those of all places of all images together, each stretched from its least to its
/// largest value over them; with fewer than three dimensions the other colours are 0.
/// - Parameter features: of the places of some images, `[N, D, h, w]`: see
///   ``Backbone/spatialFeatures(_:)``.
/// - Returns: `float32` `[N, 3, h, w]`.
public func componentMaps(_ features: Tensor) -> Tensor {
  precondition(
    features.rank == 4, "componentMaps: features are [N, D, h, w], not \(features.shape)")
  return withoutGradient {
    let (count, width) = (features.size(0), features.size(1))
    let places = features.permuted(0, 2, 3, 1).reshaped(-1, width)
    let found = min(3, width)
    let components = PrincipalComponents(places, count: found)(places)
    let low = components.min(over: 0, keepingAxes: true)
    let range = components.max(over: 0, keepingAxes: true) - low
    let stretched = (components - low) / range.clamped(from: 1e-12)
    let blank = Tensor.zeros([stretched.size(0), 3 - found], dtype: .float64)
    return concatenated([stretched, blank], along: 1).to(.float32)
      .reshaped(count, features.size(2), features.size(3), 3).permuted(0, 3, 1, 2).contiguous()
  }
}
