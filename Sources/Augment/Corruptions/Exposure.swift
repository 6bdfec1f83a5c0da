import Torch

/// Changes of light and contrast.
enum Exposure {
  /// The value of HSV, which is the largest channel, raised; hue and saturation stay.
  static func brightness(_ levels: Tensor, _ strength: Strength) -> Tensor {
    let shift = strength([0.05, 0.1, 0.15, 0.2, 0.3], [0.1, 0.2, 0.3, 0.4, 0.5])
    let value = levels.max(over: 1, keepingAxes: true)
    let raised = (value + 255 * shift).clamped(to: 255)
    // Black has no hue and becomes grey.
    return (value .> 0).select(levels * (raised / value.clamped(from: 1)), else: raised)
  }

  /// Every channel drawn towards its mean over the image.
  static func contrast(_ levels: Tensor, _ strength: Strength) -> Tensor {
    let share = strength([0.75, 0.5, 0.4, 0.3, 0.15], [0.4, 0.3, 0.2, 0.1, 0.05])
    // One image at a time, so that the order of summing does not depend on their number.
    let means = stacked((0..<levels.size(0)).map { levels[$0].mean(over: 1, 2, keepingAxes: true) })
    return (levels - means) * share + means
  }
}
