import Backbones
import Foundation
import Study
import Testing
import Training

/// Studies that were made apart: written down, read back and joined.
@Suite struct PortableStudyTests {
  /// A store with a finished run for each value, its accuracy.
  private func store(
    _ path: String, _ values: [(id: String, value: Double)], revision: Int = 1,
    correct: [Bool]? = nil, also other: EvaluationProtocol? = nil
  ) throws -> ResultStore {
    let store = try ResultStore(path: path)
    for (id, value) in values {
      _ = try store.begin(sampleRun(id))
      let score = Score(
        runId: id, evaluation: .linear, metric: .accuracy, value: value,
        interval: Interval(lower: value / 3, upper: 0.9), chosen: "C = 0.1")
      try store.record(
        Evaluation(
          tag: .init(name: "linear", revision: revision), run: id, scores: [score],
          correct: correct.map { [.linear: $0] } ?? [:], seconds: 0.1))
      if let other {
        try store.record(
          Evaluation(
            tag: .init(name: "\(other.probe.rawValue)", revision: 1), run: id,
            scores: [Score(runId: id, evaluation: other, metric: .accuracy, value: 0.3)]))
      }
      try store.finish(id, cost: sampleCost, at: Date(timeIntervalSince1970: 1_700_000_100.7))
    }
    return store
  }

  private func read(_ path: String) throws -> PortableStudy {
    try #require(PortableStudy.parts(of: URL(filePath: path)).first)
  }

  /// The lines of a store.
  private func lines(_ store: ResultStore, in folder: String) throws -> String {
    let file = URL(filePath: folder + "/\(UUID().uuidString).jsonl")
    try PortableStudy.write([read(store.path)], to: file)
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test func whatIsWrittenDownComesBackAndIsWrittenTheSameAgain() throws {
    try withFolder { folder in
      let store = try store(
        folder + "/a.sqlite", [("1", 1.0 / 3), ("2", 0.1)], correct: [true, false], also: .knn)
      try store.setSetting("facts", to: #"{"metric":"accuracy"}"#)
      _ = try store.begin(sampleRun("unfinished"))
      let text = try lines(store, in: folder)
      #expect(text.split(separator: "\n").count == 3 && !text.contains("runs/1"))
      try text.write(toFile: folder + "/b.jsonl", atomically: true, encoding: .utf8)

      let other = try ResultStore(path: folder + "/b.sqlite")
      let outcome = try other.merge(read(folder + "/b.jsonl"))
      #expect(outcome == MergeOutcome(runs: 2, known: 0, evaluations: 0))
      #expect(try other.scores() == store.scores())
      #expect(try other.evaluations(of: "1") == store.evaluations(of: "1"))
      #expect(try other.setting("facts") == store.setting("facts"))
      var expected = try #require(try store.run("1"))
      expected.directory = ""
      #expect(try other.run("1") == expected)
      #expect(try other.correct(of: "1", .linear) == [true, false])
      #expect(try lines(other, in: folder) == text)
      // A second time nothing is new.
      #expect(
        try other.merge(read(folder + "/b.jsonl"))
          == MergeOutcome(runs: 0, known: 2, evaluations: 0))
      // Older files have neither outcomes nor the number of runs.
      let old = text.replacing(#""runs":2,"#, with: "")
        .replacing(/,"outcomes":\[[^\]]*\]/, with: "")
      #expect(old.count < text.count - 60)
      try old.write(toFile: folder + "/old.jsonl", atomically: true, encoding: .utf8)
      let third = try ResultStore(path: folder + "/third.sqlite")
      #expect(try third.merge(read(folder + "/old.jsonl")).runs == 2)
      #expect(try third.correct(of: "1", .linear) == nil && third.scores() == store.scores())
    }
  }

  @Test func theOrderInWhichRunsWereMadeDoesNotShow() throws {
    try withFolder { folder in
      let values = [("1", 0.5), ("2", 0.25), ("3", 0.75)]
      let first = try lines(try store(folder + "/a.sqlite", values), in: folder)
      let second = try lines(try store(folder + "/b.sqlite", values.reversed()), in: folder)
      #expect(first == second)
    }
  }

  @Test func whatIsMissingIsAddedAndWhatIsKnownIsKept() throws {
    try withFolder { folder in
      let ours = try store(folder + "/a.sqlite", [("1", 0.5)])
      _ = try ours.begin(sampleRun("2"))
      let theirs = try store(
        folder + "/b.sqlite", [("1", 0.5 + 1e-9), ("2", 0.25), ("3", 1)], also: .knn)
      #expect(
        try ours.merge(read(theirs.path)) == MergeOutcome(runs: 2, known: 1, evaluations: 1))
      #expect(try ours.allRuns().allSatisfy { $0.status == .finished })
      #expect(try ours.scores(of: "1").map(\.value) == [0.3, 0.5])
      #expect(try ours.scores(of: "2") == theirs.scores(of: "2"))
    }
  }

  @Test func otherFiguresOfTheSameRunAreRefusedWithAllOfTheirSource() throws {
    try withFolder { folder in
      let ours = try store(folder + "/a.sqlite", [("2", 0.5)])
      let theirs = try store(folder + "/b.sqlite", [("1", 0.75), ("2", 0.5625)])
      #expect(throws: DatabaseError.self) { try ours.check(read(theirs.path)) }
      let error = #expect(throws: DatabaseError.self) { try ours.merge(read(theirs.path)) }
      let message = try #require(error?.description)
      for part in ["run 2 (simclr", "linear accuracy is 0.5 here and 0.5625 in \(theirs.path)"] {
        #expect(message.contains(part), "\(message)")
      }
      #expect(try ours.allRuns().map(\.id) == ["2"])
      #expect(try ours.scores().map(\.value) == [0.5])
    }
  }

  @Test func aLaterRevisionOfAProtocolPrevails() throws {
    try withFolder { folder in
      let old = try store(folder + "/a.sqlite", [("1", 0.5)], correct: [true, true])
      let new = try store(folder + "/b.sqlite", [("1", 0.75)], revision: 2, correct: [false, true])
      #expect(
        try new.merge(read(old.path)) == MergeOutcome(runs: 0, known: 1, evaluations: 0))
      #expect(try new.scores().map(\.value) == [0.75])
      #expect(
        try old.merge(read(new.path)) == MergeOutcome(runs: 0, known: 1, evaluations: 1))
      #expect(try old.scores() == new.scores())
      #expect(try old.correct(of: "1", .linear) == [false, true])
      #expect(try old.evaluations(of: "1") == [.init(name: "linear", revision: 2)])
    }
  }

  @Test(arguments: [
    (#""format":1"#, #""format":9"#, "line 1, field 'format': is 9"),
    (#"{"format""#, #"{"formed""#, "line 1, field 'format': is absent"),
    (#""seconds":12.5"#, #""seconds":"long""#, "line 2, field 'run.cost.seconds': "),
    (#""metric":"accuracy""#, #""metric":"luck""#, "field 'evaluations.0.scores.0.metric': "),
    (#""protocol":"linear""#, #""protocol":"knn""#, "'knn', which 'linear' does not give"),
    (#""status":"finished""#, #""status":"running""#, "line 2, field 'run.status': "),
    (#""id":"2""#, #""id":"1""#, "line 3, field 'run.key.id': is that of line 2 too"),
    (#""steps":150}"#, #""steps""#, "line 2: "),
    (#""seed":0"#, #""seed":-4"#, "line 2, field 'run.key.seed': is out of range"),
    (
      #""pretrainImages":1000"#, #""pretrainImages":-1"#,
      "'run.key.pretrainImages': is out of range"
    ),
    (#""value":0.5"#, #""value":53.0"#, "scores.0.value': is 53.0, which no accuracy can be"),
    (#""lower":0.1"#, #""lower":9"#, "scores.0.interval': has a lower end above"),
    (#""images":2"#, #""images":9"#, "outcomes.0.correct': has no bit for each of 9 images"),
    (#""images":2"#, #""images":\#(Int.max)"#, "outcomes.0.correct': has no bit for each of"),
    (#""imagesSeen":"#, #""imagesSeen":99999999999"#, "'run.cost.imagesSeen': is out of range"),
    (#""runs":2"#, #""runs":3"#, "2 runs end here, where its first line tells of 3"),
    (#""runs":2"#, #""part":"../a","runs":2"#, "line 1, field 'part': is '../a'"),
  ])
  func aDamagedLineIsNamedWithItsField(part: String, damage: String, message: String) throws {
    try withFolder { folder in
      let text = try lines(
        try store(folder + "/a.sqlite", [("1", 0.5), ("2", 0.5)], correct: [true, false]),
        in: folder)
      let place = try #require(text.range(of: part))
      let file = folder + "/damaged.jsonl"
      try text.replacingCharacters(in: place, with: damage)
        .write(toFile: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: StudyError.self) { try read(file) }
      let found = try #require(error?.description)
      #expect(found.hasPrefix("\(file), line ") && found.contains(message), "\(found)")
    }
  }

  @Test func theLinesOfAStudyHaveAllItsParts() throws {
    try withFolder { folder in
      let study = StudyFolder(URL(filePath: folder))
      let names = ["b/n/5-steps", "a/n/5-steps"]
      var plan = StudyPlan(
        name: "cells", dataHash: "h", methods: ["simclr"], sizes: [1000], labels: .allLabelled,
        seeds: [0], backbone: try BackboneSpec("resnet18:width=2", imageSize: 12), imageSize: 12,
        batch: 8, budget: .steps(5), recipe: .automatic, precision: .float32)
      for (name, value) in zip(names, [0.5, 0.25]) {
        try study.part(name).save(plan)
        _ = try store(study.part(name).results.path, [("1", value)])
      }
      try study.save(StudyIndex(title: "both", command: "glean", parts: names))
      let file = study.url.appending(path: "results.jsonl")
      try PortableStudy.write(PortableStudy.parts(of: study.url), to: file)
      let text = try String(contentsOf: file, encoding: .utf8)
      let parts = try PortableStudy.parts(of: file)
      #expect(parts.map(\.part) == names && parts.map(\.plan) == [plan, plan])
      #expect(parts[0].index == study.index && study.index?.title == "both")
      #expect(
        parts.map { $0.runs.map(\.evaluations.first?.scores.first?.value) } == [[0.5], [0.25]])
      try PortableStudy.write(parts, to: file)
      #expect(try String(contentsOf: file, encoding: .utf8) == text)
      // Cut at the ends of lines: within a part, and between two.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for count in 1...3 {
        try lines.prefix(count).joined(separator: "\n").write(
          to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: StudyError.self) { try PortableStudy.parts(of: file) }
        #expect(error?.description.contains(count == 2 ? "1 parts end" : "0 runs end") == true)
      }
      plan.seeds = [-4]
      try PortableStudy.write([PortableStudy(origin: "", plan: plan, runs: [])], to: file)
      let error = #expect(throws: StudyError.self) { try PortableStudy.parts(of: file) }
      #expect(error?.description.contains("'plan.seeds': is out of range") == true)
      try study.part(names[0]).save(plan)
      #expect(throws: StudyError.self) { try study.part(names[0]).load() }
    }
  }

  @Test func whatIsNotThereIsNotMade() throws {
    try withFolder { folder in
      for name in ["none", "none.sqlite", "none.jsonl"] {
        let error = #expect(throws: StudyError.self) { try read("\(folder)/\(name)") }
        #expect(error?.description.contains("no such file or folder") == true)
      }
      #expect(throws: StudyError.self) { try read(folder) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.isEmpty)
    }
  }
}
