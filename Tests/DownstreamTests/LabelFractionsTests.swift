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

  @Test(
    "Probes learn from the part alone",
    arguments: [KNNProbe(), LinearProbe()] as [any FeatureProbe])
  func probesSeeThePartAlone(_ probe: any FeatureProbe) throws {
    let problem = ReferenceProblem.tall
    let train = try LabelledFeatures(problem.train.features, labels: problem.train.labels)
    let test = try LabelledFeatures(problem.test.features, labels: problem.test.labels)
    let results = try probe.evaluate(
      fractions: [0.05, 1], train: train, test: test, classes: problem.classes, seed: 2)
    #expect(results.map(\.part.images.count) == [30, 600])
    #expect(results[1].result == (try problem.evaluate(probe, seed: 2)).renumbered(to: test.images))
    // Other training images may be anything.
    let spoiled = train.features.copy()
    let others = Set(train.images).subtracting(results[0].part.images).sorted()
    spoiled.assignRows(Tensor(others), Tensor.zeros([others.count, train.features.size(1)]))
    let again = try probe.evaluate(
      fractions: [0.05], train: LabelledFeatures(spoiled, labels: train.labels), test: test,
      classes: problem.classes, seed: 2)
    #expect(again[0] == results[0])
  }
}

extension ProtocolResult {
  /// The same result for test images of other numbers.
  fileprivate func renumbered(to images: [Int]) -> ProtocolResult {
    var copy = self
    copy.testImages = images
    return copy
  }
}
