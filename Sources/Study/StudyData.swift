public import Augment
public import Downstream
public import Images
public import Torch

/// The images of a study, on its device, with the splits that every run shares.
public struct StudyData {
  /// The images.
  public let images: ImageStore
  /// The images on the device; their mean and deviation come from ``pool`` alone.
  public let store: DeviceStore
  /// Images that may be pretrained on.
  public let pool: [Int]
  /// Labelled validation images, where the data bring their own.
  public let validation: [Int]
  /// The labelled test images, touched once for each row.
  public let test: [Int]
  /// Whether each image has a label.
  private let isLabelled: [Bool]
  /// Whether the data bring their own test split.
  public let hasOwnTest: Bool

  /// The share of the images that is held out as test split where the data bring none.
  public static let heldOut = 0.2
  /// What draws that split: the same for every seed of a study.
  static let splitSeed: UInt64 = 20_240_417

  /// Splits a store and puts it on a device.
  /// - Throws: ``StudyError`` if the images are unlabelled or too few to be compared on.
  public init(_ images: ImageStore, device: Device) throws(StudyError) {
    guard images.task != .none, images.task == .values || images.classes.count >= 2 else {
      throw .noLabels(images.root, classes: images.classes.count)
    }
    let isLabelled = Self.isLabelled(images)
    let train = images.indices(of: .train)
    let own = images.indices(of: .test).filter { isLabelled[$0] }
    hasOwnTest = !own.isEmpty
    if hasOwnTest {
      test = own
      pool = train
    } else {
      let labelled = train.filter { isLabelled[$0] }
      guard labelled.count >= Self.fewestImages else {
        throw .tooFewImages(images.root, found: labelled.count, needed: Self.fewestImages)
      }
      let held: [Int]
      do {
        held = try Splits.stratifiedSplit(
          of: labelled, labels: images.labels, groups: images.groups, fraction: Self.heldOut,
          seed: Self.splitSeed
        ).held
      } catch {
        throw .images("\(error)")
      }
      test = held
      // Images without a label stay out too where their group does.
      let groups = images.groups ?? Array(images.labels.indices)
      let out = Set(held.map { groups[$0] })
      pool = train.filter { !out.contains(groups[$0]) }
    }
    validation = images.indices(of: .validation).filter { isLabelled[$0] }
    guard pool.count >= 2 else {
      throw .tooFewImages(images.root, found: pool.count, needed: Self.fewestImages)
    }
    self.images = images
    self.isLabelled = isLabelled
    store = DeviceStore(images, training: pool, device: device)
  }

  /// Whether each image has a label, be it a class, tags, a number or a mask.
  private static func isLabelled(_ images: ImageStore) -> [Bool] {
    switch images.task {
    case .none: Array(repeating: false, count: images.count)
    case .classes: images.labels.map { $0 != nil }
    case .tags: images.tags.map { $0 != nil }
    case .values: images.values.map { $0 != nil }
    case .masks: (0..<images.count).map(images.hasMask)
    }
  }

  /// Images that are pretrained on only, with or without labels.
  /// - Throws: ``StudyError`` if they are too few.
  public init(pretrainingOn images: ImageStore, device: Device) throws(StudyError) {
    pool = images.indices(of: .train)
    guard pool.count >= 2 else {
      throw .tooFewImages(images.root, found: pool.count, needed: 2)
    }
    self.images = images
    validation = []
    test = []
    hasOwnTest = true
    isLabelled = Self.isLabelled(images)
    store = DeviceStore(images, training: pool, device: device)
  }

  /// Fewer labelled images than this cannot be split and compared.
  static let fewestImages = 10

  /// The labelled images of the pool.
  public var labelledPool: [Int] { pool.filter { isLabelled[$0] } }

  /// The group of each of some images; `nil` where images come in none.
  func groups(of indices: [Int]) -> [Int]? {
    images.groups.map { groups in indices.map { groups[$0] } }
  }

  /// Whether a row makes sense for the images' labels: contrast by class knows classes alone, and masks
  /// need a map of features.
  public func suits(_ row: StudyRow) -> Bool {
    switch row.method {
    case Baseline.supCon: images.task == .classes
    case Baseline.pixels: images.task != .masks
    default: true
    }
  }

  /// Checks that images have the classes that are to be weighted.
  /// - Throws: ``StudyError/setting(_:)`` where they do not.
  public func check(_ weights: LinearProbe.ClassWeighting?) throws(StudyError) {
    guard weights == .balanced, images.task != .classes else { return }
    throw .setting(
      "--class-weights balanced is for images of one class each; the labels of these are "
        + "\(images.task.rawValue): leave it out")
  }

  /// The images that a run pretrains on and those whose labels it may see. Where the images come in
  /// groups, these are kept whole and the numbers are as near as that allows.
  /// - Parameter source: the set that it is pretrained on, where that is another.
  public func draw(
    _ run: PlannedRun, _ labels: LabelDesign, from source: StudyData? = nil
  ) throws(StudyError) -> (training: [Int], labelled: [Int]) {
    let seed = UInt64(run.seed)
    let set = source ?? self
    do {
      switch labels {
      case .allLabelled:
        let subset = try Splits.subset(
          of: pool, labels: images.labels, groups: images.groups, size: run.images, seed: seed)
        return (subset, subset.filter { isLabelled[$0] })
      case .fewLabels(let count):
        // Only classes can be drawn by share; of other labels any will do.
        let labelled =
          try images.task == .classes
          ? Splits.labelledSubset(
            of: pool, labels: images.labels, groups: images.groups, size: count, seed: seed)
          : Splits.subset(
            of: labelledPool, labels: images.labels, groups: images.groups, size: count, seed: seed)
        if !run.dependsOnSize { return (labelled, labelled) }
        let subset = try Splits.subset(
          of: set.pool, labels: set.images.labels, groups: set.images.groups, size: run.images,
          seed: seed)
        return (subset, labelled)
      }
    } catch {
      throw .images("\(error)")
    }
  }
}
