import Torch

/// Fewer pixels, shown as large as before.
enum Pixelation {
  /// Pillow's box filter down to a share of the size and up again, without its rounding in between.
  static func apply(_ levels: Tensor, _ strength: Strength) -> Tensor {
    let share = strength([0.95, 0.9, 0.85, 0.75, 0.65], [0.6, 0.5, 0.4, 0.3, 0.25])
    func filter(height: (Int, Int), width: (Int, Int)) -> SeparableFilter {
      SeparableFilter(
        rows: box(from: height.0, to: height.1), columns: box(from: width.0, to: width.1),
        device: levels.device)
    }
    let (height, width) = (strength.height, strength.width)
    let low = Swift.max(1, Int(Double(height) * share))
    let narrow = Swift.max(1, Int(Double(width) * share))
    let small = filter(height: (height, low), width: (width, narrow))(levels)
    return filter(height: (low, height), width: (narrow, width))(small)
  }

  /// The mean of the pixels whose middle lies within half a new pixel of its middle; the nearest
  /// where the line grows.
  private static func box(from: Int, to: Int) -> Weights {
    let scale = Double(from) / Double(to)
    let reach = Swift.max(1, scale)
    var weights = Weights(from: from, to: to)
    for target in 0..<to {
      let centre = (Double(target) + 0.5) * scale
      let chosen = (0..<from).filter { source in
        let distance = (Double(source) + 0.5 - centre) / reach
        return distance > -0.5 && distance <= 0.5
      }
      for source in chosen { weights[target, source] = 1 / Float(chosen.count) }
    }
    return weights
  }
}
