public import Images
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

extension Targets {
  /// What supervised training learns from some images of a set: their tags, or their numbers in units
  /// of ``NumberScale``; `nil` where there are classes, masks or no labels.
  public init?(_ images: ImageStore, learntFrom indices: [Int]) {
    switch images.task {
    case .none, .classes, .masks: return nil
    case .tags: self.init(tags: images.tags, classes: images.classes.count)
    case .values:
      let scale = NumberScale(images, indices)
      self.init(
        numbers: images.values.map { $0.map { ($0 - scale.mean) / scale.deviation } })
    }
  }
}

/// The mean and deviation of the numbers of some images, by which a network learns them.
public struct NumberScale: Sendable {
  /// The mean.
  public let mean: Double
  /// The deviation; 1 where all numbers are the same.
  public let deviation: Double

  /// The scale of the numbers of the images that have one.
  public init(_ images: ImageStore, _ indices: [Int]) {
    let numbers = indices.compactMap { images.values[$0] }
    let count = Double(max(1, numbers.count))
    let mean = numbers.reduce(0, +) / count
    self.mean = mean
    let spread = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    deviation = spread > 0 ? spread : 1
  }
}
