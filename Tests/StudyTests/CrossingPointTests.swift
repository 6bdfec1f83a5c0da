import Foundation
import Testing

@testable import Study

/// Where learning curves pass each other.
@Suite struct CrossingPointTests {
  /// Linear in log N: level at `level` · 10^(slope⁻¹ …); `noise` by seed, the same at every size.
  private func study(
    at sizes: [Int] = [1000, 2000, 4000], crossing: Double, slope: Double = 0.1,
    noise: [Double] = [0.004, -0.006, 0.002]
  ) -> MadeUpStudy {
    var study = MadeUpStudy()
    for size in sizes {
      let level = 0.4 + slope * log(Double(size) / crossing)
      study.add("simclr", size: size, noise.map { level + $0 })
    }
    study.add("supervised", size: nil, [0.4, 0.401, 0.399], as: .endToEnd)
    return study
  }

  private func crossing(_ study: MadeUpStudy) throws -> CrossingPoint {
    try #require(study.summary().crossings.first { $0.reference == "supervised" })
  }

  @Test func aCurveThatPassesBetweenTwoSizesDoesSoWhereTheLineSaysSo() throws {
    let point = try crossing(study(crossing: 1500))
    #expect(point.outcome == .passes)
    #expect(abs(try #require(point.estimate) - 1500) <= 1)
    let lower = try #require(point.lower)
    let upper = try #require(point.upper)
    #expect(lower > 1000 && lower < 1500 && upper > 1500 && upper < 2000)
  }

  /// The differences by seed are those of one size moved along the line, so the interval is the
  /// paired t interval of the difference divided by the slope.
  @Test func theIntervalIsTheTestInverted() throws {
    let study = study(crossing: 1500)
    let point = try crossing(study)
    let difference = try #require(
      PairedDifference(
        Array(zip([0.404, 0.394, 0.402], [0.4, 0.401, 0.399]))))
    let half =
      try #require(difference.estimate.interval).upper - difference.estimate.mean
    let centre = 1500 * exp(-difference.estimate.mean / 0.1)
    let step = log(2.0) / 40
    #expect(abs(log(Double(try #require(point.lower)) / centre) + half / 0.1) < step)
    #expect(abs(log(Double(try #require(point.upper)) / centre) - half / 0.1) < step)
  }

  @Test func curvesThatDoNotMeetWithinTheSizesSaySo() throws {
    let ahead = try crossing(study(crossing: 300))
    #expect(ahead.outcome == .aheadThroughout && ahead.estimate == nil)
    #expect(ahead.lower == nil && ahead.upper == 1000)
    let behind = try crossing(study(crossing: 12_000))
    #expect(behind.outcome == .notAhead && behind.estimate == nil)
    #expect(behind.lower == 4000 && behind.upper == nil)
  }

  @Test func anIntervalMayBeOpenAtEitherEnd() throws {
    let noise = [0.05, -0.06, 0.02]
    let early = try crossing(study(crossing: 1100, noise: noise))
    #expect(early.lower == nil && early.hasInterval)
    let late = try crossing(study(crossing: 3900, noise: noise))
    #expect(late.outcome == .passes && late.upper == nil && late.hasInterval)
  }

  @Test func aCurveThatFallsBackPassesOnlyWhereItStaysAhead() throws {
    var study = MadeUpStudy()
    for (size, level) in [(500, 0.5), (1000, 0.3), (2000, 0.6)] {
      study.add("simclr", size: size, [level, level + 0.01, level - 0.01])
    }
    study.add("random", size: nil, [0.4, 0.401, 0.398])
    let point = try #require(study.summary().crossings.first)
    #expect((1000...2000).contains(try #require(point.estimate)))
    #expect((1000...2000).contains(try #require(point.lower)))
  }

  @Test func oneSeedGivesAnEstimateWithoutAnInterval() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.3])
    study.add("simclr", size: 4000, [0.5])
    study.add("random", size: nil, [0.4])
    let point = try #require(study.summary().crossings.first)
    #expect(point.estimate == 2000 && !point.hasInterval)
    #expect(point.lower == nil && point.upper == nil)
  }

  @Test func baselinesThatGrowWithTheSizeAreInterpolatedToo() throws {
    var study = MadeUpStudy()
    for (size, method, baseline) in [(1000, 0.3, 0.4), (4000, 0.6, 0.5)] {
      study.add("simclr", size: size, labels: size, [method, method + 0.01, method - 0.01])
      study.add(
        "supervised", size: size, labels: size, [baseline, baseline + 0.02, baseline - 0.01],
        as: .endToEnd)
    }
    let point = try #require(study.summary().crossings.first)
    #expect(abs(try #require(point.estimate) - 2000) < 150)
  }

  @Test func withOneSizeThereIsNoCurve() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.3, 0.31])
    study.add("random", size: nil, [0.4, 0.41])
    #expect(study.summary().crossings.isEmpty)
    #expect(MadeUpStudy().summary().crossings.isEmpty)
  }
}
