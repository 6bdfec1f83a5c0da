import Backbones
import Foundation
import Images
import Pretext
import Study
import TestSupport
import Testing
import Torch
import Training

/// Whole studies on a few drawn images.
@Suite(.serialized) struct StudyRunnerTests {
  /// A folder with 64 + 24 drawn images of 12 × 12 pixels, and a plan that takes seconds.
  private struct Study {
    let folder: URL
    let data: StudyData
    var plan: StudyPlan

    init(labels: LabelDesign = .allLabelled) throws {
      folder = try Fixtures.temporaryFolder()
      let images = folder.appending(path: "images")
      try ShapesDataset.write(to: images.path, train: 64, test: 24, size: 12, seed: 1)
      let options = StoreOptions(cacheFolder: folder.appending(path: "cache").path)
      let store = try ImageStore.open(images.path, options: options).store
      data = try StudyData(store, device: .cpu)
      plan = StudyPlan(
        name: "shapes", dataHash: store.contentHash, methods: ["random", "supervised", "simclr"],
        sizes: [24, 64], labels: labels, seeds: [0, 1],
        backbone: try BackboneSpec("resnet18:width=2", imageSize: 12), imageSize: 12, batch: 8,
        budget: .steps(3), recipe: .automatic, precision: .float32)
    }

    func run(_ name: String, shouldStop: () -> Bool = { false }) throws -> (
      isComplete: Bool, events: [String], results: ResultStore
    ) {
      let place = folder.appending(path: name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let results = try ResultStore(path: place.appending(path: "results.sqlite").path)
      var events: [String] = []
      let runner = StudyRunner(
        plan, data: data, folder: place, results: results,
        environment: RunEnvironment(version: "test", commit: ""))
      let isComplete = try runner.run(
        report: { event in
          switch event {
          case .known: events.append("known")
          case .finished: events.append("finished")
          case .failed(_, let message): events.append(message)
          case .began, .trained, .judging: break
          }
        }, shouldStop: shouldStop)
      return (isComplete, events, results)
    }
  }

  private func inStudy(_ labels: LabelDesign = .allLabelled, _ body: (inout Study) throws -> Void)
    throws
  {
    var study = try Study(labels: labels)
    defer { try? FileManager.default.removeItem(at: study.folder) }
    try body(&study)
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

  @Test func everyRunIsMadeOnceAndScored() throws {
    try inStudy { study in
      let first = try study.run("a")
      #expect(first.isComplete && first.events == Array(repeating: "finished", count: 12))
      let scores = try first.results.scores()
      // Linear probe and kNN for all; end-to-end for the four supervised runs; two metrics each.
      #expect(scores.count == 2 * (12 * 2 + 4))
      #expect(scores.allSatisfy { (0...1).contains($0.value) })
      let second = try study.run("a")
      #expect(second.isComplete && second.events == Array(repeating: "known", count: 12))
    }
  }

  @Test func aStudyStoppedAndContinuedFindsTheSameFigures() throws {
    try inStudy { study in
      let whole = try study.run("whole")
      var asked = 0
      let stopped = try study.run("parts") {
        asked += 1
        return asked > 12
      }
      #expect(!stopped.isComplete && stopped.events.count < 12)
      let rest = try study.run("parts")
      #expect(rest.isComplete && rest.events.contains("known"))
      #expect(try whole.results.scores() == rest.results.scores())
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

  @Test func withFewLabelsEveryMethodSeesTheSameOnes() throws {
    try inStudy(.fewLabels(16)) { study in
      let runs = try study.plan.runs().filter { $0.seed == 1 }
      let labelled = try runs.map { try study.data.draw($0, study.plan.labels).labelled }
      #expect(Set(labelled).count == 1 && labelled[0].count == 16)
      #expect(Set(labelled[0].compactMap { study.data.images.labels[$0] }).count == 8)
      let other = try study.plan.runs().filter { $0.seed == 0 }[0]
      #expect(try study.data.draw(other, study.plan.labels).labelled != labelled[0])
    }
  }

  @Test func noTestImageIsEverTrainedOn() throws {
    try inStudy { study in
      let test = Set(study.data.test)
      #expect(study.data.hasOwnTest && test.count == 24)
      for run in try study.plan.runs() {
        let draw = try study.data.draw(run, study.plan.labels)
        #expect(test.isDisjoint(with: draw.training) && test.isDisjoint(with: draw.labelled))
      }
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

  @Test func aPlanIsFittedToTheImagesAndTheTime() throws {
    try inStudy { study in
      let fitted = try StudyPlan.fitted(StudyRequest(), to: study.data, base: study.plan) { _ in 1 }
      #expect(fitted.sizes == [64] && fitted.seeds == [0, 1, 2])
      #expect(fitted.methods == StudyRequest.defaultMethods)
      // Six trained runs of a second a step in 30 minutes: 255 steps, in two digits 260.
      #expect(fitted.budget == .steps(260))
      var request = StudyRequest()
      request.sizes = [1000]
      #expect(throws: StudyError.self) {
        try StudyPlan.fitted(request, to: study.data, base: study.plan) { _ in 1 }
      }
      request = StudyRequest()
      request.labels = .fewLabels(3)
      #expect(throws: StudyError.self) {
        try StudyPlan.fitted(request, to: study.data, base: study.plan) { _ in 1 }
      }
    }
  }
}
