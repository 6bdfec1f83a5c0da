import CommandLineKit
import Foundation
import Glean

struct StudyRun: Command {
  static let configuration = CommandConfiguration(
    name: "run", abstract: "Make a study from its file, or go on with it.",
    discussion: """
      The file lays out parts: one for each set, network and budget, each with a report of its own. \
      Ctrl-C stops safely; the same command goes on, and makes no run twice. The file may grow: more \
      methods, sizes, seeds, protocols and arms add runs. A budget that was measured stays what it was \
      when its part began.
      """,
    examples: [
      ("glean study run study.json5", "All parts, into glean-study-NAME."),
      (
        "glean study run study.json5 --shard 1/4 --out first",
        "A quarter of the runs; 'glean study merge whole first second …' joins them."
      ),
    ])

  @Argument(help: "A study file: see 'glean study init'.", completion: .file) var file: String
  @Option(
    valueName: "n/m",
    help: "Make only the n-th of m parts of the runs, such as 3/8; 'glean study merge' joins them.")
  var shard: StudyShard?
  @Option(help: "Folder of the study; by default glean-study-NAME.", completion: .folder)
  var out: String?
  @Flag(help: "Print the summaries as JSON.") var json = false
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  /// A part that is made.
  struct Part: Encodable {
    var name: String
    var set: String
    var backbone: String
    var budget: String
    var report: String
    var summary: StudySummary
  }

  /// All parts.
  private struct Whole: Encodable {
    var name: String
    var folder: String
    var parts: [Part]
  }

  func run() throws {
    let study = try OpenStudy(studyFile(file), out: out, shard: shard, compute)
    var made: [(part: OpenStudy.Part, outcome: StudyMaker.Made)] = []
    for (index, part) in study.parts.enumerated() {
      try Interrupt.check(hint: "finished runs are kept; the same command goes on from here")
      compute.note("\n\(part.name) (part \(index + 1) of \(study.parts.count))")
      made.append((part, try part.maker.make(part.plan, of: part.set, in: part.folder)))
    }
    try finish(made, of: study)
    let barren = made.filter(\.outcome.isBarren).map(\.part.name)
    if !barren.isEmpty {
      throw StudyError.run(
        "no run succeeded in \(barren.joined(separator: ", ")); see the messages above")
    }
  }

  /// Shows what came of all parts. A page over all of them would be written here.
  private func finish(
    _ made: [(part: OpenStudy.Part, outcome: StudyMaker.Made)], of study: OpenStudy
  ) throws {
    let parts = made.map { part, outcome in
      Part(
        name: part.name, set: part.set.name, backbone: part.plan.backbone.id, budget: part.budget,
        report: part.folder.report.path, summary: outcome.summary)
    }
    if json {
      try printJSON(Whole(name: study.name, folder: study.folder.path, parts: parts))
    } else {
      for part in parts {
        print("\(part.name)")
        for line in TextReport.wrapped(part.summary.verdict.headline) { print("  \(line)") }
        print("  Report: \(part.report)\n")
      }
    }
    let missing = made.compactMap(\.outcome.missing)
    if let shard, !missing.isEmpty {
      compute.note(
        "Shard \(shard.rawValue) is done. To join what other machines make: glean study merge WHOLE "
          + "\(study.folder.relativePath) OTHER…")
    }
  }
}
