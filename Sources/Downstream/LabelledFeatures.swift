public import Torch

/// The labelled images of one part of a split: each shows one class.
public typealias LabelledFeatures = TargetFeatures<Int>

extension TargetFeatures where Target == Int {
  /// The class of each row.
  public var labels: [Int] { targets }

  /// Takes the labelled images among `images`.
  /// - Parameters:
  ///   - features: `[M, D]`, row i for image i; any floating type, on any device.
  ///   - labels: the class of each of the M images; `nil` or below 0 for unlabelled.
  ///   - groups: the group of each of the M images.
  ///   - images: the rows that belong to this part, in any order; by default all.
  ///   - part: what errors call this part.
  /// - Throws: ``ProbeError`` if no image is labelled, an image is named twice or absent, or a
  ///   feature of a labelled image is not a usable number. Traps if the counts do not fit.
  public init(
    _ features: Tensor, labels: [Int?], groups: [Int]? = nil, images: [Int]? = nil,
    part: String = "training"
  ) throws(ProbeError) {
    try self.init(
      features, targets: labels.map(TargetFeatures.known), groups: groups, images: images,
      part: part)
  }

  /// A label that counts: `nil` for those below 0.
  static func known(_ label: Int?) -> Int? { label.flatMap { $0 >= 0 ? $0 : nil } }
}
