import Augment
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

    /// The bytes of every run's weights, by folder, without the notes beside them.
    func weights(_ name: String) throws -> [String: Data] {
      let runs = folder.appending(path: "\(name)/runs")
      var weights: [String: Data] = [:]
      for run in try FileManager.default.contentsOfDirectory(atPath: runs.path) {
        let file = try Data(contentsOf: runs.appending(path: "\(run)/\(Trainer.weightsName)"))
        // safetensors: the length of the header, the header with the notes, the numbers.
        let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        weights[run] = file.dropFirst(8 + header)
      }
      return weights
    }

    func run(
      _ name: String, results file: String = "results", data: StudyData? = nil,
      source: StudyData? = nil, shard: StudyShard? = nil,
      shouldStop: (_ events: Int) -> Bool = { _ in false }
    ) throws -> (isComplete: Bool, events: [String], results: ResultStore) {
      let data = data ?? self.data
      let place = folder.appending(path: name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let results = try ResultStore(path: place.appending(path: "\(file).sqlite").path)
      var events: [String] = []
      let runner = StudyRunner(
        plan, data: data, source: source, runs: place.appending(path: "runs"), results: results,
        environment: RunEnvironment(version: "test", commit: ""), shard: shard)
      let isComplete = try runner.run(
        report: { event in
          switch event {
          case .known: events.append("known")
          case .finished: events.append("finished")
          case .failed(_, let message): events.append(message)
          case .held: events.append("held")
          case .began, .trained, .judging: break
          }
        }, shouldStop: { shouldStop(events.count) })
      return (isComplete, events, results)
    }
  }

  @Test func pretrainingOnAnotherSetIsSharedByTheSetsThatItIsJudgedOn() throws {
    try inStudy(.fewLabels(16)) { study in
      let images = study.folder.appending(path: "other")
      try ShapesDataset.write(to: images.path, train: 40, test: 16, size: 16, seed: 2)
      let options = StoreOptions(cacheFolder: study.folder.appending(path: "cache").path)
      let source = try StudyData(
        pretrainingOn: ImageStore.open(images.path, options: options).store, device: .cpu)
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      study.plan.transfer = PretrainingSet(
        name: "other", dataHash: source.images.contentHash, isLabelled: true, channels: 3,
        sizes: [40])
      let first = try study.run("a", source: source)
      #expect(first.isComplete && !first.events.isEmpty)
      let methods = try first.results.allRuns().map(\.key.method)
      #expect(
        methods == ["random", "supervised", "simclr", "supervised@other", "simclr@other"])
      // Labels of another set name no class of this one.
      let supervised = try first.results.allRuns()[3]
      #expect(try first.results.scores(of: supervised.id).allSatisfy { $0.evaluation == .linear })

      // The other set's own study trains the same network.
      var own = study
      own.plan.name = "other"
      own.plan.dataHash = source.images.contentHash
      own.plan.transfer = nil
      own.plan.labels = .allLabelled
      own.plan.sizes = [40]
      own.plan.methods = ["simclr"]
      let data = try StudyData(source.images, device: .cpu)
      let second = try own.run("a", results: "second", data: data)
      let training = try second.results.allRuns().map(\.key.training)
      #expect(training == [try first.results.allRuns()[4].key.training])
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

  @Test func aProtocolThatIsAddedNeedsNoTraining() throws {
    try inStudy { study in
      study.plan.sizes = [24]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      let before = try study.run("a").results.scores()
      #expect(!before.contains { $0.evaluation == .knn })
      let weights = try study.weights("a")
      study.plan.protocols = [.linear, .knn]
      let grown = try study.run("a")
      #expect(grown.events == ["finished", "finished", "finished"])
      #expect(try study.weights("a") == weights)
      let after = try grown.results.scores()
      #expect(after.count { $0.evaluation == .knn && $0.metric == .accuracy } == 3)
      #expect(before.allSatisfy(after.contains))
      // As if it had been asked for at once.
      #expect(try study.run("b").results.scores() == after)
    }
  }

  @Test func otherClassWeightsJudgeTheSameWeightsAnew() throws {
    try inStudy { study in
      study.plan.methods = ["simclr"]
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      let plain = try study.run("a").results
      let weights = try study.weights("a")
      var weighted = study
      weighted.plan.classWeights = .balanced
      #expect(
        study.plan.difference(from: weighted.plan) == "its class weights were none, now balanced")
      #expect(study.plan.obstacle(toJoining: weighted.plan)?.contains("classWeights") == true)
      let balanced = try weighted.run("a", results: "balanced").results
      let (first, second) = (try plain.allRuns()[0].key, try balanced.allRuns()[0].key)
      #expect(first.training == second.training && first.id != second.id)
      #expect(try study.weights("a") == weights)
      func chosen(_ results: ResultStore) throws -> Set<String> {
        Set(try results.scores().map(\.chosen))
      }
      #expect(try chosen(plain).allSatisfy { !$0.contains("balanced classes") })
      #expect(try chosen(balanced).allSatisfy { $0.hasSuffix("balanced classes") })
    }
  }

  @Test func everyProtocolGivesItsFigures() throws {
    try inStudy { study in
      study.plan.methods = ["pixels", "supervised", "simclr"]
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = DownstreamProtocol.allCases
      let results = try study.run("a").results
      var found: [String: Set<String>] = [:]
      for run in try results.allRuns() {
        let scores = try results.scores(of: run.id)
        found[run.key.method] = Set(scores.map(\.evaluation.rawValue))
        #expect(scores.allSatisfy { $0.value.isFinite })
      }
      // Every figure is known to be of a protocol that was recorded.
      let evaluations = try results.finishedRuns().flatMap(\.evaluations)
      #expect(!evaluations.isEmpty && evaluations.allSatisfy { $0.tag.revision > 0 })
      let frozen: Set = ["linear", "knn", "sgd"]
      let few: Set = [
        "few-shot/1", "few-shot/5", "linear/1%", "linear/10%", "linear/imbalanced",
        "linear/label-noise-20%", "linear/label-noise-40%",
      ]
      let corrupted = Set(Corruption.allCases.map { "linear/corrupted-\($0.rawValue)" })
        .union(["linear/corrupted"])
      let tuned: Set = ["fine-tune", "fine-tune/1%", "fine-tune/10%", "fine-tune/imbalanced"]
      #expect(found["pixels"] == frozen.union(few))
      // Corruptions by balanced accuracy too, where it decides.
      let robust = try results.scores().filter {
        $0.evaluation == EvaluationProtocol(.linear, .corrupted)
      }
      #expect(
        Set(robust.map(\.metric)).isSuperset(of: [.accuracy, .balancedAccuracy])
          && robust.count >= 4)
      // It has seen all labels: few of them, or wrong ones, would be no test.
      #expect(found["supervised"] == frozen.union(corrupted).union(["end-to-end"]))
      #expect(found["simclr"] == frozen.union(few).union(corrupted).union(tuned))
    }
  }

  @Test func testImagesReachNeitherTheWeightsNorTheSettings() throws {
    try inStudy { study in
      study.plan.methods = ["random", "supervised", "simclr"]
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear, .knn, .sgd, .fractions]
      let first = try study.run("a")
      // Other test images, in other classes.
      let images = study.folder.appending(path: "images/test")
      try FileManager.default.removeItem(at: images)
      let other = study.folder.appending(path: "other")
      try ShapesDataset.write(to: other.path, train: 1, test: 24, size: 12, seed: 9)
      try FileManager.default.moveItem(at: other.appending(path: "test"), to: images)
      let classes = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
      let aside = images.appending(path: "aside")
      try FileManager.default.moveItem(at: images.appending(path: classes[0]), to: aside)
      try FileManager.default.moveItem(
        at: images.appending(path: classes[1]), to: images.appending(path: classes[0]))
      try FileManager.default.moveItem(at: aside, to: images.appending(path: classes[1]))
      let options = StoreOptions(cacheFolder: study.folder.appending(path: "cache").path)
      let store = try ImageStore.open(
        study.folder.appending(path: "images").path, options: options
      ).store
      #expect(store.contentHash != study.data.images.contentHash)
      let data = try StudyData(store, device: .cpu)
      let second = try study.run("b", data: data)
      #expect(try Set(study.weights("a").values) == Set(study.weights("b").values))
      func settings(_ results: ResultStore) throws -> [[String]] {
        try results.allRuns().map { try results.scores(of: $0.id).map(\.chosen) }
      }
      #expect(try settings(first.results) == settings(second.results))
      #expect(
        try first.results.scores().map(\.value) != second.results.scores().map(\.value))
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
      let fitted = try StudyPlan.fitted(StudyRequest(), to: study.data, base: study.plan) {
        Dictionary(uniqueKeysWithValues: $0.map { ($0, 1) })
      }
      #expect(fitted.sizes == [64] && fitted.seeds == [0, 1, 2])
      #expect(fitted.methods == ["random", "pixels", "supervised", "simclr"])
      // Six trained runs of a second a step in 30 minutes: 255 steps, in two digits 260.
      #expect(fitted.budget == .steps(260))
      var request = StudyRequest()
      request.sizes = [1000]
      #expect(throws: StudyError.self) {
        try StudyPlan.fitted(request, to: study.data, base: study.plan) { _ in [:] }
      }
      request = StudyRequest()
      request.labels = .fewLabels(3)
      #expect(throws: StudyError.self) {
        try StudyPlan.fitted(request, to: study.data, base: study.plan) { _ in [:] }
      }
    }
  }
}
