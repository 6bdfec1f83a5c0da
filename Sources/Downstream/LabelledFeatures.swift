public import Torch

/// The labelled images of one part of a split: features, classes, and which images they are.
///
/// The only way into a probe. Unlabelled images are left out here, and images are put in the order
/// of their index, so that no result depends on the order in which a split names them.
public struct LabelledFeatures {
  /// Features of a larger magnitude count as broken: their squares would overflow.
  public static let largest: Double = 1e15

  /// One row an image, `float32` `[N, D]`.
  public let features: Tensor
  /// The class of each row.
  public let labels: [Int]
  /// The index of the image behind each row.
  public let images: [Int]
  /// The group (patient, slide, flight) of each row, if images are grouped.
  public let groups: [Int]?

  /// The number of labelled images.
  public var count: Int { labels.count }

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
    let total = labels.count
    precondition(
      features.rank == 2 && features.size(0) == total && groups.map { $0.count == total } ?? true,
      "LabelledFeatures: \(total) labels for features \(features.shape)")
    var kept: [Int] = []
    for image in images.map({ $0.sorted() }) ?? Array(0..<total) {
      guard (0..<total).contains(image) else {
        throw .split("the \(part) part names image \(image), but there are \(total) images")
      }
      guard let label = labels[image], label >= 0 else { continue }
      guard kept.last != image else {
        throw .split("the \(part) part names image \(image) twice; name it once")
      }
      kept.append(image)
    }
    guard !kept.isEmpty else { throw .noLabels(part: part) }
    let own = kept.count == total ? features : features.rows(Tensor(kept).to(features.device))
    self.init(
      features: own.detached().to(.float32).contiguous(), labels: kept.compactMap { labels[$0] },
      images: kept, groups: groups.map { groups in kept.map { groups[$0] } })
    try checkFeatures(part)
  }

  private init(features: Tensor, labels: [Int], images: [Int], groups: [Int]?) {
    self.features = features
    self.labels = labels
    self.images = images
    self.groups = groups
  }

  /// The rows at `positions`, which are in ascending order.
  func picked(_ positions: [Int]) -> LabelledFeatures {
    LabelledFeatures(
      features: features.rows(Tensor(positions).to(features.device)),
      labels: positions.map { labels[$0] }, images: positions.map { images[$0] },
      groups: groups.map { groups in positions.map { groups[$0] } })
  }

  /// These rows, then those of `other`.
  func joined(_ other: LabelledFeatures) -> LabelledFeatures {
    LabelledFeatures(
      features: concatenated([features, other.features]), labels: labels + other.labels,
      images: images + other.images, groups: nil)
  }

  private func checkFeatures(_ part: String) throws(ProbeError) {
    for rows in features.blocks(of: 8192) {
      // NaN compares false, so this finds it too.
      let bad = (rows.values.abs() .<= LabelledFeatures.largest).logicalNot()
      guard bad.to(.uint8).max().scalar > 0 else { continue }
      let place = bad.nonzero()[0].ints
      throw .badFeature(part: part, image: images[rows.start + place[0]], dimension: place[1])
    }
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
}
