public import Torch

/// What a network learns to predict of each image, where that is not one class an image.
public struct Targets {
  /// The kinds of targets.
  public enum Kind: Sendable {
    /// Any number of classes an image: 1 where it has one, else 0.
    case tags
    /// One number an image.
    case numbers
  }

  /// The kind.
  public let kind: Kind
  /// One row an image of the store, `float32` `[N, K]`; rows of unlabelled images are 0.
  public let values: Tensor

  /// Tags of each image, below `classes`; `nil` for unlabelled ones.
  public init(tags: [[Int]?], classes: Int) {
    var values = [Float](repeating: 0, count: tags.count * classes)
    for (image, tags) in tags.enumerated() {
      for tag in tags ?? [] { values[image * classes + tag] = 1 }
    }
    kind = .tags
    self.values = Tensor(values, shape: [tags.count, classes])
  }

  /// A number of each image; `nil` for unlabelled ones.
  public init(numbers: [Double?]) {
    kind = .numbers
    values = Tensor(numbers.map { Float($0 ?? 0) }, shape: [numbers.count, 1])
  }
}
