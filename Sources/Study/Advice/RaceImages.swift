public import Downstream
public import Images
public import Torch

/// The images of a race: those that are trained on, those that methods are compared by, and, apart
/// from both, the test images, which choose nothing.
public struct RaceImages {
  /// The images on their device.
  public let data: StudyData
  /// Images that are trained on.
  public let training: [Int]
  /// Images of the training part, or the data's own validation images, that no method trains on and
  /// that methods are compared by: labelled ones where there are classes.
  public let held: [Int]
  /// Whether there are classes enough to compare by accuracy.
  public let hasClasses: Bool

  /// Fewer labelled images than this say too little to choose by.
  public static let fewestLabelled = 50
  /// The share of the images that methods are compared by, where the data bring no validation images.
  static let heldShare = 0.2
  /// More held-out images than this are better trained on.
  static let mostHeld = 2000

  /// Splits a store and puts it on a device.
  /// - Throws: ``StudyError`` if there are too few images.
  public init(_ images: ImageStore, device: Device) throws(StudyError) {
    let train = images.indices(of: .train)
    let labelled = train.count { images.labels[$0] != nil }
    hasClasses =
      images.task == .classes && images.classes.count >= 2 && labelled >= Self.fewestLabelled
    data =
      try hasClasses
      ? StudyData(images, device: device) : StudyData(pretrainingOn: images, device: device)
    if hasClasses && !data.validation.isEmpty {
      (training, held) = (data.pool, data.validation)
      return
    }
    let candidates = hasClasses ? data.labelledPool : data.pool
    guard candidates.count >= StudyData.fewestImages else {
      throw .tooFewImages(images.root, found: candidates.count, needed: StudyData.fewestImages)
    }
    do {
      let share = min(Self.heldShare, Double(Self.mostHeld) / Double(candidates.count))
      held = try Splits.stratifiedSplit(
        of: candidates, labels: images.labels, groups: images.groups, fraction: share,
        seed: StudyData.splitSeed
      ).held
    } catch {
      throw .images("\(error)")
    }
    let groups = images.groups ?? Array(images.labels.indices)
    let out = Set(held.map { groups[$0] })
    training = data.pool.filter { !out.contains(groups[$0]) }
  }

  /// The labelled images among those that are trained on.
  public var labelled: [Int] { training.filter { data.images.labels[$0] != nil } }

  /// What candidates are compared by where there are classes: as in reports, balanced accuracy where
  /// they are uneven.
  public var metric: Metric {
    let counts = Dictionary(grouping: labelled) { data.images.labels[$0] ?? 0 }.mapValues(\.count)
    let least = data.images.classes.indices.map { counts[$0] ?? 0 }.min() ?? 0
    let most = counts.values.max() ?? 0
    return .ofClasses(least: least, most: most)
  }
}

/// How many images judging takes. Fewer are judged faster, and tell less.
public struct RaceSample: Codable, Sendable, Equatable {
  /// Labelled training images that the probe is fitted to; 0 without classes.
  public var fitted: Int
  /// Held-out images that it is scored on.
  public var held: Int
  /// Test images, once, at the end; 0 without classes.
  public var tested: Int

  /// All that there are, as far as more would tell more.
  static func largest(_ images: RaceImages) -> RaceSample {
    RaceSample(
      fitted: images.hasClasses ? min(4000, images.labelled.count) : 0, held: images.held.count,
      tested: images.hasClasses ? min(4000, images.data.test.count) : 0)
  }

  /// Half as many, but not fewer than tell something.
  var halved: RaceSample {
    RaceSample(
      fitted: max(min(fitted, 500), fitted / 2), held: max(min(held, 300), held / 2),
      tested: max(min(tested, 300), tested / 2))
  }

  /// The smallest that ``halved`` comes to.
  var smallest: RaceSample {
    var sample = self
    while sample.halved != sample { sample = sample.halved }
    return sample
  }

  /// Images that one candidate is judged on.
  var images: Int { fitted + held }
}
