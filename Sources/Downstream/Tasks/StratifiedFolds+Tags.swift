extension StratifiedFolds {
  /// The fold of each image that has any number of tags, in `0 ..< folds`, or in fewer where there are
  /// fewer groups (images, where not grouped) than folds.
  ///
  /// Iterative stratification: the rarest tag still to be dealt comes first, and each of its units
  /// (groups or single images) goes to the fold that lacks most of that tag, then to the one that
  /// lacks most images; images without a tag come last. Sechidis, Tsoumakas & Vlahavas, "On the
  /// Stratification of Multi-Label Data", ECML PKDD 2011, algorithm 1, with seeded order in place of
  /// its random choices. The draw depends on nothing else than the arguments.
  static func deal(tags: [[Int]], groups: [Int]?, folds: Int, seed: UInt64) -> [Int] {
    let units = units(of: tags.count, groups: groups, seed: seed)
    let folds = min(folds, units.count)
    let classes = (tags.joined().max() ?? -1) + 1
    let tallies = units.map { unit in
      unit.reduce(into: [Int: Double]()) { tally, image in
        for tag in Set(tags[image]) { tally[tag, default: 0] += 1 }
      }
    }
    var left = [Double](repeating: 0, count: classes)
    for (tag, count) in tallies.joined() { left[tag] += count }
    var lacking = [[Double]](repeating: left.map { $0 / Double(folds) }, count: folds)
    var room = [Double](repeating: Double(tags.count) / Double(folds), count: folds)
    var pending = Array(units.indices)
    var result = [Int](repeating: 0, count: tags.count)
    while !pending.isEmpty {
      let rarest = (0..<classes).filter { left[$0] > 0 }.min { left[$0] < left[$1] }
      let turn = rarest.map { tag in pending.filter { tallies[$0][tag] != nil } } ?? pending
      for unit in turn {
        let need = rarest.map { tag in lacking.map { $0[tag] } } ?? room
        let fold = (0..<folds).min { (-need[$0], -room[$0]) < (-need[$1], -room[$1]) } ?? 0
        for image in units[unit] { result[image] = fold }
        room[fold] -= Double(units[unit].count)
        for (tag, count) in tallies[unit] {
          lacking[fold][tag] -= count
          left[tag] -= count
        }
      }
      let dealt = Set(turn)
      pending.removeAll(where: dealt.contains)
    }
    return result
  }
}
