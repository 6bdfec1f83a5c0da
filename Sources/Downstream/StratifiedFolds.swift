import Torch

/// Deals images into folds so that every fold has about the same share of each class, and no group
/// is in two folds.
enum StratifiedFolds {
  /// The folds of cross-validation; one of as many is the 20% set aside.
  static let count = 5
  /// Below this many labelled training images, one 20% split is too small to choose by.
  static let crossValidateBelow = 500

  /// The fold of each image, in `0 ..< folds`, or in fewer where there are fewer groups (images,
  /// where not grouped) than folds.
  ///
  /// Units (groups or single images) go, largest first and in seeded order among equals, to the
  /// fold that has least of their classes, then to the smallest. For single images this is ordinary
  /// stratification. The draw depends on nothing else than the arguments.
  static func deal(labels: [Int], groups: [Int]?, folds: Int, seed: UInt64) -> [Int] {
    let units = units(of: labels.count, groups: groups, seed: seed)
    let folds = min(folds, units.count)
    let classes = (labels.max() ?? 0) + 1
    let totals = labels.reduce(into: [Double](repeating: 0, count: classes)) { $0[$1] += 1 }
    var filled = [[Double]](repeating: [Double](repeating: 0, count: classes), count: folds)
    var sizes = [Int](repeating: 0, count: folds)
    var result = [Int](repeating: 0, count: labels.count)
    for unit in units {
      let tally = unit.reduce(into: [Int: Double]()) { $0[labels[$1], default: 0] += 1 }
      let classesHere = tally.sorted { $0.key < $1.key }
      let costs = filled.map { fold in
        classesHere.reduce(0.0) { $0 + $1.value * fold[$1.key] / totals[$1.key] }
      }
      let best = (0..<folds).min { (costs[$0], sizes[$0]) < (costs[$1], sizes[$1]) } ?? 0
      for image in unit { result[image] = best }
      for (label, count) in classesHere { filled[best][label] += count }
      sizes[best] += unit.count
    }
    return result
  }

  /// The images that are dealt together, in the order of the deal: groups, largest first and in
  /// seeded order among equals, or single images in seeded order.
  static func units(of count: Int, groups: [Int]?, seed: UInt64) -> [[Int]] {
    let order = RandomStream(seed: seed, "folds").permutation(count).ints
    var positions: [Int: Int] = [:]
    var units: [[Int]] = []
    for image in order {
      guard let group = groups?[image] else {
        units.append([image])
        continue
      }
      if let position = positions[group] {
        units[position].append(image)
      } else {
        positions[group] = units.count
        units.append([image])
      }
    }
    if groups != nil {
      let bySize = units.enumerated().sorted {
        ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
      }
      units = bySize.map(\.element)
    }
    return units
  }

  /// The positions to set aside in turn: of each fold, or of the first alone where images are many
  /// enough to choose by one.
  /// - Throws: ``ProbeError/split(_:)`` if all images are in one fold.
  static func heldOut(_ folds: [Int]) throws(ProbeError) -> [[Int]] {
    let count = (folds.max() ?? 0) + 1
    guard count > 1 else {
      throw .split(
        "all \(folds.count) labelled training images are of one group, so that none can be set "
          + "aside to choose settings by; give a validation part, or label images of more groups")
    }
    var held = [[Int]](repeating: [], count: count)
    for (position, fold) in folds.enumerated() { held[fold].append(position) }
    return folds.count < crossValidateBelow ? held : [held[0]]
  }
}
