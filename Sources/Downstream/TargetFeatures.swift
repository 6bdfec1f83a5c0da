public import Torch

/// The images of one part of a split that have a target: features, targets, and which images they
/// are.
///
/// The only way into a probe. Images without a target are left out here, and images are put in the
/// order of their index, so that no result depends on the order in which a split names them.
public struct TargetFeatures<Target> {
  /// Features of a larger magnitude count as broken: their squares would overflow.
  public static var largest: Double { 1e15 }

  /// One row an image, `float32` `[N, D]`.
  public let features: Tensor
  /// The target of each row.
  public let targets: [Target]
  /// The index of the image behind each row.
  public let images: [Int]
  /// The group (patient, slide, flight) of each row, if images are grouped.
  public let groups: [Int]?

  /// The number of images.
  public var count: Int { targets.count }

  /// Takes the images with a target among `images`.
  /// - Parameters:
  ///   - features: `[M, D]`, row i for image i; any floating type, on any device.
  ///   - targets: the target of each of the M images; `nil` for unlabelled.
  ///   - groups: the group of each of the M images.
  ///   - images: the rows that belong to this part, in any order; by default all.
  ///   - part: what errors call this part.
  /// - Throws: ``ProbeError`` if no image is labelled, an image is named twice or absent, or a
  ///   feature of a labelled image is not a usable number. Traps if the counts do not fit.
  public init(
    _ features: Tensor, targets: [Target?], groups: [Int]? = nil, images: [Int]? = nil,
    part: String = "training"
  ) throws(ProbeError) {
    let total = targets.count
    precondition(
      features.rank == 2 && features.size(0) == total && groups.map { $0.count == total } ?? true,
      "TargetFeatures: \(total) labels for features \(features.shape)")
    var kept: [Int] = []
    for image in images.map({ $0.sorted() }) ?? Array(0..<total) {
      guard (0..<total).contains(image) else {
        throw .split("the \(part) part names image \(image), but there are \(total) images")
      }
      guard targets[image] != nil else { continue }
      guard kept.last != image else {
        throw .split("the \(part) part names image \(image) twice; name it once")
      }
      kept.append(image)
    }
    guard !kept.isEmpty else { throw .noLabels(part: part) }
    let own = kept.count == total ? features : features.rows(Tensor(kept).to(features.device))
    self.init(
      features: own.detached().to(.float32).contiguous(), targets: kept.compactMap { targets[$0] },
      images: kept, groups: groups.map { groups in kept.map { groups[$0] } })
    for rows in self.features.blocks(of: 8192) {
      guard let place = rows.values.firstUnusable else { continue }
      throw .badFeature(part: part, image: kept[rows.start + place[0]], dimension: place[1])
    }
  }

  private init(features: Tensor, targets: [Target], images: [Int], groups: [Int]?) {
    self.features = features
    self.targets = targets
    self.images = images
    self.groups = groups
  }

  /// The rows at `positions`, which are in ascending order.
  public func picked(_ positions: [Int]) -> TargetFeatures {
    TargetFeatures(
      features: features.rows(Tensor(positions).to(features.device)),
      targets: positions.map { targets[$0] }, images: positions.map { images[$0] },
      groups: groups.map { groups in positions.map { groups[$0] } })
  }

  /// These rows, then those of `other`.
  func joined(_ other: TargetFeatures) -> TargetFeatures {
    TargetFeatures(
      features: concatenated([features, other.features]), targets: targets + other.targets,
      images: images + other.images, groups: nil)
  }
}

extension EvaluationSplit {
  /// The images with a target in each part.
  /// - Throws: ``ProbeError``, among others if an image or a group is in two parts.
  func parts<Target>(
    of features: Tensor, targets: [Target?], groups: [Int]?
  ) throws(ProbeError) -> (
    train: TargetFeatures<Target>, validation: TargetFeatures<Target>?, test: TargetFeatures<Target>
  ) {
    try check(count: targets.count, groups: groups)
    func part(_ name: String, _ images: [Int]) throws(ProbeError) -> TargetFeatures<Target> {
      try TargetFeatures(features, targets: targets, groups: groups, images: images, part: name)
    }
    let train = try part("training", self.train)
    var validation: TargetFeatures<Target>?
    if let images = self.validation { validation = try part("validation", images) }
    return (train, validation, try part("test", test))
  }
}

extension Tensor {
  /// Successive views of at most `size` rows, so that temporaries stay small.
  package func blocks(of size: Int) -> [(start: Int, values: Tensor)] {
    let count = self.size(0)
    return stride(from: 0, to: count, by: size).map { start in
      (start, self[start..<Swift.min(count, start + size)])
    }
  }

  /// Row and column of the first element that is NaN, infinite or too large for a feature.
  var firstUnusable: [Int]? {
    // NaN compares false, so this finds it too.
    let bad = (abs() .<= LabelledFeatures.largest).logicalNot()
    return bad.to(.uint8).max().scalar > 0 ? bad.nonzero()[0].ints : nil
  }
}
