import Images
import Testing

/// A set in groups: labels, and a group for each image.
private struct Grouped: CustomTestStringConvertible {
  var testDescription: String
  var labels: [Int?]
  var groups: [Int]

  var all: [Int] { Array(labels.indices) }
  var largest: Int { Dictionary(grouping: groups) { $0 }.map(\.value.count).max() ?? 0 }

  func names(_ indices: [Int]) -> Set<Int> { Set(indices.map { groups[$0] }) }

  /// Whether every group lies wholly within or wholly without.
  func isWhole(_ indices: [Int], of all: [Int]) -> Bool {
    let rest = Set(all).subtracting(indices)
    return names(indices).isDisjoint(with: names(Array(rest)))
  }
}

private let sets = [
  Grouped(
    testDescription: "equal groups of one class", labels: (0..<400).map { $0 / 10 % 4 },
    groups: (0..<400).map { $0 / 10 }),
  Grouped(
    testDescription: "groups of mixed classes, in no order",
    labels: (0..<600).map { $0 * 7 % 5 }, groups: (0..<600).map { $0 * 37 % 600 / 13 }),
  Grouped(
    testDescription: "sizes from 1 to 30, some unlabelled",
    labels: (0..<465).map { $0 % 6 == 0 ? nil : $0 % 3 },
    groups: (1...30).flatMap { Array(repeating: $0, count: $0) }),
]

struct GroupedSplitsTests {
  @Test(arguments: sets)
  fileprivate func aHeldOutPartSharesNoGroupWithTheRest(set: Grouped) throws {
    for seed in 0..<5 as Range<UInt64> {
      let (rest, held) = try Splits.stratifiedSplit(
        of: set.all, labels: set.labels, groups: set.groups, seed: seed)
      #expect((rest + held).sorted() == set.all)
      #expect(set.names(rest).isDisjoint(with: set.names(held)))
      #expect(abs(held.count - set.all.count / 5) < set.largest)
      // Every class can be learnt.
      #expect(Set(rest.map { set.labels[$0] }) == Set(set.labels))
    }
  }

  @Test(arguments: sets)
  fileprivate func subsetsNestAndKeepGroupsWhole(set: Grouped) throws {
    var smaller: Set<Int> = []
    for size in stride(from: 0, through: set.all.count, by: 7) + [set.all.count] {
      let subset = try Splits.subset(
        of: set.all, labels: set.labels, groups: set.groups, size: size, seed: 3)
      #expect(set.isWhole(subset, of: set.all))
      #expect(smaller.isSubset(of: subset))
      #expect(subset.isEmpty == (size == 0))
      #expect(
        abs(subset.count - size) <= max(set.largest / 2, size < set.largest ? set.largest : 0))
      smaller = Set(subset)
    }
    #expect(smaller.count == set.all.count)
  }

  @Test(arguments: sets)
  fileprivate func fewLabelsShowEveryClassAndKeepGroupsWhole(set: Grouped) throws {
    let labelled = set.all.filter { set.labels[$0] != nil }
    let classes = Set(set.labels.compactMap(\.self)).count
    let subset = try Splits.labelledSubset(
      of: set.all, labels: set.labels, groups: set.groups, size: classes * set.largest, seed: 1)
    #expect(set.isWhole(subset, of: labelled))
    #expect(subset.allSatisfy { set.labels[$0] != nil })
    #expect(Set(subset.map { set.labels[$0] }).count == classes)
  }

  @Test(arguments: sets)
  fileprivate func foldsShareNoGroup(set: Grouped) throws {
    let folds = try Splits.folds(
      of: set.all, labels: set.labels, groups: set.groups, count: 5, seed: 2)
    #expect(folds.flatMap(\.self).sorted() == set.all)
    for fold in folds { #expect(!fold.isEmpty && set.isWhole(fold, of: set.all)) }
    let sizes = folds.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= set.largest)
  }

  @Test func groupsOfOneImageChangeNothing() throws {
    let labels = (0..<90).map { $0 % 3 == 0 ? nil : $0 % 7 }
    let (all, groups) = (Array(0..<90), (0..<90).map { 1000 - $0 })
    #expect(
      try Splits.subset(of: all, labels: labels, groups: groups, size: 40, seed: 1)
        == Splits.subset(of: all, labels: labels, size: 40, seed: 1))
    #expect(
      try Splits.labelledSubset(of: all, labels: labels, groups: groups, size: 40, seed: 1)
        == Splits.labelledSubset(of: all, labels: labels, size: 40, seed: 1))
    #expect(
      try Splits.folds(of: all, labels: labels, groups: groups, count: 3, seed: 1)
        == Splits.folds(of: all, labels: labels, count: 3, seed: 1))
    #expect(
      try Splits.stratifiedSplit(of: all, labels: labels, groups: groups, seed: 1).held
        == Splits.stratifiedSplit(of: all, labels: labels, seed: 1).held)
  }

  @Test func oneLargeGroupIsHeldOutOnlyWhereNothingElseIs() throws {
    let labels: [Int?] = (0..<100).map { $0 % 2 }
    let groups = (0..<100).map { $0 < 80 ? 0 : $0 }
    for seed in 0..<10 as Range<UInt64> {
      let held = try Splits.stratifiedSplit(
        of: Array(0..<100), labels: labels, groups: groups, seed: seed
      ).held
      #expect(!held.contains(0) && !held.isEmpty)
    }
    #expect(throws: ImageError.tooFewGroups(wanted: 2, found: 1)) {
      try Splits.stratifiedSplit(
        of: Array(0..<80), labels: labels, groups: groups, seed: 0)
    }
    #expect(throws: ImageError.tooFewGroups(wanted: 3, found: 2)) {
      try Splits.folds(of: Array(0..<81), labels: labels, groups: groups, count: 3, seed: 0)
    }
  }
}
