public import Augment
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
  /// Whether the data bring their own test split.
  public let hasOwnTest: Bool

  /// The share of the images that is held out as test split where the data bring none.
  public static let heldOut = 0.2
  /// What draws that split: the same for every seed of a study.
  static let splitSeed: UInt64 = 20_240_417

  /// Splits a store and puts it on a device.
  /// - Throws: ``StudyError`` if the images are unlabelled, of another task or too few to be compared on.
  public init(_ images: ImageStore, device: Device) throws(StudyError) {
    let labelled = images.labels.indices.filter { images.labels[$0] != nil }
    guard images.task == .none || images.task == .classes else {
      throw .otherTask(images.root, images.task)
    }
    guard images.classes.count >= 2 else {
      throw .noLabels(images.root, classes: images.classes.count)
    }
    let own = images.indices(of: .test).filter { images.labels[$0] != nil }
    hasOwnTest = !own.isEmpty
    if hasOwnTest {
      test = own
      pool = images.indices(of: .train)
    } else {
      guard labelled.count >= Self.fewestImages else {
        throw .tooFewImages(images.root, found: labelled.count, needed: Self.fewestImages)
      }
      let held: [Int]
      do {
        held = try Splits.stratifiedSplit(
          of: images.indices(of: .train).filter { images.labels[$0] != nil },
          labels: images.labels, groups: images.groups, fraction: Self.heldOut,
          seed: Self.splitSeed
        ).held
      } catch {
        throw .images("\(error)")
      }
      test = held
      // Images without a label stay out too where their group does.
      let groups = images.groups ?? Array(images.labels.indices)
      let out = Set(held.map { groups[$0] })
      pool = images.indices(of: .train).filter { !out.contains(groups[$0]) }
    }
    validation = images.indices(of: .validation).filter { images.labels[$0] != nil }
    guard pool.count >= 2 else {
      throw .tooFewImages(images.root, found: pool.count, needed: Self.fewestImages)
    }
    self.images = images
    store = DeviceStore(images, training: pool, device: device)
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
    store = DeviceStore(images, training: pool, device: device)
  }

  /// Fewer labelled images than this cannot be split and compared.
  static let fewestImages = 10

  /// The labelled images of the pool.
  public var labelledPool: [Int] { pool.filter { images.labels[$0] != nil } }

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
        return (subset, subset.filter { images.labels[$0] != nil })
      case .fewLabels(let count):
        let labelled = try Splits.labelledSubset(
          of: pool, labels: images.labels, groups: images.groups, size: count, seed: seed)
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
