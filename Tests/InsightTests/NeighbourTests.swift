import Insight
import Testing
import Torch

// Figures of scikit-learn 1.9.1 (NearestNeighbors, cosine, 10 neighbours), scipy (skew) and numpy on
// ReferenceFeatures.swift.

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-4 }

@Suite struct NeighbourGraphTests {
  let graph = NeighbourGraph(ReferenceFeatures.first, k: 10)

  @Test func hubsAreThoseOfScipy() {
    #expect(near(graph.hubness, 1.0783877816925285))
    #expect(Array(graph.occurrences.prefix(5)) == [5, 14, 5, 4, 13])
    #expect(graph.occurrences[81] == 37 && graph.occurrences.max() == 37)
    #expect(graph.occurrences.count { $0 == 0 } == 1)
  }

  @Test func outliersAreFarFromTheirNeighbours() {
    let isolation = graph.isolation
    #expect(near(isolation[0], 0.13537536) && near(isolation[1], 0.13861482))
    let order = isolation.indices.sorted { isolation[$0] > isolation[$1] }
    #expect(Array(order.prefix(4)) == [49, 9, 103, 84])
    #expect(near(isolation[49], 0.3653802999758876))
  }

  @Test func neighboursDisagreeWithWrongLabels() {
    var labels: [Int?] = ReferenceFeatures.labels
    let parts = graph.disagreement(with: labels).compactMap(\.self)
    #expect(near(parts.reduce(0, +) / 120, 0.0225))
    #expect(graph.hardest(10, labels: labels).isEmpty)
    for image in [3, 60, 101] { labels[image] = 9 }
    labels[7] = nil
    #expect(Set(graph.hardest(3, labels: labels)) == [3, 60, 101])
    #expect(graph.hardest(2, labels: labels).count == 2)
    #expect(graph.disagreement(with: labels)[7] == nil)
  }

  @Test func anImageIsNotItsOwnNeighbourAmongCopies() {
    let copies = NeighbourGraph(.ones([8, 4]), k: 3)
    for (image, neighbours) in copies.neighbours.enumerated() {
      #expect(Set(neighbours).count == 3 && !neighbours.contains(image))
    }
    #expect(copies.isolation.allSatisfy { abs($0) < 1e-6 })
  }
}

@Suite struct NearDuplicateTests {
  @Test func pairsAreThoseAboveTheThresholdMostSimilarFirst() {
    let pairs = nearDuplicates(ReferenceFeatures.first, above: 0.9)
    #expect(pairs.count == 157)
    #expect(pairs.prefix(3).map { [$0.first, $0.second] } == [[26, 56], [87, 108], [21, 62]])
    #expect(near(Double(pairs[0].similarity), 0.9690234362655112))
    #expect(nearDuplicates(ReferenceFeatures.first, above: 0.95).count == 8)
    #expect(nearDuplicates(ReferenceFeatures.first, above: 0.9, limit: 5) == Array(pairs.prefix(5)))
  }

  @Test func pairsAreFoundAcrossBlocks() {
    var features = RandomStream(seed: 1).normal([2100, 32])
    features = concatenated([features, features[0..<1] * 2, features[1500..<1501] * 2])
    let pairs = nearDuplicates(features, above: 0.999)
    #expect(Set(pairs.map { [$0.first, $0.second] }) == [[0, 2100], [1500, 2101]])
  }
}
