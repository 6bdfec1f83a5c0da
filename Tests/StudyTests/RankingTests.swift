import Testing

@testable import Study

@Suite struct RankingTests {
  private func study(_ simclr: [Double], _ byol: [Double], random: Double = 0.3) -> StudySummary {
    var study = MadeUpStudy()
    for (index, size) in [1000, 5000].enumerated() {
      study.add("simclr", size: size, [simclr[index]])
      study.add("byol", size: size, [byol[index]])
    }
    study.add("random", size: nil, [random])
    return study.summary()
  }

  @Test func ranksAreAveragedOverSizesAndTiesShareTheirs() throws {
    let ranking = try #require(study([0.5, 0.6], [0.5, 0.7]).ranking)
    #expect(ranking.rows.map(\.method) == ["byol", "simclr", "random"])
    #expect(ranking.rows.map(\.averageRank) == [1.25, 1.75, 3])
    #expect(ranking.rows.map(\.isBaseline) == [false, false, true])
    #expect(ranking.blocks == 2 && ranking.datasets == ["cells"])
    #expect(ranking.criticalDifference == nil)
    #expect(
      ranking.note.hasPrefix("No critical-difference diagram: ranks are tested over data sets"))
  }

  @Test func rowsThatAreNotEverywhereAreLeftOut() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.5])
    study.add("simclr", size: 5000, [0.6])
    study.add("byol", size: 5000, [0.9])
    study.add("random", size: nil, [0.3])
    let ranking = try #require(study.summary().ranking)
    #expect(ranking.rows.map(\.method) == ["simclr", "random"])
    #expect(ranking.leftOut == ["BYOL"])
    #expect(MadeUpStudy().summary().ranking == nil)
  }

  @Test func severalDataSetsWeighAlikeAndSixAreTested() throws {
    let sets = (0..<6).map { index in
      var summary = study([0.5, 0.6], index == 0 ? [0.6, 0.7] : [0.4, 0.5])
      summary.dataset = "set \(index)"
      return summary
    }
    let five = try #require(Ranking.byBackbone(Array(sets.prefix(5))).first)
    #expect(five.criticalDifference == nil && five.blocks == 10)
    #expect(abs(five.rows[0].averageRank - 1.2) < 1e-12)
    let six = try #require(Ranking.byBackbone(sets).first)
    // Demšar's table 5: 2.343 for three; 2.343 · √(3 · 4 / 36).
    #expect(abs(try #require(six.criticalDifference) - 2.343 * (12.0 / 36).squareRoot()) < 1e-3)
  }

  @Test func backbonesAreNotMixed() {
    var other = study([0.5, 0.6], [0.4, 0.5])
    other.backbone = "vit"
    let rankings = Ranking.byBackbone([study([0.5, 0.6], [0.6, 0.7]), other])
    #expect(rankings.map(\.backbone) == ["resnet18-w16-small", "vit"])
    #expect(rankings.map { $0.rows[0].method } == ["byol", "simclr"])
  }

  /// Demšar 2006, table 5 (a), α = 0.05.
  @Test(arguments: [(2, 1.960), (3, 2.343), (5, 2.728), (10, 3.164)])
  func quantilesOfTheRangeMatchTheTable(_ row: (Int, Double)) {
    #expect(abs(Ranking.nemenyi(row.0) - row.1) < 1e-3)
  }
}
