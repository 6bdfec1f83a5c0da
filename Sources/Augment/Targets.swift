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
    /// One class a pixel.
    case masks
  }

  /// The kind.
  public let kind: Kind
  /// One row an image of the store: `float32` `[N, K]`, 0 for unlabelled images; of masks `uint8`
  /// `[N, H, W]` of the stored images' size, `ImageStore.ignored` where a pixel counts nowhere.
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

  /// The class of each pixel, `uint8` `[N, H, W]`, `ImageStore.ignored` where it counts nowhere.
  public init(masks: Tensor) {
    precondition(
      masks.rank == 3 && masks.dtype == .uint8, "Targets: uint8 [N, H, W] is expected, not \(masks)"
    )
    kind = .masks
    values = masks
  }
}

extension Targets {
  /// What supervised training learns from some images of a set: their tags, their masks (which are
  /// not copied), or their numbers in units of ``NumberScale``; `nil` where there are classes or no
  /// labels.
  public init?(_ images: ImageStore, learntFrom indices: [Int]) {
    switch images.task {
    case .none, .classes: return nil
    case .masks:
      guard let start = images.masks?.baseAddress else { return nil }
      self.init(
        masks: Tensor(
          borrowing: start, shape: [images.count, images.height, images.width], dtype: .uint8,
          owner: images))
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
