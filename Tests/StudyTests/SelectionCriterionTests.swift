import Foundation
import Testing
import Torch
import Training

@testable import Study

@Suite struct SelectionCriterionTests {
  /// SciPy 1.17.1: `scipy.stats.spearmanr`.
  @Test func ranksCorrelateAsSpearmanHasIt() throws {
    let first = [1.0, 5, 3, 3, 9, 2]
    let second = [0.2, 0.4, 0.5, 0.3, 0.6, 0.3]
    #expect(abs(try #require(rankCorrelation(first, second)) - 0.8676470588235294) < 1e-12)
    #expect(rankCorrelation([1, 2, 3], [3, 2, 1]) == -1)
    #expect(rankCorrelation([1, 2, 3], [5, 5, 5]) == nil)
    #expect(rankCorrelation([1, 2], [1, 2]) == nil && rankCorrelation([1, 2, 3], [1, 2]) == nil)
  }

  @Test func featuresThatSpreadAndAgreeScoreHigher() throws {
    let images = RandomStream(seed: 3, "images").normal([40, 1, 8])
    let noise = RandomStream(seed: 3, "views").normal([40, 3, 8])
    let good = images + noise * 0.1
    let poor = images + noise * 2
    for criterion in [SelectionCriterion.lidar, .alignmentUniformity] {
      let scores = try [good, poor].map { try #require(criterion.score(ofViews: $0)) }
      #expect(scores[0] > scores[1], "\(criterion)")
    }
    let line = images * Tensor([1.0, 0, 0, 0, 0, 0, 0, 0]) + noise * 1e-4
    let ranks = try [good, line].map {
      try #require(SelectionCriterion.rank.score(ofViews: $0))
    }
    #expect(ranks[0] > ranks[1])
    #expect(SelectionCriterion.accuracy.score(ofViews: good) == nil)
  }

  @Test func aStudySaysHowWellACriterionWouldHaveChosen() throws {
    var study = MadeUpStudy()
    for (index, method) in ["simclr", "byol", "mae"].enumerated() {
      study.add(method, size: 1000, [0.5 + Double(index) / 10])
      let json = #"{"rank":\#(10 + index),"deviation":1,"uniformity":\#(-3 + index)}"#
      study.runs[index].features = try JSONDecoder().decode(
        FeatureHealth.self, from: Data(json.utf8))
    }
    study.add("random", size: nil, [0.3])
    // A larger set of other images is not the largest size of this one.
    study.add("simclr@tiles", size: 50_000, [0.4])
    let found = try #require(study.summary().rankCorrelation(of: .rank))
    #expect(found.correlation == 1 && found.methods == 3)
    // Without a second view there is no alignment.
    #expect(study.summary().rankCorrelation(of: .alignmentUniformity) == nil)
  }
}
