public import Torch
public import TorchNN

/// Builds the small networks that methods put between the backbone and their loss.
public enum ProjectionHead {
  /// Linear layers with batch normalisation and ReLU between them; the last is plain, or normalised
  /// without scale and shift.
  /// - Parameter widths: the sizes from input to output, at least two.
  public static func perceptron(
    _ widths: [Int], normalisesOutput: Bool = false, random: RandomStream
  ) -> Sequential {
    var layers: [Layer] = []
    for index in 1..<widths.count {
      let isLast = index == widths.count - 1
      layers.append(
        Linear(
          widths[index - 1], widths[index], bias: isLast && !normalisesOutput, random: random))
      if !isLast {
        layers += [BatchNorm(widths[index]), ReLU()]
      } else if normalisesOutput {
        layers.append(BatchNorm(widths[index], affine: false))
      }
    }
    return Sequential(layers)
  }
}
