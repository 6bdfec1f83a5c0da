import Foundation
import Images
import Testing

/// `glean study init`, `plan`, `run` and `submit`: a study that is a file.
@Suite(.serialized) struct StudyFileTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
  }

  private func write(_ more: String = "steps: 2, epochs: 1", to name: String = "study.json5") throws
  {
    let text = """
      // Tiny.
      {
        name: "tiny", sets: "images", methods: ["simclr"], baselines: false, sizes: [24],
        seeds: 2, backbones: ["resnet18:width=2"], imageSize: 16, batch: 8, protocols: ["knn"],
        precision: "fp32", \(more),
      }
      """
    try place.write(Array(text.utf8), to: name)
  }

  private func study(_ arguments: String...) async throws -> Program.Outcome {
    try await place.glean(["study"] + arguments + ["--threads", "1"])
  }

  private let parts = ["images/resnet18-w2-small/2-steps", "images/resnet18-w2-small/1-epochs"]

  @Test func aPlanStartsNothingAndARunMakesNothingTwice() async throws {
    try write()
    let plan = try await study("plan", "study.json5")
    #expect(plan.code == 0, "\(plan)")
    for part in parts { #expect(plan.output.contains("\(part)\n"), "\(plan)") }
    #expect(plan.output.contains("for the runs to come"))
    #expect(plan.output.components(separatedBy: "\ntells no difference").count == 3, "\(plan)")
    #expect(plan.output.components(separatedBy: "probability").count == 2, "\(plan)")
    // The second part has the same steps.
    #expect(plan.errors.components(separatedBy: "Measuring").count == 2, "\(plan)")
    #expect(!place.exists("glean-study-tiny"))

    let run = try await study("run", "study.json5")
    #expect(run.code == 0, "\(run)")
    for part in parts {
      #expect(run.errors.contains("\(part) (part "), "\(run)")
      #expect(place.exists("glean-study-tiny/\(part)/report.html"))
    }
    #expect(run.output.contains("glean-study-tiny/report.html"), "\(run)")
    let page = try place.text("glean-study-tiny/report.html")
    #expect(parts.allSatisfy { page.contains("\($0)/report.html") })
    let title = try place.text("glean-study-tiny/\(parts[1])/report.html")
      .contains("<title>images, resnet18-w2-small, 1 epochs</title>")
    #expect(title)
    let again = try await study("run", "study.json5")
    #expect(again.output == run.output && !again.errors.contains("[1/2]"), "\(again)")
    #expect(again.errors.components(separatedBy: "2 runs were made before").count == 3)

    // The file may grow; finished runs are kept, and tell what the new ones take.
    try write("steps: 2, epochs: 1, also: [{ methods: [\"byol\"], steps: 2 }]")
    let left = try await study("plan", "study.json5", "--json")
    let json = try #require(try left.json as? [String: Any], "\(left)")
    let first = try #require((json["parts"] as? [[String: Any]])?.first)
    let rows = try #require((first["forecast"] as? [String: Any])?["rows"] as? [[String: Any]])
    #expect(rows.map { $0["made"] as? Int } == [2, 0], "\(left)")
    let grown = try await study("run", "study.json5", "--json")
    #expect(grown.errors.contains("2 runs were made before"), "\(grown)")
    #expect(grown.errors.contains("byol") && grown.code == 0, "\(grown)")
    let folder = try await study("plan", "glean-study-tiny")
    #expect(folder.output.contains("all 2 parts\ntime  about 0.0 s"), "\(folder)")

    // A report that is made again is that of the study, and its parts know of it.
    let report = try await place.glean(["report", "glean-study-tiny", "--json"])
    let overview = try #require(try report.json as? [String: Any], "\(report)")
    let budgets = (overview["parts"] as? [[String: Any]])?.map { $0["budget"] as? String }
    #expect(budgets == ["2 steps", "1 epochs"], "\(report)")
    let whole = try place.text("glean-study-tiny/report.html")
    #expect(whole.contains("<title>tiny</title>") && whole.contains("glean study run study.json5"))
    let part = try await place.glean(["report", "glean-study-tiny/\(parts[1])"])
    #expect(part.code == 0, "\(part)")
    let alone = try place.text("glean-study-tiny/\(parts[1])/report.html")
    #expect(alone.contains(#"href="../../../report.html""#) && alone.contains(", 1 epochs</title>"))

    // All parts are read before one is written.
    try place.write(
      [UInt8](repeating: 120, count: 5000), to: "glean-study-tiny/\(parts[1])/results.sqlite")
    let damaged = try await place.glean(["study", "merge", "new", "glean-study-tiny"])
    #expect(damaged.code == 1 && damaged.isOrderly && !place.exists("new"), "\(damaged)")
  }

  @Test func whatPartsShareIsMeasuredOnceAndTooFewMinutesAreSaid() async throws {
    try ShapesDataset.write(to: place.path("more").path, train: 40, test: 16, size: 16)
    try write("steps: 2, also: [{ sets: [\"more\"], methods: [\"simclr\", \"byol\"] }]")
    let plan = try await study("plan", "study.json5")
    #expect(plan.code == 0, "\(plan)")
    let lines = plan.errors.split(separator: "\n").filter { $0.hasPrefix("Measuring") }
    #expect(
      lines == [
        "Measuring steps on images, resnet18-w2-small: simclr…",
        "Measuring steps on more, resnet18-w2-small: byol…",
      ], "\(plan)")
    #expect(!plan.errors.contains("too short"), "\(plan)")
    // 150,000 steps in a minute.
    try write("minutes: 1, also: [{ sets: [\"more\"], seeds: 1000 }]")
    let short = try await study("plan", "study.json5")
    #expect(short.code == 0, "\(short)")
    #expect(short.errors.contains("too short for more on resnet18-w2-small: at 150 steps a run"))
  }

  @Test func shardsJoinedAreTheStudyMadeAtOnce() async throws {
    try write("steps: 2")
    try await #require(study("run", "study.json5", "--out", "whole").code == 0)
    let first = try await study("run", "study.json5", "--shard", "1/2", "--out", "first")
    #expect(first.code == 0 && first.errors.contains("Shard 1/2 is done"), "\(first)")
    try await #require(
      study("run", "study.json5", "--shard", "2/2", "--out", "second").code == 0)
    let merged = try await place.glean(["study", "merge", "joined", "first", "second"])
    #expect(merged.code == 0 && !merged.errors.contains("not made"), "\(merged)")
    #expect(try await figures("joined") == figures("whole"))
    let continued = try await study("run", "study.json5", "--out", "joined")
    #expect(continued.errors.contains("2 runs were made before"), "\(continued)")
    let mixed = try await place.glean(["study", "merge", "other", "first", "second/\(parts[0])"])
    #expect(mixed.code == 64 && mixed.errors.contains("has no parts"), "\(mixed)")

    // The same through one file; and of a study and parts, neither hides the other.
    let export = try await place.glean(["study", "export", "whole", "--out", "all.jsonl"])
    #expect(export.code == 0 && export.errors.contains("2 finished runs"), "\(export)")
    let findings = try #require(
      try await place.glean(["doctor", "--json"]).json as? [[String: Any]])
    let version = try #require(findings.first { $0["subject"] as? String == "glean" }?["found"])
    let commit = "\(version)".components(separatedBy: "commit ").dropFirst().first ?? ""
    let text = try String(contentsOf: place.path("all.jsonl"), encoding: .utf8)
    #expect(text.contains("\"commit\":\"\(commit)\""))
    try await #require(place.glean(["study", "merge", "text", "all.jsonl"]).code == 0)
    #expect(try await figures("text") == figures("whole"))
    try await #require(
      place.glean(["study", "export", "whole/\(parts[0])", "--out", "one.jsonl"]).code == 0)
    try await #require(place.glean(["study", "merge", "alone", "one.jsonl"]).code == 0)
    for (command, what) in [
      (["study", "merge", "whole", "one.jsonl"], "whole holds parts of a study (such as images/"),
      (["compare", "images", "--steps", "2", "--out", "whole"] + tiny, "whole holds parts"),
      (["study", "merge", "alone", "all.jsonl"], "alone holds a study without parts"),
      (["study", "run", "study.json5", "--out", "alone"], "alone holds a study without parts"),
    ] {
      let refused = try await place.glean(command)
      #expect(refused.code == 64 && refused.isOrderly, "\(refused)")
      #expect(refused.errors.contains(what), "\(refused)")
    }
    #expect(!place.exists("whole/study.json") && !place.exists("alone/images"))
  }

  /// The rows of the one part, but for what they cost.
  private func figures(_ folder: String) async throws -> Data {
    let outcome = try await place.glean(["report", folder, "--json"])
    let part = try #require(try outcome.json as? [String: Any], "\(outcome)")
    let rows = (part["rows"] as? [[String: Any]] ?? []).map { $0.filter { $0.key != "cost" } }
    #expect(!rows.isEmpty)
    return try JSONSerialization.data(withJSONObject: rows, options: .sortedKeys)
  }

  @Test func aSubmittedScriptMakesTheStudy() async throws {
    try write("steps: 2")
    let printed = try await place.glean(
      ["study", "submit", "study.json5", "--slurm", "--shards", "2", "--print", "--gpus", "1"])
    #expect(printed.output.hasPrefix("#!/bin/bash\n"), "\(printed)")
    #expect(printed.output.contains("--array=1-$shards") && printed.output.contains("gpu:1"))
    let written = try await place.glean(
      ["study", "submit", "study.json5", "--slurm", "--shards", "2", "--cpus", "1"])
    #expect(written.code == 0 && written.output == "glean-study-tiny.sh\n", "\(written)")
    // In place of Slurm: each task at once.
    let sbatch = """
      #!/bin/bash
      for last; do :; done
      script=${@: -2:1}
      if [ "$last" = shard ]; then
        export SLURM_CPUS_PER_TASK=1
        for task in 1 2; do SLURM_ARRAY_TASK_ID=$task bash "$script" shard; done
      else
        bash "$script" merge
      fi >&2
      echo "7;cluster"
      """
    try place.write(Array(sbatch.utf8), to: "bin/sbatch")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: place.path("bin/sbatch").path)
    let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let submitted = try await Program.run(
      ["glean-study-tiny.sh"], of: "/bin/bash", in: place.folder,
      environment: [
        "PATH": "\(place.path("bin").path):\(search)", "GLEAN_CACHE": place.path("cache").path,
      ])
    #expect(submitted.code == 0 && submitted.output.contains("tasks 7, then 7"), "\(submitted)")
    #expect(place.exists("glean-study-tiny/\(parts[0])/report.html"), "\(submitted)")
  }

  @Test func whatIsWrittenFirstIsAStudyAndIsNotWrittenOver() async throws {
    let made = try await study("init", "images", "--minutes", "1")
    #expect(made.code == 0 && made.output == "study.json5\n", "\(made)")
    let text = try place.text("study.json5")
    #expect(
      text.contains("sets: [\n    \"images\",  // 40 to pretrain on, 16 to test on; 8 classes"))
    for field in ["steps: ", "imageSize: 16", "backbones: [\"resnet18", "// epochs", "// also"] {
      #expect(text.contains(field), "\(field) in \(text)")
    }
    let plan = try await study("plan", "study.json5")
    #expect(plan.code == 0 && plan.output.contains("simclr"), "\(plan)")
    let again = try await study("init", "images")
    #expect(again.code == 64 && again.errors.contains("--force"), "\(again)")
    #expect(try place.text("study.json5") == text)
  }

  @Test func aPublishedStudyIsLaidOutWithAllThatItRan() async throws {
    let made = try await study(
      "init", "images", "--minutes", "1", "--methods", "simclr", "--preset", "konstantakos2025")
    #expect(made.code == 0, "\(made)")
    let text = try place.text("study.json5")
    for word in ["VTAB", "DINOv2", "UAVs", "// { init: [\"resnet18.pth\"], backbones: [] },"] {
      #expect(text.contains(word), "\(word) in \(text)")
    }
  }

  @Test func whatCannotBeFollowedIsNamedWithFileFieldAndMend() async throws {
    for (text, part) in [
      ("steps: 2, also: [{ sizes: [41], name: \"large\" }]", "sizes 41: give numbers from 2 to 40"),
      ("steps: 2, also: [{ methods: [\"mae\"] }]", "methods names mae, which suits none"),
      (
        "steps: 2, also: [{ backbones: [\"resnet19\"] }]",
        "backbones: backbone name: found 'resnet19'"
      ),
      ("steps: 2, stepps: 3", "did you mean 'steps'?"),
    ] {
      try write(text)
      let refused = try await study("run", "study.json5")
      #expect(refused.code == 64 && refused.isOrderly, "\(refused)")
      #expect(refused.errors.contains("study.json5") && refused.errors.contains(part), "\(refused)")
      #expect(!place.exists("glean-study-tiny"))
    }
    try write("minutes: 1")
    let open = try await study("run", "study.json5", "--shard", "1/2")
    #expect(open.code == 64 && open.errors.contains("needs steps or epochs"), "\(open)")
    let submitted = try await place.glean(["study", "submit", "study.json5", "--slurm"])
    #expect(submitted.code == 64 && submitted.errors.contains("steps: 200"), "\(submitted)")
    let absent = try await study("plan", "nothing.json5")
    #expect(absent.code == 64 && absent.errors.contains("glean study init"), "\(absent)")
  }
}
