import Backbones
import Downstream
import Testing
import Training

@testable import Study

@Suite struct SensitivityTests {
  /// Benchmarks/python/study_statistics.py: SciPy 1.17.1, `scipy.stats.nct`.
  @Test(arguments: [
    (3.0, 4.0, 0.05, 0.6192614594023306),
    (4.0, 2, 0.05, 0.564514289260038),
    (5.0, 12, 0.0071428571428571435, 0.9363669729895675),
    (0.0, 6, 0.05, 0.05),
    (2.0, 1, 0.05, 0.1257563177570528),
  ])
  func powerIsThatOfTheNoncentralT(_ row: (Double, Double, Double, Double)) {
    let power = StudentT.power(noncentrality: row.0, degrees: row.1, level: row.2)
    #expect(abs(power - row.3) < 1e-5)
  }

  @Test func seedsAndDifferencesAgree() throws {
    let study = Sensitivity(deviation: 0.01, rows: 4, comparisons: 7)
    let smallest = try (2...12).map { try #require(study.detectable(seeds: $0)) }
    #expect(zip(smallest, smallest.dropFirst()).allSatisfy { $0 > $1 })
    for (index, difference) in smallest.enumerated() {
      #expect(study.seeds(toDetect: difference * 1.0001) == index + 2)
    }
    #expect(study.seeds(toDetect: 0) == nil)
    #expect(study.detectable(seeds: 1) == nil)
    #expect(Sensitivity(rows: 1, comparisons: 0).detectable(seeds: 5) == nil)
    let twice = Sensitivity(deviation: 0.02, rows: 4, comparisons: 7)
    #expect(abs(try #require(twice.detectable(seeds: 3)) - 2 * smallest[1]) < 1e-6)
  }

  @Test func aPlanSaysWhatItsSeedsCanTell() throws {
    var plan = StudyPlan(
      name: "cells", dataHash: "", methods: ["random", "supervised", "simclr", "byol"],
      sizes: [100, 1000], labels: .allLabelled, seeds: [0, 1, 2],
      backbone: try BackboneSpec("resnet18:width=2", imageSize: 12), imageSize: 12, batch: 8,
      budget: .steps(3), recipe: .automatic, precision: .float32)
    let assumed = plan.sensitivity()
    // Two methods against two baselines and the better against the other, at two sizes.
    #expect(assumed.comparisons == 10 && assumed.rows == 4 && !assumed.isMeasured)
    #expect(try plan.forecast([]).sensitivity.contains("runs spread by 1.5 points, assumed"))
    #expect(
      try plan.forecast([], deviation: 0.02).sensitivity.contains("2.0 points, measured"))
    let brief = try plan.forecast([]).detectable
    let smallest = try #require(assumed.detectable(seeds: 3))
    #expect(
      brief.hasPrefix("\(Wording.points(smallest)) or more (3 seeds, 4 rows, 10 comparisons;"))
    plan.seeds = [0]
    let oneSeed = try plan.forecast([]).sensitivity
    #expect(oneSeed.hasSuffix("no difference can be told from chance; give two seeds or more."))
  }

  @Test func aStudySaysItAmongItsLimits() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.51, 0.49])
    study.add("random", size: nil, [0.30, 0.311, 0.292])
    #expect(study.summary().limits.contains { $0.contains("is found with 80% probability") })
  }
}
