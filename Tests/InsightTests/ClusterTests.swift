import Images
import Testing
import Torch

@testable import Insight

// Figures of scikit-learn 1.9.1 (KMeans with tol=0, metrics) on ReferenceFeatures.swift.

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-4 }

@Suite struct KMeansTests {
  let features = ReferenceFeatures.first

  @Test func stepsLeadWhereThoseOfScikitLearnLead() {
    let found = KMeans(features, from: features[0..<5], iterations: 300)
    #expect(near(found.inertia, 151.95874595283863))
    let sizes = found.assignments.reduce(into: Array(repeating: 0, count: 5)) { $0[$1] += 1 }
    #expect(sizes == [8, 20, 45, 29, 18])
  }

  @Test func startsOfItsOwnFindTheBestOfTwoHundred() {
    let found = KMeans(features, clusters: 5, restarts: 8, seed: 1)
    #expect(near(found.inertia, 151.95874595283863))
    #expect(found.centroids.shape == [5, 16])
    let own = found.centroids.rows(Tensor(found.assignments))
    #expect(near((features - own).square().sum().scalar, found.inertia))
  }

  @Test func theSameSeedGivesTheSameClusters() {
    let runs = [1, 1, 2].map { KMeans(features, clusters: 9, restarts: 1, seed: $0).assignments }
    #expect(runs[0] == runs[1] && runs[0] != runs[2])
  }

  @Test func anEmptyClusterTakesTheFarthestPoint() {
    let points = Tensor([0, 0.1, 0.2, 9] as [Double], shape: [4, 1])
    let first = Tensor([0.1, 100] as [Double], shape: [2, 1])
    #expect(KMeans(points, from: first, iterations: 10).assignments == [0, 0, 0, 1])
  }

  @Test func asManyClustersAsDifferentPointsLeaveNoDistance() {
    let points = concatenated([features[0..<6], features[0..<6]])
    #expect(near(KMeans(points, clusters: 6, seed: 3).inertia, 0))
  }
}

@Suite struct ClusterAgreementTests {
  let labels = ReferenceFeatures.labels

  @Test func agreesWithScikitLearnWhereNothingIsShared() {
    let sevens = (0..<120).map { $0 % 7 }
    #expect(near(normalizedMutualInformation(labels, sevens), 0.09055999694662663))
    #expect(near(adjustedRandIndex(labels, sevens), 0.014352915851519814))
  }

  @Test func agreesWithScikitLearnWhereSomeIsShared() {
    let mixed = labels.enumerated().map { ($1 + ($0 % 3 == 0 ? 1 : 0)) % 4 }
    #expect(near(normalizedMutualInformation(labels, mixed), 0.5032839757152935))
    #expect(near(adjustedRandIndex(labels, mixed), 0.3687583441306397))
  }

  @Test func namesDoNotMatter() {
    let renamed = labels.map { 7 - 2 * $0 }
    #expect(near(normalizedMutualInformation(labels, renamed), 1))
    #expect(near(adjustedRandIndex(labels, renamed), 1))
  }

  @Test func trivialDivisionsAgree() {
    let one = [3, 3, 3]
    #expect(normalizedMutualInformation(one, one) == 1 && adjustedRandIndex(one, one) == 1)
    #expect(adjustedRandIndex([1, 2, 3], [3, 2, 1]) == 1)
    #expect(normalizedMutualInformation(one, [1, 2, 3]) == 0)
    #expect(adjustedRandIndex(one, [1, 2, 3]) == 0)
  }
}

@Suite struct SilhouetteTests {
  let features = ReferenceFeatures.first

  @Test func agreesWithScikitLearn() {
    let labels = ReferenceFeatures.labels
    #expect(
      near(silhouetteScore(features, labels: labels, distance: .euclidean), 0.45091813102840317))
    #expect(near(silhouetteScore(features, labels: labels), 0.6981157021697932))
    let sevens = (0..<120).map { $0 % 7 }
    #expect(
      near(silhouetteScore(features, labels: sevens, distance: .euclidean), -0.08298761062134385))
  }

  @Test func anImageAloneCountsNothing() {
    let labels = (0..<120).map { $0 == 0 ? 0 : 1 + $0 % 2 }
    #expect(
      near(silhouetteScore(features, labels: labels, distance: .euclidean), -0.1554721439798125))
  }

  @Test func onePartHasNone() {
    #expect(silhouetteScore(features, labels: Array(repeating: 4, count: 120)).isNaN)
  }

  @Test func aDrawComesNearTheWhole() {
    let many = ReferenceFeatures.features(2400, 16, salt: 2)
    let labels = ReferenceFeatures.labels(2400, classes: 5)
    let exact = silhouetteScore(many, labels: labels)
    let drawn = [1, 1, 2].map { silhouetteScore(many, labels: labels, limit: 1200, seed: $0) }
    #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2])
    #expect(abs(drawn[0] - exact) < 0.05)
  }
}
