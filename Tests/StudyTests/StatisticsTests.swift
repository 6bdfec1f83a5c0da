import Downstream
import Study
import Testing

/// Expected figures: SciPy 1.17.1 (`scipy.stats.t.ppf`, `2 * t.sf`, `t.interval`, `ttest_rel`).
@Suite struct StatisticsTests {
  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-11) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  @Test(arguments: [
    1.0: [3.0776835371752544, 6.313751514675037, 12.706204736174694, 63.656741162871526],
    2.0: [1.8856180831641272, 2.9199855803537242, 4.302652729749462, 9.924843200918287],
    3.0: [1.637744353696209, 2.3533634348018233, 3.1824463052837078, 5.840909309733355],
    4.0: [1.533206274058944, 2.1318467863266495, 2.7764451051977934, 4.604094871349992],
    9.0: [1.3830287383966329, 1.833112932656237, 2.262157162798205, 3.249835541592126],
    29.0: [1.311433647301551, 1.6991270265334972, 2.045229642132703, 2.756385903670605],
    1000.0: [1.2823987214609247, 1.6463788172854643, 1.9623390808264083, 2.580754698065951],
  ])
  func quantilesOfStudentsTMatchTheTable(degrees: Double, expected: [Double]) {
    for (probability, value) in zip([0.9, 0.95, 0.975, 0.995], expected) {
      #expect(isClose(StudentT.quantile(probability, degrees: degrees), value))
    }
    #expect(StudentT.quantile(0.5, degrees: degrees) < 1e-12)
  }

  @Test func pValuesOfStudentsTMatchTheTable() {
    let table = [
      (0.5, 1.0, 0.7048327646991335), (2, 1, 0.2951672353008665), (2.5, 2, 0.12961172022151082),
      (55, 2, 0.00033041467943101764), (3, 4, 0.03994196807171883),
      (1e-3, 9, 0.9992239303259733), (12.7, 1, 0.050024327689344165),
      (400, 2, 6.249941406860345e-06), (2, 100, 0.04821217873113365),
    ]
    for (t, degrees, p) in table {
      #expect(isClose(StudentT.twoSidedP(t, degrees: degrees), p))
      #expect(isClose(StudentT.twoSidedP(-t, degrees: degrees), p))
    }
    #expect(StudentT.twoSidedP(0, degrees: 2) == 1)
  }

  @Test func aMeanOverSeedsHasTheStudentTInterval() throws {
    let estimate = try #require(Estimate([0.505, 0.498, 0.512]))
    #expect(isClose(estimate.mean, 0.505))
    #expect(isClose(try #require(estimate.sd), 0.007))
    let interval = try #require(estimate.interval)
    #expect(isClose(interval.lower, 0.4876110360177477))
    #expect(isClose(interval.upper, 0.5223889639822523))
  }

  @Test func withoutSpreadThereIsNoInterval() throws {
    #expect(Estimate([]) == nil)
    let one = try #require(Estimate([0.7]))
    #expect(one.sd == nil && one.interval == nil)
    let same = try #require(Estimate([0.7, 0.7, 0.7]))
    #expect(same.sd == 0 && same.interval == nil)
  }

  @Test func pairedDifferencesMatchThePairedTTest() throws {
    let first = [0.505, 0.498, 0.512]
    let clear = try #require(PairedDifference(Array(zip(first, [0.344, 0.35, 0.339]))))
    #expect(isClose(try #require(clear.p), 0.002012640033581176, 1e-9))
    let interval = try #require(clear.estimate.interval)
    #expect(isClose(interval.lower, 0.1296066659145153, 1e-9))
    #expect(isClose(interval.upper, 0.19172666741881805, 1e-9))

    let unclear = try #require(
      PairedDifference(
        Array(zip([0.61, 0.58, 0.63, 0.6, 0.59], [0.6, 0.59, 0.6, 0.61, 0.57]))))
    #expect(isClose(try #require(unclear.p), 0.37390096630005887, 1e-9))
  }

  @Test func differencesWithoutSpreadAreNotTested() throws {
    #expect(PairedDifference([]) == nil)
    #expect(try #require(PairedDifference([(0.5, 0.3)])).p == nil)
    #expect(try #require(PairedDifference([(0.5, 0.25), (0.75, 0.5)])).p == nil)
    #expect(try #require(PairedDifference([(0.5, 0.5), (0.75, 0.75)])).p == 1)
  }

  @Test func holmAdjustsInStepsAndKeepsTheOrder() {
    // By hand: .005 × 4, then max(.02, .01 × 3), max(.03, .03 × 2), max(.06, .04).
    let adjusted = holmAdjusted([0.04, 0.005, 0.03, 0.01])
    #expect(zip(adjusted, [0.06, 0.02, 0.06, 0.03]).allSatisfy { isClose($0, $1) })
    #expect(holmAdjusted([0.6, 0.7]) == [1, 1])
    #expect(holmAdjusted([]).isEmpty)
  }
}
