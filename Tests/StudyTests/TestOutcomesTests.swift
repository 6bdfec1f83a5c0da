import Downstream
import Foundation
import Images
import Testing

@testable import Study

/// The second interval: how far other test images would move a difference.
@Suite struct TestOutcomesTests {
  /// Every image is named rightly with a probability of its own; values are the shares that are.
  private func study(
    _ rows: [(method: String, chances: [Double])], seeds: Int = 3, labels: [Int] = [],
    metric: Metric = .accuracy
  ) -> MadeUpStudy {
    var study = MadeUpStudy()
    study.outcomes.labels = labels
    for (row, (method, chances)) in rows.enumerated() {
      var generator = SeededGenerator(seed: 5, stream: UInt64(row))
      let correct = (0..<seeds).map { _ in chances.map { generator.uniform() < $0 } }
      study.add(
        method, size: method == "random" ? nil : 1000,
        correct.map { flags in
          metric == .accuracy
            ? Double(flags.count { $0 }) / Double(flags.count)
            : Metrics.balancedAccuracy(
              zip(flags, labels).map { $0 ? $1 : 1 - $1 }, labels)
        }, metric: metric)
      for (run, flags) in zip(study.runs.suffix(seeds), correct) {
        study.outcomes.correct[run.id] = [.linear: flags]
      }
    }
    return study
  }

  @Test func aLargeDifferenceIsSureOnBothAccounts() throws {
    let study = study([
      ("simclr", Array(repeating: 0.8, count: 600)), ("random", Array(repeating: 0.5, count: 600)),
    ])
    let comparison = try #require(study.summary().comparisons.first)
    let interval = try #require(comparison.imagesInterval)
    #expect(interval.lower < comparison.difference.mean)
    #expect(interval.upper > comparison.difference.mean)
    #expect(comparison.result.isWin && interval.lower > 0.2)
    #expect(study.summary().verdict.headline.contains("over test images"))
  }

  /// Seeds agree that the method is better by 1 point; 15 images for it and 12 against do not tell.
  @Test func seedsThatAgreeOnFewImagesAreNoDifference() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.510, 0.511, 0.510, 0.511])
    study.add("random", size: nil, [0.500, 0.500, 0.500, 0.500])
    #expect(try #require(study.summary().comparisons.first).result.isWin)
    #expect(study.summary().testNote.contains("stands alone"))
    let random = (0..<300).map { $0 < 150 }
    let method = (0..<300).map { $0 < 138 || 150 <= $0 && $0 < 165 }
    for (index, run) in study.runs.enumerated() {
      study.outcomes.correct[run.id] = [.linear: index < 4 ? method : random]
    }
    let comparison = try #require(study.summary().comparisons.first)
    #expect(try #require(comparison.adjustedP) < 0.001)
    #expect(try #require(comparison.imagesInterval).lower < 0)
    #expect(!comparison.result.isWin && !comparison.result.isSignificant)
    #expect(study.summary().verdict.outcome == .noDifference)
    #expect(!study.summary().testNote.contains("stands alone"))
  }

  /// The deviation of the mean of n paired differences d is √(var d / n).
  @Test func theIntervalIsThatOfTheMeanOverImages() throws {
    let study = study(
      [
        ("simclr", Array(repeating: 0.7, count: 2000)),
        ("random", Array(repeating: 0.6, count: 2000)),
      ])
    let summary = study.summary()
    let flags = study.runs.map { study.outcomes.correct[$0.id]?[.linear] ?? [] }
    let differences = (0..<2000).map { image in
      (0..<3).reduce(0.0) {
        $0 + (flags[$1][image] ? 1 : 0) / 3 - (flags[$1 + 3][image] ? 1 : 0) / 3
      }
    }
    let mean = differences.reduce(0, +) / 2000
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
    let half = 1.96 * (variance / 2000).squareRoot()
    let interval = try #require(summary.comparisons.first?.imagesInterval)
    #expect(abs(interval.lower - (mean - half)) < 0.1 * half)
    #expect(abs(interval.upper - (mean + half)) < 0.1 * half)
  }

  /// 20 patients of 30 images, named alike: as little is known as from 20 images.
  @Test func groupsOfTestImagesAreDrawnWhole() throws {
    let patients = (0..<600).map { $0 / 30 }
    var study = study([
      ("simclr", patients.map { $0 % 10 < 7 ? 1 : 0 }),
      ("random", patients.map { $0 % 10 < 4 ? 1 : 0 }),
    ])
    func width() throws -> Double {
      let interval = try #require(study.summary().comparisons.first?.imagesInterval)
      return interval.upper - interval.lower
    }
    let single = try width()
    #expect(study.summary().testGroups == nil && !study.summary().testNote.contains("group"))
    study.outcomes.groups = patients
    let whole = try width()
    // √30 = 5.5 times as wide.
    #expect(whole > 4 * single && whole < 7 * single)
    #expect(study.summary().testGroups == 20)
    #expect(study.summary().testNote.contains("of 20 groups of images, each drawn whole"))
    // Those of other images say nothing of these.
    study.outcomes.groups = [0, 1]
    #expect(try width() == single)
  }

  /// Rows are measured once on a resample, whatever they are compared with.
  @Test(arguments: [Metric.accuracy, .balancedAccuracy])
  func intervalsAreThoseOfEachPairAlone(metric: Metric) throws {
    let labels = (0..<200).map { $0 % 5 == 0 ? 1 : 0 }
    var study = study(
      [
        ("simclr", labels.map { $0 == 1 ? 0.7 : 0.6 }), ("byol", labels.map { _ in 0.6 }),
        ("mae", labels.map { _ in 0.5 }), ("random", labels.map { $0 == 1 ? 0.2 : 0.6 }),
      ], labels: labels, metric: metric)
    // One has a seed less: others are compared with it by the seeds that both have.
    study.runs.removeAll { $0.key.method == "byol" && $0.key.seed == 1 }
    let summary = study.summary(metric: metric)
    let known =
      summary.comparisons.map { ($0.method, $0.reference, $0.imagesInterval) }
      + summary.pairs.map { ($0.method, $0.reference, $0.imagesInterval) }
    #expect(known.count == 6)
    for (method, reference, interval) in known {
      func runs(_ name: String) -> [Int: [Bool]] {
        Dictionary(
          uniqueKeysWithValues: study.runs.filter { $0.key.method == name }.map {
            ($0.key.seed, study.outcomes.correct[$0.id]?[.linear] ?? [])
          })
      }
      let (first, second) = (runs(method), runs(reference))
      let seeds = Set(first.keys).intersection(second.keys)
      let expected = try #require(
        Bootstrap().interval(images: labels.count) { drawn in
          let classes = metric == .accuracy ? [[0, 1]] : [[0], [1]]
          return classes.reduce(0) { sum, own in
            let images = labels.indices.filter { own.contains(labels[$0]) }
            let total = images.reduce(0) { $0 + drawn[$1] }
            let gain = seeds.reduce(0.0) { sum, seed in
              images.reduce(sum) { sum, image in
                let (one, other) = (first[seed]?[image] == true, second[seed]?[image] == true)
                return one == other ? sum : sum + (one ? 1 : -1) * drawn[image]
              }
            }
            return sum + gain / total / Double(seeds.count * classes.count)
          }
        })
      let found = try #require(interval)
      #expect(abs(found.lower - expected.lowerBound) < 1e-12)
      #expect(abs(found.upper - expected.upperBound) < 1e-12)
    }
  }

  @Test func classesCountAlikeInBalancedAccuracy() throws {
    // Nine in ten images are of class 0, on which the rows do not differ.
    let labels = (0..<500).map { $0 % 10 == 0 ? 1 : 0 }
    let rows = [
      ("simclr", labels.map { $0 == 1 ? 0.95 : 0.6 }),
      ("random", labels.map { $0 == 1 ? 0.05 : 0.6 }),
    ]
    let study = study(rows, labels: labels, metric: .balancedAccuracy)
    let comparison = try #require(study.summary(metric: .balancedAccuracy).comparisons.first)
    let interval = try #require(comparison.imagesInterval)
    #expect(interval.lower < comparison.difference.mean)
    #expect(interval.upper > comparison.difference.mean && interval.lower > 0.3)
    // Labels may come from a file of another's.
    var other = study
    other.outcomes.labels = labels.map { $0 * Int.max }
    #expect(
      other.summary(metric: .balancedAccuracy).comparisons.first?.imagesInterval == interval)
    var unknown = study
    unknown.outcomes.labels = []
    #expect(
      unknown.summary(metric: .balancedAccuracy).comparisons.first?.imagesInterval == nil)
  }

  @Test func outcomesOfOtherImagesOrMissingOnesGiveNoInterval() throws {
    var study = study([
      ("simclr", Array(repeating: 0.8, count: 60)), ("random", Array(repeating: 0.5, count: 60)),
    ])
    study.outcomes.correct[study.runs[1].id]?[.linear]?.removeLast()
    #expect(study.summary().comparisons.first?.imagesInterval == nil)
    study.outcomes.correct[study.runs[1].id] = nil
    #expect(study.summary().comparisons.first?.imagesInterval == nil)
  }

  @Test func outcomesAndLabelsAreReadByDataSet() throws {
    try withFolder { folder in
      let store = try ResultStore(path: folder + "/study.sqlite")
      _ = try store.begin(sampleRun("a"))
      let score = Score(runId: "a", evaluation: .linear, metric: .accuracy, value: 0.5)
      try store.finish(
        "a", scores: [score], correct: [.linear: [true, false], .knn: [true, true]])
      #expect(try store.outcomes(of: "cells").labels.isEmpty)
      try store.keepTestImages(labels: [3, 1], groups: nil, of: "cells")
      #expect(try store.outcomes(of: "cells").groups == nil)
      try store.keepTestImages(labels: [3, 1], groups: [7, 7], of: "cells")
      let outcomes = try store.outcomes(of: "cells")
      #expect(outcomes.labels == [3, 1] && outcomes.groups == [7, 7])
      #expect(outcomes.correct == ["a": [.linear: [true, false]]])
      #expect(try store.outcomes(of: "xrays").correct.isEmpty)
      try store.setSetting("test-labels/cells", to: "{}")
      #expect(throws: DatabaseError.self) { try store.outcomes(of: "cells") }
    }
  }
}
