public import Torch
public import TorchNN

/// Builds the small networks that methods put between the backbone and their loss.
public enum ProjectionHead {
  /// Linear layers with batch normalisation and ReLU between them; the last is plain, or normalised
  /// without scale and shift.
  /// - Parameters:
  ///   - widths: the sizes from input to output, at least two.
  ///   - normalisesHidden: whether there is batch normalisation between the layers.
  public static func perceptron(
    _ widths: [Int], normalisesHidden: Bool = true, normalisesOutput: Bool = false,
    random: RandomStream
  ) -> Sequential {
    var layers: [Layer] = []
    for index in 1..<widths.count {
      let isLast = index == widths.count - 1
      let normalises = isLast ? normalisesOutput : normalisesHidden
      // A bias in front of a normalisation would be taken out again.
      layers.append(
        Linear(widths[index - 1], widths[index], bias: !normalises, random: random))
      if normalises { layers.append(BatchNorm(widths[index], affine: !isLast)) }
      if !isLast { layers.append(ReLU()) }
    }
    return Sequential(layers)
  }
}
