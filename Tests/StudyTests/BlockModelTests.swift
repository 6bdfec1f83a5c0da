import Testing

@testable import Study

/// The model that differences are tested with, against Benchmarks/python/study_statistics.py: dummy
/// variables in `numpy.linalg.lstsq` (NumPy 2.4.6), `scipy.stats.t` (SciPy 1.17.1).
@Suite struct BlockModelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var values: [[Double?]]
    var degrees: Int
    var deviation: Double
    /// Two rows, their difference, the lower end of its interval, p.
    var differences: [(Int, Int, Double, Double, Double)]
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "balanced",
      values: [
        [0.505, 0.498, 0.512, 0.507],
        [0.481, 0.49, 0.486, 0.479],
        [0.344, 0.35, 0.339, 0.351],
        [0.395, 0.402, 0.388, 0.399],
      ], degrees: 9, deviation: 0.006098724821177341,
      differences: [
        (0, 1, 0.021499999999999797, 0.011744561072507868, 0.0007536823089290387),
        (0, 2, 0.15950000000000003, 0.1497445610725081, 3.827276722539469e-11),
        (0, 3, 0.10949999999999982, 0.0997445610725079, 1.096549876242306e-09),
        (1, 2, 0.13800000000000023, 0.1282445610725083, 1.396136489333425e-10),
        (1, 3, 0.08800000000000002, 0.0782445610725081, 7.604080472581964e-09),
        (2, 3, -0.05000000000000021, -0.05975543892749213, 1.031501175740652e-06),
      ]),
    Case(
      name: "missing",
      values: [
        [0.505, nil, 0.512, 0.507],
        [0.481, 0.49, nil, 0.479],
        [0.344, 0.35, 0.339, nil],
        [nil, 0.402, 0.388, 0.399],
        [nil, nil, 0.512, 0.499],
      ], degrees: 6, deviation: 0.005500430423929109,
      differences: [
        (0, 1, 0.027414772727272857, 0.015803112645380916, 0.0011753909994648214),
        (0, 2, 0.1669602272727273, 0.15534856719083537, 3.5137334842173744e-08),
        (0, 3, 0.11462500000000042, 0.10296910486237296, 3.38405783749387e-07),
        (0, 4, 0.0024375000000005365, -0.010301302635116581, 0.6561640963283137),
        (1, 2, 0.13954545454545444, 0.1280675224559399, 9.567048608823751e-08),
        (1, 3, 0.08721022727272756, 0.07559856719083563, 1.6729228404540331e-06),
        (2, 3, -0.05233522727272688, -0.06394688735461883, 3.305728148634988e-05),
        (3, 4, -0.11218749999999988, -0.124926302635117, 6.517197274698352e-07),
      ]),
    Case(
      name: "unlinked",
      values: [
        [0.505, 0.498, nil, nil],
        [0.481, 0.49, nil, nil],
        [nil, nil, 0.339, 0.351],
        [nil, nil, 0.388, 0.409],
      ], degrees: 2, deviation: 0.006490377492873597,
      differences: [
        (0, 1, 0.015999999999999848, -0.011925840436817204, 0.1325970082846535),
        (2, 3, -0.053500000000000075, -0.08142584043681714, 0.014400307540801835),
      ]),
  ]

  private func model(_ values: [[Double?]]) -> BlockModel {
    BlockModel(
      values.map { row in
        Dictionary(
          uniqueKeysWithValues: row.enumerated().compactMap { seed, value in
            value.map { (seed, $0) }
          })
      })
  }

  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  @Test(arguments: cases)
  func differencesArePooledOverRowsAsLeastSquaresHasIt(_ reference: Case) throws {
    let model = model(reference.values)
    #expect(model.degreesOfFreedom == reference.degrees)
    #expect(isClose(try #require(model.deviation), reference.deviation, 1e-10))
    for (first, second, mean, lower, p) in reference.differences {
      let difference = try #require(model.difference(first, second))
      #expect(isClose(difference.estimate.mean, mean, 1e-9))
      #expect(isClose(try #require(difference.estimate.interval).lower, lower, 1e-9))
      #expect(isClose(try #require(difference.p), p, 1e-7))
      let mirrored = try #require(model.difference(second, first))
      #expect(isClose(mirrored.estimate.mean, -mean, 1e-9))
      #expect(isClose(try #require(mirrored.p), p, 1e-7))
    }
  }

  @Test func ofTwoRowsItIsThePairedTTest() throws {
    let first = [0.61, 0.58, 0.63, 0.6, 0.59]
    let second = [0.6, 0.59, 0.6, 0.61, 0.57]
    let paired = try #require(PairedDifference(Array(zip(first, second))))
    // A seed that only one has says nothing of the difference.
    let model = model([first + [0.9], second + [nil]])
    let difference = try #require(model.difference(0, 1))
    #expect(model.degreesOfFreedom == 4)
    #expect(isClose(difference.estimate.mean, paired.estimate.mean, 1e-12))
    #expect(isClose(try #require(difference.p), try #require(paired.p), 1e-10))
    #expect(difference.estimate.sd == paired.estimate.sd && difference.estimate.n == 5)
    #expect(model.unevenRow == nil)
  }

  @Test func theSpreadOfOtherRowsSaysNothingOfARowMadeOnce() throws {
    let model = model([[0.5, nil, nil], [0.40, 0.41, 0.38], [0.30, 0.33, 0.31]])
    #expect(model.degreesOfFreedom == 2)
    let once = try #require(model.difference(0, 1))
    #expect(once.p == nil && once.estimate.interval == nil && once.estimate.n == 1)
    #expect(try #require(model.difference(1, 2)).p != nil)
  }

  @Test func withoutSpreadOrDegreesNothingIsTested() throws {
    let shifted = model([[0.5, 0.75], [0.25, 0.5]])
    #expect(shifted.deviation == 0 && shifted.difference(0, 1)?.p == nil)
    #expect(try #require(model([[0.5, 0.75], [0.5, 0.75]]).difference(0, 1)).p == 1)
    let single = model([[0.5], [0.25], [0.3]])
    #expect(single.degreesOfFreedom == 0 && single.deviation == nil)
    #expect(single.difference(0, 2)?.estimate.mean == 0.5 - 0.3)
    #expect(model([[0.5, nil], [nil, 0.25]]).difference(0, 1) == nil)
    #expect(model([]).degreesOfFreedom == 0)
  }

  @Test func aRowThatSpreadsFarMoreThanTheOthersIsFound() {
    let even = [[0.50, 0.51, 0.49, 0.505], [0.40, 0.42, 0.39, 0.40], [0.30, 0.31, 0.30, 0.29]]
    #expect(model(even).unevenRow == nil)
    #expect(model(even + [[0.60, 0.20, 0.55, 0.30]]).unevenRow == 3)
  }
}
