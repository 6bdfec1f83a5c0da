import Torch

/// Deals images into folds so that every fold has about the same share of each class, and no group
/// is in two folds.
enum StratifiedFolds {
  /// The fold of each image, in `0 ..< folds`, or in fewer where there are fewer groups (images,
  /// where not grouped) than folds.
  ///
  /// Units (groups or single images) go, largest first and in seeded order among equals, to the
  /// fold that has least of their classes, then to the smallest. For single images this is ordinary
  /// stratification. The draw depends on nothing else than the arguments.
  static func deal(labels: [Int], groups: [Int]?, folds: Int, seed: UInt64) -> [Int] {
    let order = RandomStream(seed: seed, "folds").permutation(labels.count).ints
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
}
