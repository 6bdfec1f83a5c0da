/// Selections of images that depend on the labels, the groups and a seed alone. `indices` are
/// positions in `labels` (and in `groups`); results are ascending. Images without a label count as
/// one more class.
///
/// With `groups` (a patient, slide or flight for each image), no group is divided: sizes and shares
/// are then as near as whole groups allow. Without, or with a group for each image, they are exact.
public enum Splits {
  /// A part of `fraction` of the indices, at least one, held out from the rest; every class gives
  /// its share, within one image. With groups, the part holds no class whole unless there is no
  /// other way, and is otherwise off by less than the largest group.
  ///
  /// - Throws: `ImageError.tooFewImages` for less than two images, `.tooFewGroups` for one group.
  public static func stratifiedSplit(
    of indices: [Int], labels: [Int?], groups: [Int]? = nil, fraction: Double = 0.2, seed: UInt64
  ) throws(ImageError) -> (rest: [Int], held: [Int]) {
    precondition(fraction > 0 && fraction < 1, "Splits: fraction must lie between 0 and 1")
    guard indices.count >= 2 else { throw .tooFewImages(wanted: 2, found: indices.count) }
    let size = min(
      max(1, Int((Double(indices.count) * fraction).rounded())), indices.count - 1)
    if let groups = divided(groups, of: indices) {
      return try groupedSplit(of: indices, labels: labels, groups: groups, size: size, seed: seed)
    }
    var strata = Strata(indices, labels, seed: seed, stream: 1)
    let held = strata.take(size)
    let out = Set(held)
    return (indices.filter { !out.contains($0) }.sorted(), held)
  }

  /// `size` of the indices, every class with its share, within one image. For one seed, a smaller
  /// subset is part of every larger one. With groups, the size is off by half a group at most, but
  /// the subset has at least one.
  ///
  /// - Throws: `ImageError.tooFewImages` if there are less than `size`.
  public static func subset(
    of indices: [Int], labels: [Int?], groups: [Int]? = nil, size: Int, seed: UInt64
  ) throws(ImageError) -> [Int] {
    guard size <= indices.count else { throw .tooFewImages(wanted: size, found: indices.count) }
    if let groups = divided(groups, of: indices) {
      return groupedSubset(
        of: indices, labels: labels, groups: groups, size: size, seed: seed, stream: 2)
    }
    var strata = Strata(indices, labels, seed: seed, stream: 2)
    return strata.take(size)
  }

  /// `size` of the indices for training with few labels: one of every class first, as far as `size`
  /// goes, then shares as in `subset`. Nested in the same way, and with groups as near in size.
  /// Images without a label are left out.
  ///
  /// - Throws: `ImageError.tooFewImages` if there are less than `size`.
  public static func labelledSubset(
    of indices: [Int], labels: [Int?], groups: [Int]? = nil, size: Int, seed: UInt64
  ) throws(ImageError) -> [Int] {
    let labelled = indices.filter { labels[$0] != nil }
    guard size <= labelled.count else { throw .tooFewImages(wanted: size, found: labelled.count) }
    if let groups = divided(groups, of: labelled) {
      return groupedSubset(
        of: labelled, labels: labels, groups: groups, size: size, seed: seed, stream: 3,
        oneOfEachFirst: true)
    }
    var strata = Strata(labelled, labels, seed: seed, stream: 3)
    return strata.take(size, oneOfEachFirst: true)
  }

  /// The indices dealt into `count` folds whose sizes, in all and of every class, differ by at most
  /// one; with groups, as near as dealing them out from the largest on comes.
  ///
  /// - Throws: `ImageError.tooFewImages` or `.tooFewGroups` if there are less than `count`.
  public static func folds(
    of indices: [Int], labels: [Int?], groups: [Int]? = nil, count: Int, seed: UInt64
  ) throws(ImageError) -> [[Int]] {
    precondition(count >= 2, "Splits: folds need a count of at least 2")
    guard count <= indices.count else { throw .tooFewImages(wanted: count, found: indices.count) }
    if let groups = divided(groups, of: indices) {
      return try groupedFolds(
        of: indices, labels: labels, groups: groups, count: count, seed: seed)
    }
    let strata = Strata(indices, labels, seed: seed, stream: 4)
    var folds = [[Int]](repeating: [], count: count)
    for (position, index) in strata.members.joined().enumerated() {
      folds[position % count].append(index)
    }
    return folds.map { $0.sorted() }
  }

  /// The groups, if any holds two of the images.
  private static func divided(_ groups: [Int]?, of indices: [Int]) -> [Int]? {
    guard let groups, Set(indices.map { groups[$0] }).count < indices.count else { return nil }
    return groups
  }
}

/// Classes in random order, the images of each in random order.
private struct Strata {
  let members: [[Int]]
  private var taken: [Int]

  init(_ indices: [Int], _ labels: [Int?], seed: UInt64, stream: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: stream)
    let byClass = Dictionary(grouping: indices.sorted()) { labels[$0] ?? -1 }
    let ordered = byClass.sorted { $0.key < $1.key }.map { generator.shuffled($0.value) }
    members = generator.shuffled(ordered)
    taken = members.map { _ in 0 }
  }

  /// The quota method of Balinski and Young (1975): seats are handed out one at a time, so that
  /// subsets nest, and no class ever leaves its exact share by one or more.
  mutating func take(_ size: Int, oneOfEachFirst: Bool = false) -> [Int] {
    let total = members.reduce(0) { $0 + $1.count }
    var result: [Int] = []
    for handed in 0..<size {
      let next: Int? =
        if oneOfEachFirst && handed < members.count {
          handed
        } else {
          // Below its share after this seat; among these, the largest per image taken.
          members.indices.filter { taken[$0] * total < members[$0].count * (handed + 1) }
            .max { members[$0].count * (taken[$1] + 1) < members[$1].count * (taken[$0] + 1) }
        }
      guard let next else { break }
      result.append(members[next][taken[next]])
      taken[next] += 1
    }
    return result.sorted()
  }
}
