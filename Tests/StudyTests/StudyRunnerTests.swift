import Foundation
import Images
import Pretext
import Study
import Testing
import Training

/// Which runs a study makes, and what they leave.
@Suite(.serialized) struct StudyRunnerTests {
  @Test func everyRunIsMadeOnceAndScored() throws {
    try inStudy { study in
      let first = try study.run("a")
      #expect(first.isComplete && first.events == Array(repeating: "finished", count: 12))
      let scores = try first.results.scores()
      func count(_ evaluation: EvaluationProtocol) -> Int {
        scores.count { $0.evaluation == evaluation && $0.metric == .accuracy }
      }
      #expect(count(.linear) == 12 && count(.knn) == 12 && count(.endToEnd) == 4)
      #expect(scores.allSatisfy { (0...1).contains($0.value) })
      // Of every run it is known which test images were named rightly, and what they are.
      let outcomes = try first.results.outcomes(of: "shapes")
      #expect(outcomes.labels == study.data.test.compactMap { study.data.images.labels[$0] })
      for score in scores where score.evaluation == .linear && score.metric == .accuracy {
        let correct = try #require(outcomes.correct[score.runId]?[.linear])
        #expect(correct.count == 24 && Double(correct.count { $0 }) / 24 == score.value)
      }
      let second = try study.run("a")
      #expect(second.isComplete && second.events == Array(repeating: "known", count: 12))
    }
  }

  @Test func aRunThatFailsIsListedAndTheOthersGoOn() throws {
    try inStudy { study in
      study.plan.options = ["simclr": ["temperature": .number(-1)]]
      let outcome = try study.run("a")
      #expect(outcome.isComplete)
      #expect(outcome.events.count { $0.contains("temperature is -1.0") } == 4)
      #expect(outcome.events.count { $0 == "finished" } == 8)
      #expect(try outcome.results.allRuns().count { $0.status == .failed } == 4)
    }
  }

  @Test func aStudyStoppedAndContinuedFindsTheSameFigures() throws {
    try inStudy { study in
      let whole = try study.run("whole")
      var asked = 0
      let stopped = try study.run("parts") { events in
        if events > 3 { asked += 1 }
        return asked > 5
      }
      #expect(!stopped.isComplete && stopped.events.count < whole.events.count)
      let rest = try study.run("parts")
      #expect(rest.isComplete && rest.events.contains("known"))
      #expect(try whole.results.scores() == rest.results.scores())
    }
  }

  @Test func weightsThatAreGoneAreTrainedAgain() throws {
    try inStudy { study in
      study.plan.methods = ["simclr"]
      study.plan.sizes = [24]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      _ = try study.run("a")
      try FileManager.default.removeItem(at: study.folder.appending(path: "a/runs"))
      study.plan.protocols = [.linear, .knn]
      let again = try study.run("a").results.scores()
      #expect(try study.run("b").results.scores() == again)
    }
  }

  @Test func aRunThatAnotherProcessIsMakingIsLeftToIt() throws {
    try inStudy { study in
      study.plan.methods = ["random", "simclr"]
      study.plan.sizes = [24]
      study.plan.seeds = [0]
      _ = try study.run("a")
      let runs = study.folder.appending(path: "a/runs")
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: runs.path).first)
      let held = open(runs.appending(path: name).path, O_RDONLY)
      #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
      let first = try study.run("a", results: "other")
      #expect(first.isComplete && first.events == ["finished", "held"])
      close(held)
      #expect(try study.run("a", results: "other").events == ["known", "finished"])
    }
  }

  @Test func whatIsLeftToMakeIsKnownBeforehand() throws {
    try inStudy { study in
      study.plan.methods = ["random"]
      let results = try study.run("a") { events in events > 0 }.results
      func left() throws -> [PlannedRun] {
        try StudyRunner(
          study.plan, data: study.data, runs: study.folder, results: results,
          environment: RunEnvironment(version: "test", commit: "")
        ).runsToMake()
      }
      #expect(try left() == Array(study.plan.runs().dropFirst()))
      _ = try study.run("a")
      #expect(try left().isEmpty)
      study.plan.protocols.append(.sgd)
      #expect(try left() == study.plan.runs())
    }
  }

  @Test func whatDecidesTheResultDecidesTheRunsName() throws {
    try inStudy { study in
      study.plan.methods = ["random"]
      study.plan.sizes = [24]
      study.plan.seeds = [0]
      let first = try study.run("a").results.allRuns().map(\.id)
      #expect(first == (try study.run("b").results.allRuns().map(\.id)))
      for change: (inout StudyPlan) -> Void in [
        { $0.seeds = [1] }, { $0.sizes = [30] }, { $0.budget = .steps(4) },
        { $0.precision = .bfloat16 },
      ] {
        var changed = study
        change(&changed.plan)
        let ids = try changed.run("c").results.allRuns().map(\.id)
        #expect(!ids.contains(first[0]))
        try FileManager.default.removeItem(at: study.folder.appending(path: "c"))
      }
    }
  }

  @Test func theModelCardOfARunHoldsItsResults() throws {
    try inStudy { study in
      study.plan.methods = ["simclr"]
      study.plan.sizes = [24]
      study.plan.seeds = [0]
      let results = try study.run("a").results
      let score = try #require(
        try results.scores().first { $0.evaluation == .linear && $0.metric == .accuracy })
      let runs = study.folder.appending(path: "a/runs")
      let run = try #require(try FileManager.default.contentsOfDirectory(atPath: runs.path).first)
      let card = try String(
        contentsOf: runs.appending(path: "\(run)/\(Trainer.modelCardName)"), encoding: .utf8)
      #expect(card.contains("# SimCLR on shapes"))
      let share = (1000 * score.value).rounded() / 1000
      #expect(card.contains("| linear | accuracy | \(share) |"))
    }
  }
}
