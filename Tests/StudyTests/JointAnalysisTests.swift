import Backbones
import Foundation
import Pretext
import Testing
import Training

@testable import Study

/// Several studies joined.
@Suite struct JointAnalysisTests {
  @Test func blocksAreAveragedBySeedAndSetsWeighAlike() throws {
    var one = try OverviewPart.madeUp("a", seeds: 2)
    var other = try OverviewPart.madeUp("b", seeds: 2, sizes: [300])
    one.set { method, size, seed in
      (method == "simclr" ? 0.6 : 0.5) + (size == 5000 ? 0.1 : 0) + Double(seed) * 0.02
    }
    other.set { method, _, seed in method == "simclr" ? 0.4 + 0.01 * Double(seed) : 0.2 }
    let overview = try StudyOverview([one, other])
    let group = try #require(overview.groups.first)
    #expect(overview.groups.count == 1 && group.blocks == 2 * 2 + 2)
    // Seed 0: ((0.6 + 0.7) / 2 + 0.4) / 2; seed 1: (0.67 + 0.41) / 2.
    let simclr = try #require(group.rows.first)
    #expect(simclr.method == "simclr" && abs(simclr.estimate.mean - (0.525 + 0.54) / 2) < 1e-12)
    let paired = try #require(group.comparisons.first { $0.reference == Baseline.random })
    #expect(abs(paired.difference.mean - (0.15 + 0.155) / 2) < 1e-12)
    #expect(group.degreesOfFreedom == 5)
    #expect(overview.adjustedOver == 3 * 3 + 3)
  }

  @Test func aSeedThatLacksABlockDoesNotCount() throws {
    var one = try OverviewPart.madeUp("a", seeds: 3)
    var other = try OverviewPart.madeUp("b", seeds: 2)
    other.missing = try other.plan.runs().suffix(2)
    one.set { method, size, seed in
      method == "mae" ? nil : method == "byol" && seed == 0 && size == 1000 ? nil : 0.5
    }
    other.set { _, _, seed in 0.4 + 0.01 * Double(seed) }
    let overview = try StudyOverview([one, other])
    let group = overview.groups[0]
    #expect(group.leftOut == ["mae"] && group.leftOutMethods == ["mae"])
    #expect(group.incompleteSeeds == [0, 2])
    #expect(try #require(group.rows.first { $0.method == "byol" }).estimate.n == 1)
    let limits = overview.limits.joined(separator: "\n")
    #expect(limits.contains("a 0, 1 and 2; b 0 and 1") && limits.contains("all their blocks: mae"))
    let verdict = overview.verdict.map(\.text).joined(separator: "\n")
    #expect(verdict.contains("2 of 24 runs are not made yet"))
    #expect(verdict.contains("has the highest mean of the 2 methods that have all blocks"))
    #expect(verdict.contains("(left out: mae)"))
  }

  @Test func aSecondPartOfASetIsNoSecondSet() throws {
    var one = try OverviewPart.madeUp("a", seeds: 2)
    var other = try OverviewPart.madeUp("b", seeds: 2)
    one.set { _, _, _ in 0.3 }
    other.set { _, _, _ in 0.6 }
    var transferred = other
    transferred.plan.transfer = PretrainingSet(
      name: "a", dataHash: "h", isLabelled: true, channels: 3, sizes: [5000])
    let epochs = try OverviewPart.madeUp("b", seeds: 2, budget: .epochs(6))
    let overview = try StudyOverview([one, other, transferred, epochs])
    #expect(overview.groups.map { $0.datasets.map(\.name) } == [["a", "b"], ["b"], ["b"]])
    #expect(overview.groups[1].title == "\(one.backbone), 20 steps, with pretraining on a")
    #expect(abs(try #require(overview.groups[0].rows.first).estimate.mean - 0.45) < 1e-12)
    #expect(Set(overview.arms.map(\.method)).count == overview.arms.count)

    // Other images of the same name are another set, and more steps are another budget.
    var namesake = one
    namesake.plan.dataHash = "other"
    #expect(try StudyOverview([one, namesake]).groups.count == 1)
    var longer = one
    longer.plan.budget = .steps(80)
    let budgets = try StudyOverview([one, longer, .madeUp("a", seeds: 2, budget: .epochs(6))])
    #expect(
      budgets.groups.map(\.title)
        == ["20 steps", "80 steps", "6 epochs"].map { "\(one.backbone), \($0)" })
    #expect(
      budgets.armsByPlace.map { $0[0].budgets } == [
        ["20 steps", "6 epochs"], ["80 steps", "6 epochs"],
      ])
    // An arm that differs in something else is told by its folder.
    var named = one
    named.folder = StudyFolder(URL(filePath: "/tmp/20-steps-bare"))
    #expect(try StudyOverview([one, named]).groups[1].title.hasSuffix(", in 20-steps-bare"))
  }

  @Test func anIntervalOverTestImagesIsOfTheSeedsOfItsDifference() throws {
    var one = try OverviewPart.madeUp("a", seeds: 3)
    var other = try OverviewPart.madeUp("b", seeds: 3)
    one.set { method, _, seed in (method == "simclr" ? 0.6 : 0.5) + 0.01 * Double(seed) }
    other.set { method, _, seed in
      (method == "simclr" ? 0.6 : 0.5) + 0.001 * Double((seed * method.count) % 3)
    }
    func images(_ part: OverviewPart) -> OverviewPart {
      var part = part
      for index in part.summary.comparisons.indices {
        part.summary.comparisons[index].imagesInterval = Interval(lower: 0.06, upper: 0.14)
      }
      return part
    }
    func interval(_ parts: [OverviewPart]) throws -> Interval? {
      let comparisons = try StudyOverview(parts).groups[0].comparisons
      return try #require(
        comparisons.first { $0.method == "simclr" && $0.reference == Baseline.random }
      ).imagesInterval
    }
    let joined = try #require(try interval([images(one), images(other)]))
    #expect(abs(joined.lower - (0.1 - 0.04 / 2.0.squareRoot())) < 1e-12)
    other.set { method, _, seed in method == "simclr" && seed == 2 ? nil : 0.5 }
    #expect(try interval([images(one), images(other)]) == nil)
  }

  @Test func programsReadWhatATestSays() throws {
    var one = try OverviewPart.madeUp("a", seeds: 4)
    one.set { method, _, seed in
      0.5 + (method == "simclr" ? 0.2 : method == "mae" ? -0.2 : 0)
        + 0.001 * Double((seed * method.count) % 3)
    }
    let overview = try StudyOverview([one])
    let comparisons = overview.groups[0].comparisons.filter { $0.reference == Baseline.random }
    #expect(comparisons.map(\.result) == [.better, .notSignificant, .worse])
    let json = String(decoding: try JSONEncoder().encode(overview), as: UTF8.self)
    for result in ["better", "not-significant", "worse"] {
      #expect(json.contains("\"result\":\"\(result)\""))
    }
  }

  @Test func whatIsNotShownIsNotDenied() throws {
    func answer(_ gain: Double) throws -> String {
      var one = try OverviewPart.madeUp("a", seeds: 4)
      one.set { method, _, seed in
        (method == Baseline.general ? 0.5 : 0.5 + gain)
          + 0.01 * Double((seed * method.count + method.utf8.reduce(0) { $0 + Int($1) }) % 3)
      }
      let verdict = try StudyOverview([one]).verdict.map(\.text)
      return try #require(verdict.first { $0.contains("your own images alone") })
    }
    #expect(try answer(0).contains("? Not shown: "))
    #expect(try answer(-0.2).contains("? No: "))
    #expect(try answer(0.2).contains("? Yes: "))
  }

  @Test func backbonesAndArmsOfTheBudgetStandApart() throws {
    var steps = try OverviewPart.madeUp("a", seeds: 4)
    var epochs = try OverviewPart.madeUp("a", seeds: 4, budget: .epochs(6))
    var other = try OverviewPart.madeUp("a", seeds: 4)
    other.plan.backbone = try BackboneSpec("vit-micro", imageSize: 32)
    let noise = [0.003, -0.002, 0.001, -0.002]
    func value(_ method: String, _ gain: Double, _ seed: Int) -> Double {
      0.5 + (method == "simclr" ? gain : 0) + noise[(seed + method.count) % 4]
    }
    steps.set { method, _, seed in value(method, 0.1, seed) }
    epochs.set { method, _, seed in value(method, 0.2, seed) }
    other.set { method, _, seed in value(method, -0.1, seed) }
    let overview = try StudyOverview([steps, other, epochs])
    #expect(overview.groups.map(\.backbone) == [steps, other, epochs].map(\.backbone))
    #expect(overview.groups.map(\.arm) == [.steps, .steps, .epochs])
    #expect(overview.groups[2].title == "\(epochs.backbone), 6 epochs")
    let more = try OverviewPart.madeUp("b", seeds: 4, budget: .epochs(2))
    #expect(try StudyOverview([epochs, more]).groups[0].title == "\(epochs.backbone), epochs arm")
    let arm = try #require(overview.arms.first { $0.method == "simclr" })
    #expect(arm.result.isSignificant && abs(arm.difference.mean - 0.1) < 0.01)
    // Random weights are the same in both arms.
    #expect(!overview.arms.contains { $0.method == Baseline.random })
    let text = overview.verdict.map(\.text).joined(separator: "\n")
    #expect(text.contains("significantly better for SimCLR by"))
    // Grey images have another first layer, and the same network otherwise.
    steps.plan.backbone = steps.plan.backbone.taking(channels: 1)
    #expect(try StudyOverview([steps, epochs, other]).arms.count == overview.arms.count)
  }

  @Test func intervalsOfSharesStayWithinZeroAndOne() throws {
    var steps = try OverviewPart.madeUp("a", seeds: 2)
    var epochs = try OverviewPart.madeUp("a", seeds: 2, budget: .epochs(6))
    steps.set { _, _, seed in seed == 0 ? 0.9 : 1 }
    epochs.set { method, _, seed in method == "simclr" && seed == 0 ? 0.1 : 0 }
    let arms = try StudyOverview([steps, epochs]).arms
    let arm = try #require(arms.first { $0.method == "simclr" })
    #expect(arm.steps.interval?.upper == 1 && arm.epochs.interval?.lower == 0)
    #expect(try #require(arm.difference.interval).lower < -1, "a difference is no share")
    steps.summary.primaryMetric = .r2
    let overview = try StudyOverview([steps, epochs])
    #expect(try #require(overview.arms.first?.steps.interval).upper > 1)
    #expect(try #require(overview.families.first?.byBackbone.first?.value.interval).upper > 1)
  }

  @Test func oneSeedIsNoVerdict() throws {
    let overview = try StudyOverview([.madeUp("a", seeds: 1), .madeUp("b", seeds: 1)])
    #expect(overview.verdict[0].text.contains("one seed: no interval, no verdict"))
    #expect(overview.adjustedOver == 0)
    #expect(overview.verdict.contains { $0.anchor == "ranks-0" && $0.text.contains("6 data sets") })
  }
}
