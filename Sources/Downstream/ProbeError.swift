/// Why a protocol cannot judge features or a network. Every message says what was found and what to do.
public enum ProbeError: Error, Equatable, CustomStringConvertible {
  /// A part (`training`, `validation`, `test`) in which no image has a label.
  case noLabels(part: String)
  /// All labelled training images show the same class, so there is nothing to tell apart.
  case oneClass(Int)
  /// A label that is not in `0 ..< classes`.
  case label(Int, image: Int, classes: Int)
  /// A feature that is NaN, infinite or beyond ``TargetFeatures/largest``.
  case badFeature(part: String, image: Int, dimension: Int)
  /// Parts that have different numbers of feature dimensions.
  case dimensions(part: String, found: Int, expected: Int)
  /// A split that names an image twice, or one that is not there, or parts a group; says which.
  case split(String)
  /// An option outside its range; says which.
  case option(String)
  /// A network that was trained to its end and says NaN or infinity of a test image.
  case badOutputs
  /// Fine-tuning whose loss is no longer a number.
  case diverged(step: Int, learningRate: Double)
  /// A target that the task cannot use, or targets that leave nothing to learn; says which.
  case target(String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .noLabels(let part):
      "the \(part) part holds no labelled image; a probe needs at least one"
    case .oneClass(let label):
      "all labelled training images are of class \(label); a probe needs at least two classes: "
        + "label images of another class, or draw the training images anew"
    case .label(let label, let image, let classes):
      "image \(image) has label \(label), but there are \(classes) classes "
        + "(labels 0 to \(classes - 1), -1 for unlabelled)"
    case .badFeature(let part, let image, let dimension):
      "feature \(dimension) of image \(image) (the first such in the \(part) part) is NaN, infinite "
        + "or beyond ±\(LabelledFeatures.largest); the network has diverged or the image is damaged"
    case .dimensions(let part, let found, let expected):
      "the \(part) part has features of \(found) dimensions, the training part of \(expected); "
        + "embed both with the same backbone"
    case .badOutputs:
      "what the network says of the test images is NaN or infinite; its training has diverged: lower "
        + "the recipe's learning rate, or use float32"
    case .diverged(let step, let rate):
      "fine-tuning diverged: the loss is not a number at step \(step) (learning rate \(rate)); "
        + "lower the recipe's learning rate, or use float32"
    case .split(let message), .option(let message), .target(let message):
      message
    }
  }
}
