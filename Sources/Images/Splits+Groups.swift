/// Selections that keep groups (patients, slides, flights) whole.
///
/// Sizes are then approximate, and so are the classes' shares: a group goes with the class that most
/// of its images show, and classes take turns by Sainte-Laguë's divisors, counted in images.
extension Splits {
  /// A part of about `size` of the indices that shares no group with the rest. Neither is empty; no
  /// class is held out whole unless there is no other way. Where classes have groups to spare, the
  /// part is off by less than the largest group.
  static func groupedSplit(
    of indices: [Int], labels: [Int?], groups: [Int], size: Int, seed: UInt64
  ) throws(ImageError) -> (rest: [Int], held: [Int]) {
    let units = GroupStrata(indices, labels, groups, seed: seed, stream: 1).ordered(by: labels)
    guard units.count >= 2 else { throw .tooFewGroups(wanted: 2, found: units.count) }
    var left = indices.reduce(into: [Int: Int]()) { counts, index in
      if let label = labels[index] { counts[label, default: 0] += 1 }
    }
    var held: [Int] = []
    var taken = 0
    for unit in units where unit.count < 2 * (size - held.count) && taken < units.count - 1 {
      let counts = unit.reduce(into: [Int: Int]()) { counts, index in
        if let label = labels[index] { counts[label, default: 0] += 1 }
      }
      if counts.contains(where: { left[$0.key] == $0.value }) { continue }
      for (label, count) in counts { left[label, default: 0] -= count }
      held += unit
      taken += 1
    }
    if held.isEmpty, let smallest = units.min(by: { $0.count < $1.count }) { held = smallest }
    let out = Set(held)
    return (indices.filter { !out.contains($0) }.sorted(), held.sorted())
  }

  /// The first groups of an order that does not hang on `size`, so that subsets nest; as many as come
  /// nearest to `size`, at least one. It is off by half a group at most, unless the first is larger.
  static func groupedSubset(
    of indices: [Int], labels: [Int?], groups: [Int], size: Int, seed: UInt64, stream: UInt64,
    oneOfEachFirst: Bool = false
  ) -> [Int] {
    let strata = GroupStrata(indices, labels, groups, seed: seed, stream: stream)
    var subset: [Int] = []
    for unit in strata.ordered(by: labels, oneOfEachFirst: oneOfEachFirst) {
      let isNearer = unit.count < 2 * (size - subset.count)
      guard isNearer || (subset.isEmpty && size > 0) else { break }
      subset += unit
    }
    return subset.sorted()
  }

  /// Groups dealt, the largest first, each to the fold that has least of its classes, then to the
  /// smallest.
  static func groupedFolds(
    of indices: [Int], labels: [Int?], groups: [Int], count: Int, seed: UInt64
  ) throws(ImageError) -> [[Int]] {
    let units = GroupStrata(indices, labels, groups, seed: seed, stream: 4).members
      .flatMap(\.self)
    guard count <= units.count else { throw .tooFewGroups(wanted: count, found: units.count) }
    // By size, then in the order drawn: Swift's sort is stable only by promise of this second key.
    let bySize = units.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }.map(\.element)
    let totals = indices.reduce(into: [Int: Double]()) { $0[labels[$1] ?? -1, default: 0] += 1 }
    var filled = [[Int: Double]](repeating: [:], count: count)
    var folds = [[Int]](repeating: [], count: count)
    for (position, unit) in bySize.enumerated() {
      let tally = unit.reduce(into: [Int: Double]()) { $0[labels[$1] ?? -1, default: 0] += 1 }
      let classes = tally.sorted { $0.key < $1.key }
      let costs = filled.map { fold in
        classes.reduce(0.0) { $0 + $1.value * (fold[$1.key] ?? 0) / (totals[$1.key] ?? 1) }
      }
      // Every fold gets a group, however unlike the groups are.
      let isLast = bySize.count - position <= folds.count { $0.isEmpty }
      let open = folds.indices.filter { !isLast || folds[$0].isEmpty }
      let best = open.min { (costs[$0], folds[$0].count) < (costs[$1], folds[$1].count) } ?? 0
      folds[best] += unit
      for (label, number) in classes { filled[best][label, default: 0] += number }
    }
    return folds.map { $0.sorted() }
  }
}

/// Groups by the class that most of their images show, classes and groups in random order.
private struct GroupStrata {
  /// For each class its groups, each the indices of its images.
  let members: [[[Int]]]

  init(_ indices: [Int], _ labels: [Int?], _ groups: [Int], seed: UInt64, stream: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: stream)
    let units = Dictionary(grouping: indices.sorted()) { groups[$0] }
      .sorted { $0.key < $1.key }.map(\.value)
    let byClass = Dictionary(grouping: units) { unit in
      let counts = unit.reduce(into: [Int: Int]()) { $0[labels[$1] ?? -1, default: 0] += 1 }
      return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? -1
    }
    let ordered = byClass.sorted { $0.key < $1.key }.map { generator.shuffled($0.value) }
    members = generator.shuffled(ordered)
  }

  /// All groups, so that every beginning of the list has about the classes' shares.
  /// - Parameter oneOfEachFirst: whether the list begins with groups that show every class.
  func ordered(by labels: [Int?], oneOfEachFirst: Bool = false) -> [[Int]] {
    var rest = members
    var result: [[Int]] = []
    let totals = members.map { $0.reduce(0) { $0 + $1.count } }
    var taken = members.map { _ in 0 }
    func take(_ stratum: Int, _ position: Int) {
      let unit = rest[stratum].remove(at: position)
      taken[stratum] += unit.count
      result.append(unit)
    }
    if oneOfEachFirst {
      let classes = Set(members.joined().joined().compactMap { labels[$0] }).sorted()
      var shown: Set<Int> = []
      for label in classes where !shown.contains(label) {
        let place = rest.indices.lazy.compactMap { stratum in
          rest[stratum].firstIndex { $0.contains { labels[$0] == label } }.map { (stratum, $0) }
        }.first
        guard let place else { continue }
        take(place.0, place.1)
        shown.formUnion(result[result.count - 1].compactMap { labels[$0] })
      }
    }
    // Taken from the ends, which costs least.
    rest = rest.map { $0.reversed() }
    while let next = rest.indices.filter({ !rest[$0].isEmpty }).min(by: { one, other in
      let mine = (2 * taken[one] + (rest[one].last?.count ?? 0)) * totals[other]
      return mine < (2 * taken[other] + (rest[other].last?.count ?? 0)) * totals[one]
    }) {
      take(next, rest[next].count - 1)
    }
    return result
  }
}
