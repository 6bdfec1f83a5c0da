import Testing
import Torch

@testable import Insight

// Figures of numpy (the Gram matrices of Kornblith et al. and Song et al. written out) and of
// scikit-learn 1.9.1 (NearestNeighbors, cosine) on ReferenceFeatures.swift.

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-4 }

@Suite struct LinearCKATests {
  let first = ReferenceFeatures.first
  let second = ReferenceFeatures.second

  @Test func agreesWithTheGramMatrices() {
    #expect(near(linearCKA(first, second, unbiased: false), 0.7013857686712571))
    #expect(near(linearCKA(first, second), 0.6918584882211267))
  }

  @Test func agreesWhereDimensionsOutnumberImages() {
    let wide = ReferenceFeatures.features(20, 40, salt: 2)
    let wider = ReferenceFeatures.features(20, 50, salt: 7)
    #expect(near(linearCKA(wide, wider, unbiased: false), 0.8182424356709832))
    #expect(near(linearCKA(wide, wider), 0.7781111459554143))
  }

  @Test func batchesSumTheirHSICs() {
    var alignment = LinearCKA()
    for start in stride(from: 0, to: 120, by: 30) {
      alignment.add(first[start..<start + 30], second[start..<start + 30])
    }
    #expect(near(alignment.value, 0.6803953852217404))
  }

  @Test func rotationAndScaleDoNotMatterAndNothingInCommonIsZero() {
    let random = RandomStream(seed: 1)
    let noise = random.normal([24, 24]).to(.float64)
    let rotation = (noise + noise.transposed()).symmetricEigen().vectors
    let features = random.normal([40, 24]).to(.float64)
    #expect(near(linearCKA(features, features.matmul(rotation) * 7 + 3), 1))
    let other = random.normal([40, 24])
    #expect(linearCKA(features, other, unbiased: false) > 0.25)
    #expect(abs(linearCKA(features, other)) < 0.1)
  }

  @Test func leavingAnImageOutIsMeasuringWithoutIt() throws {
    for (x, y) in [(first, second), (first[0..<9], second[0..<9])] {
      let (one, other) = (x.points.centred, y.points.centred)
      let without = UnbiasedHSIC(one, other).valuesWithoutOne
      for image in [0, 4, 8] {
        let rest = Tensor((0..<x.size(0)).filter { $0 != image })
        let expected = UnbiasedHSIC(one.rows(rest).centred, other.rows(rest).centred).value
        #expect(abs(without[image] - expected) < 1e-9 * max(1, abs(expected)))
      }
    }
  }

  /// 90 images of a population in which two networks share three of their directions.
  private func drawn(_ count: Int, seed: UInt64) -> (Tensor, Tensor) {
    let random = RandomStream(seed: seed)
    let shared = random.normal([count, 3])
    func network() -> Tensor { concatenated([shared * 1.5, random.normal([count, 5])], along: 1) }
    return (network(), network())
  }

  @Test func intervalsHoldTheTruthAboutAsOftenAsTheySay() throws {
    let (x, y) = drawn(20_000, seed: 99)
    let truth = linearCKA(x, y)
    let held = try (0..<60).count { seed in
      let (x, y) = drawn(90, seed: UInt64(seed))
      let figure = measuredCKA(x, y)
      #expect(abs(figure.value - linearCKA(x, y)) < 1e-12)
      return try #require(figure.interval).contains(truth)
    }
    #expect((52...60).contains(held), "\(held) of 60")
  }

  @Test func imagesOfAGroupCountAsOne() throws {
    func width(_ figure: ReadFigure) throws -> Double {
      let interval = try #require(figure.interval)
      return interval.upperBound - interval.lowerBound
    }
    let (x, y) = drawn(90, seed: 5)
    let rows = Tensor((0..<360).map { $0 / 4 })
    let single = try width(measuredCKA(x, y))
    let (many, others) = (x.rows(rows), y.rows(rows))
    #expect(try width(measuredCKA(many, others)) < 0.65 * single)
    let grouped = try width(measuredCKA(many, others, groups: rows.ints))
    #expect(abs(grouped / single - 1) < 0.15)
    #expect(measuredCKA(x, y, groups: Array(repeating: 1, count: 90)).interval == nil)
    // A network is like itself whatever the images.
    #expect(try width(measuredCKA(x, x * 2)) < 1e-9)
  }

  @Test func anEmptyComparisonIsNotANumber() { #expect(LinearCKA().value.isNaN) }
}

@Suite struct NeighbourAgreementTests {
  @Test(
    "agrees with the neighbours of scikit-learn",
    arguments: [
      (5, 0.21333333333333335, 0.1373346560846561), (20, 0.6608333333333333, 0.5247605164000998),
    ])
  func agrees(_ k: Int, _ mutual: Double, _ jaccard: Double) {
    let agreement = NeighbourAgreement(
      NeighbourGraph(ReferenceFeatures.first, k: k), NeighbourGraph(ReferenceFeatures.second, k: k))
    #expect(near(agreement.mutual, mutual) && near(agreement.jaccard, jaccard))
  }

  @Test func aNetworkAgreesWithItself() {
    let graph = NeighbourGraph(ReferenceFeatures.first, k: 7)
    #expect(NeighbourAgreement(graph, graph) == NeighbourAgreement(graph, graph))
    #expect(near(NeighbourAgreement(graph, graph).mutual, 1))
    #expect(near(NeighbourAgreement(graph, graph).jaccard, 1))
  }
}
