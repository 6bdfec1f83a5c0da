import Testing
import Torch

@testable import Downstream

@Suite struct LabelFractionsTests {
  /// 600 images: two common classes, one rare, and unlabelled ones between.
  private let labels: [Int?] = (0..<600).map {
    $0 % 6 == 5 ? ($0 % 12 == 5 ? nil : -1) : $0 % 100 == 0 ? 2 : $0 % 2
  }

  @Test func partsNestAndKeepTheSharesOfClasses() throws {
    let parts = try LabelFractions.draw(of: Array(0..<600), labels: labels, seed: 3)
    #expect(parts.map(\.fraction) == [0.01, 0.1, 1])
    let labelled = (0..<600).filter { (labels[$0] ?? -1) >= 0 }
    #expect(parts[2].images == labelled)
    #expect(parts.map(\.images.count) == [5, 50, 500])
    for (small, large) in zip(parts, parts.dropFirst()) {
      #expect(Set(small.images).isSubset(of: large.images))
      #expect(small.images == small.images.sorted())
    }
    for part in parts { #expect(Set(part.images.compactMap { labels[$0] }) == [0, 1, 2]) }
    let common = labelled.count { labels[$0] == 0 }
    #expect(abs(parts[1].images.count { labels[$0] == 0 } - common / 10) <= 1)
    #expect(try LabelFractions.draw(of: Array(0..<600), labels: labels, seed: 3) == parts)
    #expect(try LabelFractions.draw(of: Array(0..<600), labels: labels, seed: 4) != parts)
  }

  @Test func everyClassHasAnImageWhereTheShareIsLess() throws {
    let parts = try LabelFractions.draw([0.001], of: Array(0..<600), labels: labels, seed: 3)
    #expect(parts[0].images.count == 3)
    #expect(Set(parts[0].images.compactMap { labels[$0] }) == [0, 1, 2])
  }

  @Test func fractionsOutOfRangeAndNoLabelsAreRefused() {
    for fractions in [[], [0], [0.5, 1.5], [.nan]] as [[Double]] {
      #expect(throws: ProbeError.self) {
        try LabelFractions.draw(fractions, of: [0, 1], labels: [0, 1], seed: 0)
      }
    }
    #expect(throws: ProbeError.noLabels(part: "training")) {
      try LabelFractions.draw(of: [0, 1], labels: [nil, -1], seed: 0)
    }
  }

  @Test func groupsAreKeptWhole() throws {
    // 100 patients of six images, of one class each; a few of them have images without a label.
    let groups = (0..<600).map { $0 / 6 }
    let labels: [Int?] = (0..<600).map { $0 % 97 == 0 ? nil : $0 / 6 % 3 }
    let parts = try LabelFractions.draw(
      of: Array(0..<600), labels: labels, groups: groups, seed: 3)
    for part in parts {
      let rest = Set(0..<600).subtracting(part.images).filter { labels[$0] != nil }
      #expect(Set(part.images.map { groups[$0] }).isDisjoint(with: rest.map { groups[$0] }))
      #expect(Set(part.images.compactMap { labels[$0] }) == [0, 1, 2])
    }
    // A tenth of the labels is a tenth of the patients; a hundredth would be one, but classes are three.
    #expect(Set(parts[1].images.map { groups[$0] }).count == 10)
    #expect(Set(parts[0].images.map { groups[$0] }).count == 3)
    #expect(Set(parts[0].images).isSubset(of: parts[1].images))
  }
}
