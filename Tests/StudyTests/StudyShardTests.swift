import Backbones
import Foundation
import Pretext
import Study
import Testing
import Training

@Suite struct StudyShardTests {
  private func plan(_ methods: [String] = ["random", "pixels", "supervised", "simclr"]) throws
    -> StudyPlan
  {
    StudyPlan(
      name: "a", dataHash: "h", methods: methods, sizes: [20, 40], labels: .allLabelled,
      seeds: [0, 1], backbone: try BackboneSpec("resnet18:width=2", imageSize: 16), imageSize: 16,
      batch: 8, budget: .steps(3), recipe: .automatic, precision: .float32)
  }

  @Test(arguments: [1, 2, 3, 4, 16, 20]) func everyRunIsInOneShard(count: Int) throws {
    let runs = try plan().runs()
    let shares = try (1...count).map {
      try #require(StudyShard(rawValue: "\($0)/\(count)")).share(of: runs)
    }
    #expect(shares.map(\.count).reduce(0, +) == runs.count)
    #expect(runs.allSatisfy { run in shares.count { $0.contains(run) } == 1 })
    let sizes = shares.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    // Four methods on four machines: none gets only what need not be trained.
    if count == 4 { #expect(shares.allSatisfy { $0.count(where: \.trains) == 2 }) }
  }

  @Test func runsOnASetThatPlansShareAreInTheSameShard() throws {
    var (plan, other) = (try plan(), try self.plan())
    other.sizes = [20]
    plan.transfer = PretrainingSet(
      name: "b", dataHash: "g", isLabelled: true, channels: 3, sizes: [30, 60])
    other.transfer = plan.transfer
    plan.labels = .fewLabels(20)
    other.labels = .fewLabels(20)
    for number in 1...3 {
      let shard = try #require(StudyShard(rawValue: "\(number)/3"))
      let shares = try [plan, other].map { plan in
        shard.share(of: try plan.runs()).filter { $0.method.contains("@") }
      }
      #expect(shares[0] == shares[1] && !shares[0].isEmpty)
    }
  }

  @Test(arguments: ["", "3", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3", "1/"])
  func whatIsNoShardIsRefused(_ text: String) {
    #expect(StudyShard(rawValue: text) == nil)
  }

  @Test func plansOfOtherImagesOrSettingsAreNotJoined() throws {
    let plan = try plan()
    var other = try self.plan(["random", "byol"])
    other.seeds = [5]
    other.sizes = [60]
    other.protocols = [.linear]
    #expect(plan.obstacle(toJoining: other) == nil)
    other.options = ["byol": ["momentum": .number(0.5)]]
    #expect(plan.obstacle(toJoining: other) == nil)
    other.options["random"] = ["a": .number(1)]
    #expect(plan.obstacle(toJoining: other) == "random has other options")
    other.options = [:]
    other.budget = .steps(4)
    #expect(plan.obstacle(toJoining: other)?.contains("budget") == true)
    other.dataHash = "g"
    #expect(plan.obstacle(toJoining: other)?.contains("different images") == true)
  }

  @Test func aForecastFollowsFromWhatRunsTook() throws {
    let plan = try plan(["random", "simclr"])
    let none = try plan.forecast([])
    #expect(none.seconds == nil && none.rows.map(\.runs) == [4, 4])
    #expect(none.weightBytes == 4 * 4 * plan.backbone.parameterCount)
    #expect(none.sensitivity.contains("assumed"))
    let key = RunKey(
      id: "1", dataset: "a", method: "simclr", backbone: plan.backbone.id, pretrainImages: 20,
      labelledImages: 20, seed: 0)
    let cost = RunCost(
      seconds: 6, steps: 3, imagesSeen: 24, imagesPerSecond: 4, peakMemoryBytes: 1)
    let run = FinishedRun(
      record: RunRecord(key: key, status: .finished, cost: cost),
      evaluations: [Evaluation(tag: .init(name: "linear", revision: 1), run: "1", seconds: 0.5)])
    let some = try plan.forecast([run], deviation: 0.02)
    // Three runs of SimCLR to train, and four of random weights to judge as well.
    #expect(some.seconds == 3 * 6 + 7 * 0.5)
    #expect(some.rows.map(\.made) == [0, 1] && some.sensitivity.contains("measured"))
  }

  @Test func whatHasNotRunYetIsForecastByAMeasuredStep() throws {
    let plan = try plan(["random", "simclr"])
    #expect(try plan.untimed([]) == ["simclr"])
    let forecast = try plan.forecast([], measured: ["simclr": 2])
    // Four runs of three steps; the rest of the time is for judging.
    #expect(try #require(forecast.seconds) > 4 * 3 * 2)
  }

  @Test func shardsThatAreJoinedAreTheWholeStudy() throws {
    try inStudy { study in
      study.plan.protocols = [.linear, .knn]
      let whole = try study.run("whole").results
      let first = try study.run("first", shard: StudyShard(rawValue: "1/2"))
      let second = try study.run("second", shard: StudyShard(rawValue: "2/2"))
      #expect(first.events.count == 6 && second.events.count == 6)
      let missing = try study.plan.standing(of: first.results.allRuns()).missing
      #expect(try missing == StudyShard(rawValue: "2/2")?.share(of: study.plan.runs()))

      let joined = try ResultStore(path: study.folder.appending(path: "joined.sqlite").path)
      for name in ["first", "second"] {
        let database = study.folder.appending(path: "\(name)/results.sqlite")
        let outcome = try joined.merge(#require(PortableStudy.parts(of: database).first))
        #expect(outcome == MergeOutcome(runs: 6, known: 0, evaluations: 0))
      }
      #expect(try joined.scores() == whole.scores())
      #expect(try joined.outcomes(of: "shapes").correct == whole.outcomes(of: "shapes").correct)
      #expect(try joined.outcomes(of: "shapes").labels == whole.outcomes(of: "shapes").labels)
      let records = try joined.allRuns()
      let all = try study.plan.standing(of: records)
      #expect(all.missing.isEmpty && all.strangers.isEmpty && all.missingNote == nil)
      var longer = study.plan
      longer.budget = .steps(4)
      let other = try longer.standing(of: records)
      #expect(other.strangers.count == 12 && other.own.isEmpty)
      // A seed that no plan has is that of a stranger.
      var odd = try #require(records.first)
      odd.key.seed = -4
      #expect(try study.plan.standing(of: [odd]).strangers == [odd])
      // What another study brings along is in no figure of this one.
      var fewer = study.plan
      fewer.seeds = [0]
      let own = try fewer.standing(of: records).own
      #expect(own.count == 6 && own.allSatisfy { $0.key.seed == 0 })
      // Nothing is left for who goes on with the joined study.
      let again = try study.run("second")
      #expect(again.events.count { $0 == "known" } == 6)
    }
  }
}
