import Foundation
import Study
import TestSupport
import Testing

@Suite struct ResultStoreTests {
  @Test func aFinishedRunComesBackAsItWasWritten() throws {
    try withFolder { folder in
      let run = sampleRun("a1")
      let scores = [
        Score(
          runId: "a1", evaluation: .endToEnd, metric: .accuracy, value: 1, chosen: "epoch = 3"),
        Score(
          runId: "a1", evaluation: .linear, metric: .balancedAccuracy, value: 0.505,
          interval: Interval(lower: 0.4, upper: 0.625)),
        Score(
          runId: "a1", evaluation: EvaluationProtocol(.linear, .noisyLabels(percent: 20)),
          metric: .accuracy, value: 0.25),
      ]
      let correct: [Bool] = (0..<19).map { $0 % 3 == 0 }
      do {
        let store = try ResultStore(path: folder + "/study.sqlite")
        #expect(try store.begin(run))
        try store.finish(
          "a1", scores: scores, correct: [.linear: correct],
          at: Date(timeIntervalSince1970: 1_700_000_100))
      }
      let store = try ResultStore(path: folder + "/study.sqlite")
      var expected = run
      expected.status = .finished
      expected.finishedAt = Date(timeIntervalSince1970: 1_700_000_100)
      expected.cost = sampleCost
      #expect(try store.run("a1") == expected)
      #expect(try store.allRuns() == [expected])
      #expect(try store.scores(of: "a1") == scores)
      #expect(try store.scores() == scores)
      #expect(try store.correct(of: "a1", .linear) == correct)
      #expect(try store.correct(of: "a1", .knn) == nil)
      #expect(try store.run("a2") == nil)
    }
  }

  @Test func aFinishedRunIsNotBegunAgainAFailedOneIs() throws {
    try withFolder { folder in
      let store = try ResultStore(path: folder + "/study.sqlite")
      #expect(try store.begin(sampleRun("a")))
      #expect(try store.begin(sampleRun("a")), "killed while running: done again")
      try store.fail("a", message: "no space left")
      #expect(try store.run("a")?.status == .failed)
      #expect(try store.run("a")?.message == "no space left")
      #expect(try store.begin(sampleRun("a")))
      #expect(try store.run("a")?.message == nil)
      try store.finish("a", scores: [])
      #expect(try !store.begin(sampleRun("a")))
      #expect(try store.run("a")?.status == .finished)
      // Another process was faster.
      try store.fail("a", message: "too late")
      #expect(try store.run("a")?.status == .finished && store.run("a")?.message == nil)
      #expect(throws: DatabaseError.unknownRun(path: store.path, id: "b")) {
        try store.fail("b", message: "never begun")
      }
    }
  }

  @Test func finishingKeepsAllOrNothing() throws {
    try withFolder { folder in
      let store = try ResultStore(path: folder + "/study.sqlite")
      _ = try store.begin(sampleRun("a"))
      let twice = Score(runId: "a", evaluation: .linear, metric: .accuracy, value: 0.5)
      #expect(throws: DatabaseError.self) {
        try store.finish("a", scores: [twice, twice])
      }
      #expect(try store.run("a")?.status == .running)
      #expect(try store.scores().isEmpty)
      #expect(throws: DatabaseError.unknownRun(path: store.path, id: "b")) {
        try store.finish("b", scores: [twice])
      }
      #expect(try store.scores().isEmpty)
    }
  }

  @Test func aProtocolIsRecordedOnceAndALaterRevisionReplacesItsFigures() throws {
    try withFolder { folder in
      let store = try ResultStore(path: folder + "/study.sqlite")
      _ = try store.begin(sampleRun("a"))
      func record(
        _ name: String, _ revision: Int, _ evaluation: EvaluationProtocol, _ value: Double
      )
        throws
      {
        let score = Score(runId: "a", evaluation: evaluation, metric: .accuracy, value: value)
        try store.record(
          Evaluation(tag: .init(name: name, revision: revision), run: "a", scores: [score]))
      }
      try record("linear", 1, .linear, 0.5)
      try record("few-shot", 1, EvaluationProtocol(.fewShot, .labelsPerClass(5)), 0.25)
      try record("linear", 2, .linear, 0.75)
      #expect(
        try store.evaluations(of: "a")
          == [.init(name: "linear", revision: 2), .init(name: "few-shot", revision: 1)])
      #expect(try store.scores(of: "a").map(\.value) == [0.25, 0.75])
      #expect(try store.run("a")?.status == .running)
    }
  }

  @Test(
    "A protocol is written and read back",
    arguments: [
      "linear", "end-to-end", "few-shot/5", "linear/10%", "fine-tune/1%", "linear/imbalanced",
      "linear/label-noise-40%", "linear/corrupted", "linear/corrupted-gaussian-noise",
    ])
  func protocolsAreText(_ text: String) throws {
    #expect(try #require(EvaluationProtocol(rawValue: text)).rawValue == text)
  }

  @Test(arguments: ["", "probe", "linear/", "linear/x%", "linear/noisy", "/5"])
  func whatIsNoProtocolIsRefused(_ text: String) {
    #expect(EvaluationProtocol(rawValue: text) == nil)
  }

  @Test func settingsAreKeptAndReplaced() throws {
    try withFolder { folder in
      let store = try ResultStore(path: folder + "/study.sqlite")
      #expect(try store.setting("plan") == nil)
      try store.setSetting("plan", to: #"{"seeds":3}"#)
      try store.setSetting("plan", to: #"{"seeds":5}"#)
      #expect(try store.setting("plan") == #"{"seeds":5}"#)
    }
  }

  /// The files as a killed process leaves them: a transaction half written, nothing closed.
  @Test func aKilledProcessLeavesAConsistentDatabase() throws {
    try withFolder { folder in
      let path = folder + "/study.sqlite"
      let store = try ResultStore(path: path)
      _ = try store.begin(sampleRun("done"))
      let score = Score(runId: "done", evaluation: .knn, metric: .accuracy, value: 0.25)
      try store.finish("done", scores: [score])
      _ = try store.begin(sampleRun("killed"))

      let dying = try Database(path: path)
      // A small cache makes SQLite write uncommitted pages to the log before the commit.
      try dying.execute("PRAGMA cache_size = 2")
      try dying.execute("BEGIN IMMEDIATE")
      try dying.execute("UPDATE runs SET status = 'finished' WHERE id = 'killed'")
      for index in 0..<200 {
        try dying.execute(
          "INSERT INTO outcomes VALUES ('killed', ?, 8, ?)",
          [.text("p\(index)"), .blob([UInt8](repeating: 7, count: 4000))])
      }
      let copy = folder + "/copy.sqlite"
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
      }
      let logged = try FileManager.default.attributesOfItem(atPath: copy + "-wal")[.size] as? Int
      #expect((logged ?? 0) > 400_000, "the copy must hold a transaction half written")
      try dying.execute("ROLLBACK")

      let reopened = try ResultStore(path: copy)
      #expect(try reopened.allRuns().map(\.status) == [.finished, .running])
      #expect(try reopened.scores() == [score])
      #expect(try reopened.begin(sampleRun("killed")))
    }
  }

  @Test func severalWritersAtOnceLoseNothing() async throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/study.sqlite"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          // Each its own connection, as from four processes; all make the file at once.
          let store = try ResultStore(path: path)
          for index in 0..<20 {
            let id = "\(writer)-\(index)"
            _ = try store.begin(sampleRun(id))
            try store.finish(
              id, scores: [Score(runId: id, evaluation: .linear, metric: .accuracy, value: 0.5)])
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try ResultStore(path: path)
    #expect(try store.allRuns().count == 80)
    #expect(try store.allRuns().allSatisfy { $0.status == .finished })
    #expect(try store.scores().count == 80)
  }
}
