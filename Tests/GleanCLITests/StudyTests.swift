import Foundation
import Testing

/// `glean study`: one study made on several machines.
@Suite(.serialized) struct StudyTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
  }

  /// Each study reads the images anew, as on a machine of its own.
  private func compare(
    _ out: String, steps: Int = 3, _ more: [String] = []
  ) async throws -> Program.Outcome {
    try await place.glean(
      ["compare", "images", "--steps", "\(steps)", "--sizes", "24,40", "--seeds", "2"]
        + ["--protocols", "knn", "--out", out] + tiny + more,
      cache: place.path("cache-\(out)").path)
  }

  /// The summary of a study, but for some keys, which may be those of rows and comparisons too.
  private func summary(_ study: String, without keys: [String]) async throws -> Data {
    let outcome = try await place.glean(["report", study, "--json"])
    var summary = try #require(try outcome.json as? [String: Any], "\(outcome)")
    for list in ["rows", "comparisons"] {
      let items = try #require(summary[list] as? [[String: Any]])
      summary[list] = items.map { item in item.filter { !keys.contains($0.key) } }
    }
    for key in keys { summary[key] = nil }
    return try JSONSerialization.data(withJSONObject: summary, options: .sortedKeys)
  }

  @Test func aStudyMadeInPartsIsTheStudyMadeAtOnce() async throws {
    let whole = try await compare("whole")
    #expect(whole.code == 0, "\(whole)")
    let first = try await compare("first", ["--shard", "1/2"])
    #expect(first.code == 0 && first.errors.contains("8 of the plan's 16 runs are not"), "\(first)")
    #expect(try place.text("first/report.html").contains("of the plan&#39;s 16 runs are not made"))
    let second = try await compare("second", ["--shard", "2/2"])
    #expect(second.code == 0, "\(second)")

    let merged = try await place.glean(["study", "merge", "joined", "first", "second"])
    #expect(merged.code == 0, "\(merged)")
    #expect(merged.output.contains("first: 8 runs added, 0 known"), "\(merged)")
    #expect(!merged.errors.contains("warning") && !merged.errors.contains("not made"), "\(merged)")
    // The verdict names the memory that a run took.
    let costs = ["cost", "costs", "verdict"]
    #expect(try await summary("joined", without: costs) == summary("whole", without: costs))
    // Both parts have all the plan, so that nothing is left to be made.
    let continued = try await compare("joined")
    #expect(continued.errors.contains("16 runs were made before"), "\(continued)")

    // The same through text, with costs and times.
    for out in ["a.jsonl", "b.jsonl"] {
      let export = try await place.glean(["study", "export", "whole", "--out", out])
      #expect(export.code == 0 && export.output == "\(out)\n", "\(export)")
    }
    #expect(try place.bytes("a.jsonl") == place.bytes("b.jsonl"))
    let read = try await place.glean(["study", "merge", "text", "a.jsonl"])
    #expect(read.code == 0, "\(read)")
    #expect(try await summary("text", without: []) == summary("whole", without: []))
    let again = try await place.glean(["study", "export", "text", "--out", "c.jsonl"])
    #expect(again.code == 0, "\(again)")
    #expect(try place.bytes("c.jsonl") == place.bytes("a.jsonl"))

    let plan = try await place.glean(["study", "plan", "first"])
    #expect(plan.code == 0 && plan.output.contains("about "), "\(plan)")
    let forecast = try await place.glean(["study", "plan", "whole", "--json"])
    let json = try #require(try forecast.json as? [String: Any], "\(forecast)")
    #expect(json["seconds"] as? Double == 0 && json["kind"] as? String == "study")
  }

  @Test func otherStudiesAreRefusedAndWrongNamesLeaveNothingBehind() async throws {
    let bare = ["--bare", "--methods", "random"]
    _ = try await compare("study", bare)
    let other = try await compare("other", steps: 4, bare)
    #expect(other.code == 0, "\(other)")
    let refused = try await place.glean(["study", "merge", "study", "other"])
    #expect(refused.code == 64 && refused.isOrderly, "\(refused)")
    #expect(refused.errors.contains("budget was 3 steps, now 4 steps"), "\(refused)")

    let absent = try await place.glean(["study", "merge", "new", "study", "nowhere"])
    #expect(absent.code == 1 && absent.isOrderly, "\(absent)")
    #expect(absent.errors.contains("nowhere: no such file"), "\(absent)")
    #expect(!place.exists("new"))

    try FileManager.default.removeItem(at: place.path("other/results.sqlite"))
    let before = try place.bytes("other/report.html")
    for command in [["report"], ["study", "plan"], ["study", "export"]] {
      let empty = try await place.glean(command + ["other"])
      #expect(empty.code != 0 && empty.isOrderly, "\(empty)")
      #expect(empty.errors.contains("results.sqlite is absent"), "\(empty)")
    }
    #expect(try place.bytes("other/report.html") == before)
    #expect(!place.exists("other/results.sqlite"))

    let open = try await place.glean(
      ["compare", "images", "--shard", "1/2", "--out", "open"] + tiny,
      cache: place.path("cache-open").path)
    #expect(open.code == 64 && open.errors.contains("--shard needs --steps"), "\(open)")
    let wrong = try await place.glean(["compare", "images", "--shard", "3/2"] + tiny)
    #expect(wrong.code == 64 && wrong.errors.contains("such as 3/8"), "\(wrong)")
  }
}
