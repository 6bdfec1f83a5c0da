import Foundation
import Study
import Testing

@Suite struct SummaryTests {
  private func twoSizes() -> MadeUpStudy {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.505, 0.498, 0.512])
    study.add("simclr", size: 1000, [0.40, 0.43, 0.37])
    study.add("supervised", size: nil, [0.39, 0.40, 0.395], as: .endToEnd)
    study.add("random", size: nil, [0.344, 0.35, 0.339])
    return study
  }

  @Test func rowsComeBySizeWithTheBaselinesThatDoNotDependOnItLast() {
    let summary = twoSizes().summary()
    #expect(summary.rows.map(\.method) == ["simclr", "simclr", "random", "supervised"])
    #expect(summary.rows.map(\.pretrainImages) == [1000, 5000, nil, nil])
    #expect(summary.rows.map(\.headlineProtocol) == [.linear, .linear, .linear, .endToEnd])
    #expect(summary.rows.map(\.isBaseline) == [false, false, true, true])
    #expect(summary.sizes == [1000, 5000])
    #expect(summary.labelledImages == [50])
    #expect(summary.seeds == [0, 1, 2])
    #expect(summary.design == .fewLabels)
  }

  @Test func comparisonsPairBySeedAndAreAdjustedAsOneFamily() throws {
    let summary = twoSizes().summary()
    #expect(summary.comparisons.count == 4)
    let comparison = try #require(
      summary.comparisons.first { $0.pretrainImages == 5000 && $0.reference == "random" })
    // Benchmarks/python/study_statistics.py on the three rows at 5,000.
    #expect(abs(try #require(comparison.p) - 9.314077222217035e-06) < 1e-12)
    #expect(comparison.degreesOfFreedom == 4)
    #expect(summary.spreads.map(\.degreesOfFreedom) == [4, 4])
    #expect(summary.spreads.allSatisfy { $0.rows == 3 && $0.seeds == [0, 1, 2] && $0.isBalanced })
    #expect(summary.testNote.contains("N = 5,000: 3 rows, 3 blocks, 4 degrees of freedom"))
    #expect(abs(comparison.difference.mean - 0.16066666666666665) < 1e-12)
    let all = try summary.comparisons.map { try #require($0.p) }
    #expect(try summary.comparisons.map { try #require($0.adjustedP) } == holmAdjusted(all))
  }

  @Test func generalWeightsAreBaselinesAndWhatContinuesFromThemIsAMethod() {
    var study = twoSizes()
    study.add("random+general", size: nil, [0.45, 0.452, 0.449])
    study.add("supervised+general", size: nil, [0.47, 0.46, 0.475], as: .endToEnd)
    study.add("simclr+general", size: 5000, [0.55, 0.548, 0.553])
    let summary = study.summary()
    #expect(
      summary.rows.filter(\.isBaseline).map(\.method).suffix(2) == [
        "random+general", "supervised+general",
      ])
    let references = summary.comparisons.filter { $0.method == "simclr+general" }.map(\.reference)
    #expect(
      Set(references)
        == ["random", "supervised", "random+general", "supervised+general", "simclr"])
    #expect(summary.limits.allSatisfy { !$0.contains("general") })
    #expect(summary.verdict.headline.hasPrefix("SimCLR from general weights pretrained on"))
    #expect(summary.verdict.sentences.contains { $0.text.contains("general weights, frozen") })
  }

  @Test func weightsOfAnotherBackboneAreShownAndComparedWithNothing() throws {
    var study = twoSizes()
    for (method, value) in [("random+general", 0.9), ("simclr+general", 0.95)] {
      study.add(
        method, size: method == "random+general" ? nil : 5000, [value, value + 0.01],
        backbone: "resnet50-w64-small")
    }
    let summary = study.summary(generalBackbone: "resnet50-w64-small")
    let others = summary.rows.filter { $0.otherBackbone != nil }
    #expect(others.map(\.method).sorted() == ["random+general", "simclr+general"])
    #expect(others.allSatisfy { $0.otherBackbone == "resnet50-w64-small" && !$0.isBest })
    #expect(summary.comparisons.allSatisfy { !($0.method + $0.reference).contains("general") })
    #expect(summary.verdict.headline.hasPrefix("SimCLR pretrained on"))
    #expect(summary.limits.contains { $0.contains("resnet50-w64-small") })
    #expect(summary.curves.allSatisfy { !$0.title.contains("general") })
  }

  @Test func baselinesThatDependOnTheSizeArePairedWithTheirOwn() {
    var study = MadeUpStudy()
    for (size, level) in [(500, 0.3), (1000, 0.4)] {
      study.add("simclr", size: size, labels: size, [level + 0.05, level + 0.052])
      study.add("random", size: size, labels: size, [level, level + 0.001])
    }
    let summary = study.summary()
    #expect(summary.design == .allLabelled)
    #expect(summary.comparisons.map(\.pretrainImages) == [500, 1000])
    #expect(summary.comparisons.allSatisfy { abs($0.difference.mean - 0.0505) < 1e-12 })
  }

  @Test func onlySeedsThatBothHaveArePaired() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.5, nil, 0.6])
    study.add("random", size: nil, [0.3, 0.9, nil])
    let summary = study.summary()
    let comparison = try #require(summary.comparisons.first)
    #expect(comparison.difference.n == 1)
    #expect(comparison.p == nil && comparison.adjustedP == nil)
    #expect(!comparison.result.isSignificant && comparison.result == .notTested)
  }

  @Test func whatAComparisonFoundIsInTheJSON() throws {
    var study = twoSizes()
    study.add("byol", size: 5000, [0.504, 0.499, 0.51])
    study.add("supcon", size: nil, [0.60, 0.61, 0.606], as: .endToEnd)
    study.add("simclr", size: 20_000, [0.5])
    let results = study.summary().comparisons.map { ($0.pretrainImages, $0.reference, $0.result) }
    func result(_ size: Int, _ reference: String) -> TestResult? {
      results.first { $0.0 == size && $0.1 == reference }?.2
    }
    #expect(result(5000, "random") == .better && result(5000, "supcon") == .worse)
    #expect(result(5000, "byol") == .notSignificant && result(20_000, "random") == .notTested)
    let json = String(decoding: try JSONEncoder().encode(study.summary()), as: UTF8.self)
    #expect(json.contains(#""result":"not-significant""#))
  }

  @Test func theBestIsMarkedOnlyWhenSignificantlyBetterThanAll() {
    let study = twoSizes()
    #expect(study.summary().rows.map(\.isBest) == [false, true, false, false])
    var close = study
    close.add("byol", size: 5000, [0.504, 0.499, 0.51])
    #expect(close.summary().rows.allSatisfy { !$0.isBest })
    #expect(close.summary().comparisons.contains { $0.reference == "byol" })
  }

  @Test func aBaselineIsMarkedWhenItBeatsEveryMethodAtEverySize() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.40, 0.41, 0.405])
    study.add("simclr", size: 5000, [0.45, 0.46, 0.455])
    study.add("supervised", size: nil, [0.60, 0.611, 0.604], as: .endToEnd)
    #expect(study.summary().rows.map(\.isBest) == [false, false, true])
    study.add("simclr", size: 20_000, [0.70, 0.71, 0.705])
    #expect(study.summary().rows.map(\.isBest) == [false, false, true, false])
  }

  /// R² may lie below any stand-in for a missing figure.
  @Test func aRowWithoutAFigureIsNeverTheBest() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [-1.5, -1.51, -1.49], metric: .r2)
    study.add("dino", size: 1000, [-1.7, -1.71, -1.695], metric: .r2)
    study.add("byol", size: 1000, [0.5, 0.51, 0.49])
    study.add("random", size: nil, [-3, -3.01, -2.98], metric: .r2)
    let summary = study.summary(metric: .r2)
    #expect(summary.rows.filter(\.isBest).map(\.method) == ["simclr"])
    #expect(
      summary.comparisons.map { "\($0.method) \($0.reference)" } == [
        "dino random", "simclr random", "simclr dino",
      ])
  }

  @Test func intervalsOfSharesStayWithinZeroAndOne() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.99, 0.90])
    let interval = try #require(
      study.summary().rows.first?.estimate(.linear, .accuracy)?.interval)
    #expect(interval.upper == 1 && interval.lower >= 0)
  }

  @Test func otherDataSetsAndBackbonesAreLeftOut() {
    var study = twoSizes()
    study.runs[0].key.backbone = "vit"
    study.runs[1].key.dataset = "xrays"
    #expect(study.summary().rows[1].runs == 1)
  }

  @Test func ofTwoRunsOfTheSameCellTheLaterCounts() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.2])
    study.add("simclr", size: 1000, [0.5])
    let summary = study.summary()
    #expect(summary.supersededRuns == 1)
    #expect(summary.rows.first?.estimate(.linear, .accuracy)?.mean == 0.5)
  }

  @Test func failedAndUnfinishedRunsAreListed() {
    var study = twoSizes()
    study.add("simclr", size: 1000, [0], status: .failed, message: "loss is not finite")
    study.add("simclr", size: 5000, [0], status: .running)
    let summary = study.summary()
    #expect(summary.incompleteRuns.map(\.message) == ["loss is not finite", nil])
    #expect(
      summary.verdict.sentences.last?.text.hasPrefix("1 run failed and 1 run had not") == true)
    #expect(summary.rows.map(\.runs) == [3, 3, 3, 3])
  }

  @Test func curvesFollowTheSizes() throws {
    let curves = twoSizes().summary().curves
    #expect(curves.map(\.title) == ["SimCLR", "random features", "supervised from scratch"])
    #expect(curves[0].points.map(\.size) == [1000, 5000] && curves[0].constant == nil)
    #expect(curves[1].points.isEmpty && curves[1].constant != nil)
  }

  @Test func runsOfTwoRevisionsAreInNoMeanTogether() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.2, 0.3, 0.4])
    study.add("simclr", size: 1000, [0.5])
    for (index, revision) in [1, 1, 1, 2].enumerated() {
      study.runs[index].key.config = #"{"methodRevision":\#(revision),"deviceKind":"cpu"}"#
    }
    let summary = study.summary()
    #expect(summary.rows.map(\.runs) == [1] && summary.supersededRuns == 1)
    #expect(summary.rows[0].estimate(.linear, .accuracy)?.mean == 0.5)
    #expect(
      summary.limits.contains {
        $0.hasPrefix("SimCLR: 2 runs of an earlier revision of the method")
      })
  }

  @Test func theJSONKeepsItsKeys() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(twoSizes().summary())
    let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      json.keys.sorted() == [
        "adjustedOver", "backbone", "comparisons", "costs", "crossings", "dataset", "design",
        "device",
        "families", "features", "format", "growth", "incompleteRuns", "kind", "labelledImages",
        "limits", "pairs", "primaryMetric", "ranking", "rows", "seeds", "sizes", "spreads",
        "supersededRuns", "verdict",
      ])
    let row = try #require((json["rows"] as? [[String: Any]])?.first)
    #expect(
      row.keys.sorted() == [
        "bySeed", "family", "figures", "headlineProtocol", "isBaseline", "isBest",
        "labelledImages", "method", "pretrainImages", "runs", "title", "tunedBySeed",
      ])
    let figure = try #require((row["figures"] as? [[String: Any]])?.first)
    #expect(figure.keys.sorted() == ["estimate", "metric", "protocol"])
    let comparison = try #require((json["comparisons"] as? [[String: Any]])?.first)
    #expect(
      comparison.keys.sorted() == [
        "adjustedP", "degreesOfFreedom", "difference", "labelledImages", "method", "p",
        "pretrainImages", "protocol",
        "reference", "referenceProtocol", "referenceTitle", "result", "title",
      ])
  }
}
