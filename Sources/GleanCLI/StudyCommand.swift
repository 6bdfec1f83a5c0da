import CommandLineKit
import Foundation
import Glean

/// What concerns a study that stands in a folder, beside its report.
struct StudyCommand: CommandGroup {
  static let configuration = CommandConfiguration(
    name: "study", abstract: "Say what a study still takes, and make one on several machines.",
    examples: [
      ("glean study plan glean-study-photos", "Its runs, and the time and disk they take."),
      ("glean study export glean-study-photos", "All figures as text that diffs well."),
      ("glean study merge whole first second", "Join what two machines have made."),
    ],
    subcommands: [StudyPlanCommand.self, StudyExport.self, StudyMerge.self])
}

struct StudyPlanCommand: Command {
  static let configuration = CommandConfiguration(
    name: "plan", abstract: "Show a study's runs, and what those not made yet will take.",
    discussion: """
      The time follows from what finished runs took here; how the machine was used then is not known. \
      The smallest difference that the seeds can tell assumes how runs spread until there are figures.
      """,
    examples: [
      ("glean study plan glean-study-photos", "Runs, time, disk and what the seeds can tell.")
    ])

  @Argument(help: "The folder of a study.", completion: .folder) var folder: String
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let (study, plan) = try openStudy(folder)
    let results = try ResultStore(path: study.results.path)
    let summary = try StudyReport.summary(plan, results: results)
    let forecast = try plan.forecast(
      results.finishedRuns(), deviation: summary.sensitivity?.deviation)
    if json {
      try printJSON(forecast)
      return
    }
    var table = Table(["method", "N", "runs", "made"], alignments: [.left, .right])
    for row in forecast.rows {
      let sizes = row.sizes.map(Human.count).joined(separator: " ")
      table.add([row.method, sizes.isEmpty ? "any" : sizes, "\(row.runs)", "\(row.made)"])
    }
    print(table.render())
    let time = forecast.seconds.map { "about \(Human.duration(seconds: $0)) for the runs to come" }
    print("time  \(time ?? "unknown until a run has been trained")")
    print("disk  about \(Human.bytes(forecast.weightBytes)) of weights for all runs")
    print("\n" + TextReport.wrapped(forecast.sensitivity).joined(separator: "\n"))
  }
}

struct StudyExport: Command {
  static let configuration = CommandConfiguration(
    name: "export", abstract: "Write all finished runs of a study as JSON Lines.",
    discussion: """
      One line for the plan, then one a run with its settings, costs, times, protocols and figures; \
      sorted, so that the same results give the same bytes. Left out are weights, folders, and \
      whether each test image was named rightly: read back, verdicts go by seeds only.
      """,
    examples: [
      ("glean study export glean-study-photos", "Writes results.jsonl there."),
      ("glean study export glean-study-photos --out photos.jsonl", "Elsewhere."),
    ])

  @Argument(help: "The folder of a study.", completion: .folder) var folder: String
  @Option(help: "The file to write; by default results.jsonl in the folder.", completion: .file)
  var out: String?

  func validate() throws {
    guard let out else { return }
    if !out.hasSuffix(".jsonl") {
      throw UsageError("--out is '\(out)'; give a name that ends in .jsonl")
    }
    try checkFolder(of: out)
  }

  func run() throws {
    let (study, _) = try openStudy(folder)
    let file = out.map { URL(filePath: $0) } ?? study.url.appending(path: "results.jsonl")
    let portable = try PortableStudy(reading: study.url)
    try portable.write(to: file)
    print(file.relativePath)
    note("\(Human.count(portable.runs.count, "finished run")) written")
  }
}
