import Foundation
import Images
import Testing

private let balanced: [Int?] = (0..<1000).map { $0 % 10 }
private let lopsided: [Int?] = (0..<300).map { $0 < 200 ? 0 : $0 < 280 ? 1 : $0 < 297 ? 2 : 3 }
private let partly: [Int?] = (0..<90).map { $0 % 3 == 0 ? nil : $0 % 7 }

/// The images of each class, most first.
private func sizes(_ indices: [Int], _ labels: [Int?]) -> [Int] {
  Dictionary(grouping: indices) { labels[$0] }.map(\.value.count).sorted(by: >)
}

private func longTail(_ labels: [Int?], _ imbalance: Double, seed: UInt64 = 1) throws -> [Int] {
  try Splits.longTailed(
    of: Array(labels.indices), labels: labels, imbalance: imbalance, seed: seed)
}

struct LongTailTests {
  @Test("Balanced classes get the exponential profile", arguments: [1.0, 2, 10, 50, 100])
  func profile(imbalance: Double) throws {
    let chosen = try longTail(balanced, imbalance)
    let expected = (0..<10).map { Int((100 * pow(imbalance, -Double($0) / 9)).rounded()) }
    #expect(sizes(chosen, balanced) == expected)
    #expect(chosen == chosen.sorted() && Set(chosen).count == chosen.count)
  }

  @Test("A stronger imbalance lies within a weaker one, and no class is lost or refilled")
  func nesting() throws {
    for labels in [balanced, lopsided, partly] {
      let all = Dictionary(grouping: labels.indices) { labels[$0] }.mapValues(\.count)
      var larger = Set(try longTail(labels, 1))
      for imbalance in [1.5, 4, 20, 1000, 1e9] {
        let chosen = try longTail(labels, imbalance)
        #expect(larger.isSuperset(of: chosen))
        #expect(chosen.allSatisfy { labels[$0] != nil })
        let left = Dictionary(grouping: chosen) { labels[$0] }.mapValues(\.count)
        #expect(Set(left.keys) == Set(labels.filter { $0 != nil }))
        #expect(left.allSatisfy { $0.value >= 1 && $0.value <= all[$0.key] ?? 0 })
        larger = Set(chosen)
      }
    }
  }

  @Test("The largest class leads; among equals the seed decides, not the order of the indices")
  func order() throws {
    let tail = try longTail(lopsided, 50)
    #expect(tail.count { lopsided[$0] == 0 } == 200 && tail.count { lopsided[$0] == 3 } == 3)
    let heads = try (UInt64(0)..<12).map { seed in
      let chosen = try longTail(balanced, 100, seed: seed)
      return Dictionary(grouping: chosen) { balanced[$0] }.max { $0.value.count < $1.value.count }?
        .key
    }
    #expect(Set(heads).count > 3)
    let backwards = try Splits.longTailed(
      of: balanced.indices.reversed(), labels: balanced, imbalance: 10, seed: 4)
    #expect(try longTail(balanced, 10, seed: 4) == backwards)
  }

  @Test("Nothing labelled is refused, an imbalance below 1 traps, and one class stays whole")
  func badInput() async throws {
    #expect(throws: ImageError.tooFewImages(wanted: 1, found: 0)) {
      try longTail([nil, nil], 10)
    }
    #expect(try longTail([0, 0, nil, 0], 100) == [0, 1, 3])
    await #expect(processExitsWith: .failure) {
      _ = try Splits.longTailed(of: [0], labels: [0], imbalance: 0.5, seed: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = try Splits.longTailed(of: [0], labels: [0], imbalance: .nan, seed: 1)
    }
  }
}
