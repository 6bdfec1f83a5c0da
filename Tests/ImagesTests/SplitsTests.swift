import Images
import Testing

/// Label sets of many forms: balanced, long-tailed, unlabelled, mixed, many small classes.
private let labelSets: [[Int?]] = [
  (0..<100).map { $0 % 10 },
  (0..<300).map { $0 < 200 ? 0 : $0 < 280 ? 1 : $0 < 297 ? 2 : 3 },
  [Int?](repeating: nil, count: 50),
  (0..<90).map { $0 % 3 == 0 ? nil : $0 % 7 },
  (0..<400).map { $0 < 300 ? 0 : 1 + $0 % 50 },
]

private func counts(_ indices: [Int], _ labels: [Int?]) -> [Int?: Int] {
  Dictionary(grouping: indices) { labels[$0] }.mapValues(\.count)
}

/// The largest difference between a class's images and its exact share.
private func worstShare(_ chosen: [Int], of all: [Int], _ labels: [Int?]) -> Double {
  let mine = counts(chosen, labels)
  return counts(all, labels).map { label, count in
    let share = Double(count) * Double(chosen.count) / Double(all.count)
    return abs(Double(mine[label] ?? 0) - share)
  }.max() ?? 0
}

struct SplitsTests {
  @Test("Subsets nest, keep the classes' shares within one image, and hang on the seed alone")
  func subsets() throws {
    for labels in labelSets {
      let all = Array(labels.indices)
      var smaller: Set<Int> = []
      for size in 0...labels.count {
        let subset = try Splits.subset(of: all, labels: labels, size: size, seed: 3)
        #expect(subset.count == size && subset == subset.sorted())
        #expect(smaller.isSubset(of: subset))
        #expect(worstShare(subset, of: all, labels) < 1)
        smaller = Set(subset)
      }
      let again = try Splits.subset(of: all.reversed(), labels: labels, size: 20, seed: 3)
      #expect(try Splits.subset(of: all, labels: labels, size: 20, seed: 3) == again)
      #expect(try Splits.subset(of: all, labels: labels, size: 20, seed: 4) != again)
    }
  }

  @Test(
    "A held-out part and the rest are disjoint, complete and alike", arguments: [0.1, 0.2, 0.5])
  func stratifiedSplit(fraction: Double) throws {
    for labels in labelSets {
      let some = labels.indices.filter { $0 % 5 != 0 }
      let (rest, held) = try Splits.stratifiedSplit(
        of: some, labels: labels, fraction: fraction, seed: 1)
      #expect((rest + held).sorted() == some)
      #expect(abs(Double(held.count) - Double(some.count) * fraction) <= 0.5)
      #expect(worstShare(held, of: some, labels) < 1)
    }
  }

  @Test("Few labels take one image of every class first, nest, and leave out the unlabelled")
  func labelledSubset() throws {
    for labels in labelSets {
      let all = Array(labels.indices)
      let classes = Set(labels.compactMap(\.self)).count
      let labelled = labels.count { $0 != nil }
      var smaller: Set<Int> = []
      for size in 0...labelled {
        let subset = try Splits.labelledSubset(of: all, labels: labels, size: size, seed: 5)
        #expect(subset.count == size && smaller.isSubset(of: subset))
        #expect(subset.allSatisfy { labels[$0] != nil })
        #expect(counts(subset, labels).count == min(size, classes))
        smaller = Set(subset)
      }
      #expect(throws: ImageError.tooFewImages(wanted: labelled + 1, found: labelled)) {
        try Splits.labelledSubset(of: all, labels: labels, size: labelled + 1, seed: 5)
      }
    }
  }

  @Test("Folds are disjoint, complete, and differ by one image at most", arguments: [2, 5])
  func folds(count: Int) throws {
    for labels in labelSets {
      let all = Array(labels.indices)
      let folds = try Splits.folds(of: all, labels: labels, count: count, seed: 2)
      #expect(folds.count == count && folds.flatMap(\.self).sorted() == all)
      for label in Set(labels) {
        let sizes = folds.map { fold in fold.count { labels[$0] == label } }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
    }
  }

  @Test("The generator gives the published numbers of SplitMix64, and streams of their own")
  func generator() {
    // Of the reference implementation (Vigna, splitmix64.c) for seed 1234567.
    var zero = SeededGenerator(state: 1_234_567)
    #expect(zero.next() == 6_457_827_717_110_365_317)
    #expect(zero.next() == 3_203_168_211_198_807_973)
    var first = SeededGenerator(seed: 1, stream: 1)
    var second = SeededGenerator(seed: 1, stream: 2)
    #expect(first.next() != second.next())
    var generator = SeededGenerator(seed: 9)
    #expect(generator.shuffled(Array(0..<20)).sorted() == Array(0..<20))
    let normal = (0..<4000).map { _ in generator.gaussian() }
    #expect(abs(normal.reduce(0, +) / 4000) < 0.06)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 4000 - 1) < 0.1)
  }
}
