import Testing
import Torch

@testable import Insight

// Figures of scikit-learn 1.9.1 (PCA, manifold.trustworthiness, manifold.TSNE) on
// ReferenceFeatures.swift.

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-4 }

@Suite struct PrincipalComponentsTests {
  @Test func agreesWithScikitLearn() {
    let components = PrincipalComponents(ReferenceFeatures.first, count: 2)
    let places = components(ReferenceFeatures.first)
    #expect(places.shape == [120, 2])
    #expect(isNear(places[0], [0.92389732, -0.45264663]))
    #expect(isNear(places[77], [1.12731364, -0.47783744]))
    #expect(near(components.explained[0], 0.33352673) && near(components.explained[1], 0.23378538))
  }

  private func isNear(_ a: Tensor, _ b: [Double]) -> Bool {
    zip(a.array(of: Double.self), b).allSatisfy(near)
  }
}

@Suite struct TrustworthinessTests {
  @Test func agreesWithScikitLearn() {
    let points = ReferenceFeatures.first
    let places = PrincipalComponents(points, count: 2)(points)
    #expect(near(trustworthiness(of: points, embedded: places), 0.9261458333333333))
    #expect(near(trustworthiness(of: points, embedded: places, k: 12), 0.9357416529830322))
    let two = points.sliced(0..<2, along: 1)
    #expect(near(trustworthiness(of: points, embedded: two), 0.8829166666666667))
    #expect(trustworthiness(of: points, embedded: points * 3) == 1)
  }

  @Test func rowsOfLaterBlocksCountTheSame() {
    // Seven far copies have the penalties of one: their neighbours are their own.
    let points = ReferenceFeatures.features(300, 16, salt: 2)
    let places = points.sliced(0..<2, along: 1)
    let one = 1 - trustworthiness(of: points, embedded: places)
    func copies(_ one: Tensor) -> Tensor { concatenated((0..<7).map { one + 100.0 * Double($0) }) }
    let seven = 1 - trustworthiness(of: copies(points), embedded: copies(places))
    #expect(near(seven * Double(2 * 2100 - 16), one * Double(2 * 300 - 16)))
  }
}

@Suite struct TSNETests {
  @Test func affinitiesAreThoseOfScikitLearn() {
    // scikit-learn stops its bisection at 1e-5 of entropy.
    let p = Affinities.joint(ReferenceFeatures.first, perplexity: 20)
    #expect(abs(p[0][1].scalar / 2.130290140041969e-06 - 1) < 1e-3)
    #expect(abs(p[3][90].scalar / 0.00021347045945229313 - 1) < 1e-3)
    #expect(abs(p.max().scalar / 0.0020046373484757505 - 1) < 1e-3)
    #expect(near(p.sum().scalar, 1) && p.diagonal().abs().max().scalar == 0)
  }

  /// Two runs of such a descent end in different valleys of nearly the same depth, so that neither
  /// places nor the last digits of the divergence can agree; a wrong gradient or schedule would end
  /// much higher.
  @Test func reachesTheDivergenceOfScikitLearn() {
    let points = ReferenceFeatures.features(300, 16, salt: 2)
    let embedding = TSNE(points)
    #expect(embedding.divergence < 0.38185106296046 * 1.03)
    #expect(embedding.divergence > 0.38185106296046 * 0.9)
    #expect(trustworthiness(of: points, embedded: embedding.places) > 0.9822557 - 0.01)
  }

  @Test func theDivergenceIsThatOfThePlaces() {
    let points = ReferenceFeatures.features(60, 16, salt: 2)
    let embedding = TSNE(points, .init(perplexity: 10, steps: 300))
    let p = Affinities.joint(points, perplexity: 10)
    let places = embedding.places.to(.float64)
    let own = Tensor.identity(60) .> 0.0
    let kernel = (places.squaredDistances(to: places) + 1).pow(-1).filled(where: own, with: 0)
    let q = (kernel / kernel.sum()).clamped(from: 1e-300)
    let expected = (p * (p.clamped(from: 1e-300) / q).log()).sum().scalar
    #expect(near(embedding.divergence, expected))
  }

  @Test func pointsThatAreAlikeStayTogether() {
    let embedding = TSNE(.ones([8, 3]), .init(steps: 260))
    #expect(embedding.places.abs().max().scalar == 0)
    #expect(abs(embedding.divergence) < 1e-5)
  }

  @Test func nothingIsRandomAndFewPointsWork() {
    let few = ReferenceFeatures.features(6, 16, salt: 2)
    let runs = (0..<2).map { _ in TSNE(few, .init(steps: 300)).places }
    #expect(runs[0].bytes == runs[1].bytes && runs[0].isFinite().to(.float32).min().scalar == 1)
  }
}

@Suite struct StratifiedSampleTests {
  @Test func classesKeepTheirParts() {
    let labels: [Int?] = (0..<1000).map { $0 % 10 == 0 ? nil : $0 % 4 == 0 ? 1 : 0 }
    let drawn = stratifiedSample(labels, count: 100, seed: 1)
    #expect(drawn.count == 100 && Set(drawn).count == 100 && drawn == drawn.sorted())
    for label in [nil, 0, 1] {
      let whole = labels.count { $0 == label }
      let part = drawn.count { labels[$0] == label }
      #expect(abs(Double(part) - Double(whole) / 10) <= 1)
    }
  }

  @Test func theSeedDecides() {
    let labels: [Int?] = (0..<50).map { $0 % 3 }
    let draws = [1, 1, 2].map { stratifiedSample(labels, count: 20, seed: $0) }
    #expect(draws[0] == draws[1] && draws[0] != draws[2])
    #expect(stratifiedSample(labels, count: 50, seed: 1) == Array(0..<50))
  }
}
