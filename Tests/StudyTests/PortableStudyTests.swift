import Foundation
import Study
import Testing

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
    try PortableStudy(reading: URL(filePath: path))
  }

  /// The lines of a store.
  private func lines(_ store: ResultStore, in folder: String) throws -> String {
    let file = URL(filePath: folder + "/\(UUID().uuidString).jsonl")
    try read(store.path).write(to: file)
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
      #expect(try other.correct(of: "1", .linear) == nil)
      #expect(try lines(other, in: folder) == text)
      // A second time nothing is new.
      #expect(
        try other.merge(read(folder + "/b.jsonl"))
          == MergeOutcome(runs: 0, known: 2, evaluations: 0))
      // The database brings what the lines have not.
      _ = try other.merge(read(store.path))
      #expect(try other.correct(of: "1", .linear) == [true, false])
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
  ])
  func aDamagedLineIsNamedWithItsField(part: String, damage: String, message: String) throws {
    try withFolder { folder in
      let text = try lines(
        try store(folder + "/a.sqlite", [("1", 0.5), ("2", 0.5)]), in: folder)
      let place = try #require(text.range(of: part))
      let file = folder + "/damaged.jsonl"
      try text.replacingCharacters(in: place, with: damage)
        .write(toFile: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: StudyError.self) { try read(file) }
      let found = try #require(error?.description)
      #expect(found.hasPrefix("\(file), line ") && found.contains(message), "\(found)")
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
