/// Which images a downstream task trains on, chooses its settings by, and is judged on.
///
/// Images are named by their row in the feature matrix (their index in the store). Order does not
/// matter. Unlabelled images may be named anywhere; probes leave them out.
public struct EvaluationSplit: Codable, Sendable, Equatable {
  /// The images whose labels the task may learn from.
  public var train: [Int]
  /// The images that settings are chosen by; `nil` lets the probe set 20% of `train` aside
  /// (cross-validation where labels are fewer than 500).
  public var validation: [Int]?
  /// The images that the reported figures come from.
  public var test: [Int]

  /// A split of images named by row.
  public init(train: [Int], validation: [Int]? = nil, test: [Int]) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Makes sure that no image, and no group (patient, slide, flight), is in two parts.
  /// - Parameters:
  ///   - count: the number of images there are.
  ///   - groups: the group of every image, if there are groups.
  /// - Throws: ``ProbeError/split(_:)``.
  public func check(count: Int, groups: [Int]? = nil) throws(ProbeError) {
    var partOfImage: [Int: String] = [:]
    var partOfGroup: [Int: String] = [:]
    for (part, images) in [("train", train), ("validation", validation ?? []), ("test", test)] {
      for image in images {
        guard (0..<count).contains(image) else {
          throw .split("the \(part) part names image \(image), but there are \(count) images")
        }
        if let other = partOfImage.updateValue(part, forKey: image) {
          throw .split("image \(image) is named in \(other) and again in \(part); name it once")
        }
        guard let group = groups?[image] else { continue }
        if let other = partOfGroup.updateValue(part, forKey: group), other != part {
          throw .split("group \(group) is both in \(other) and in \(part); keep groups whole")
        }
      }
    }
  }
}
