import CommandLineKit
import Foundation
import Glean

struct StudyRun: Command {
  static let configuration = CommandConfiguration(
    name: "run", abstract: "Make a study from its file, or go on with it.",
    discussion: """
      The file lays out parts: one for each set, network and budget, each with a report of its own. \
      Ctrl-C stops safely; the same command goes on, and makes no run twice. The file may grow: more \
      methods, sizes, seeds, protocols and arms add runs; what is left out of it later stays in the \
      report. A budget that was measured stays what it was \
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
  @OptionGroup(title: "Computing") var processes: JobOptions

  /// A part that is made.
  private struct Part: Encodable {
    var name: String
    var summary: StudySummary
  }

  /// All parts.
  private struct Whole: Encodable {
    var name: String
    var folder: String
    var parts: [Part]
    /// What they say together; `nil` of one.
    var overview: StudyOverview?
  }

  func run() throws {
    let jobs = Jobs(processes.jobs)
    defer { jobs.stop() }
    let study = try OpenStudy(studyFile(file), out: out, shard: shard, jobs: jobs, compute)
    if study.parts.count > 1 {
      let index = StudyIndex(
        title: study.name, command: commandLine, parts: study.parts.map(\.name))
      try StudyFolder(study.folder).save(index)
    }
    for part in study.parts { try part.maker.keep(part.plan, in: part.folder) }
    try jobs.start()
    var made: [(part: OpenStudy.Part, outcome: StudyMaker.Made)] = []
    do {
      for (index, part) in study.parts.enumerated() {
        try Interrupt.check(hint: "finished runs are kept; the same command goes on from here")
        compute.note("\n\(part.name) (part \(index + 1) of \(study.parts.count))")
        made.append((part, try part.maker.make(part.plan, of: part.set, in: part.folder)))
      }
      if Jobs.isOther { return }
      made = try made.map { part, outcome in
        (part, try part.maker.finish(outcome, part.plan, of: part.set, in: part.folder))
      }
    } catch {
      // What stopped the study is what is said.
      _ = try? overview(of: study, made)
      throw error
    }
    try show(made, of: study)
    let barren = made.filter(\.outcome.isBarren).map(\.part.name)
    if !barren.isEmpty {
      throw StudyError.run(
        "no run succeeded in \(barren.joined(separator: ", ")); see the messages above")
    }
  }

  /// Writes the page over all parts that have begun; `nil` where there are fewer than two.
  /// - Parameter made: the parts that were just made, which are not read again.
  private func overview(
    of study: OpenStudy, _ made: [(part: OpenStudy.Part, outcome: StudyMaker.Made)]
  ) throws -> (parts: [OverviewPart], overview: StudyOverview)? {
    let parts = try study.parts.filter {
      FileManager.default.fileExists(atPath: $0.folder.results.path)
    }.map { part in
      if let made = made.first(where: { $0.part.name == part.name }) { return made.outcome.part }
      return try StudyReport.part(
        part.folder.whole(part.plan), results: ResultStore(path: part.folder.results.path),
        in: part.folder)
    }
    guard parts.count > 1 else { return nil }
    let overview = try OverviewReport.write(
      parts, title: study.name, command: commandLine, gleanVersion: gleanVersion,
      to: study.folder)
    return (parts, overview)
  }

  /// Shows what came of all parts.
  private func show(
    _ made: [(part: OpenStudy.Part, outcome: StudyMaker.Made)], of study: OpenStudy
  ) throws {
    let whole = try overview(of: study, made)
    if json {
      let parts = made.map { Part(name: $0.name, summary: $1.part.summary) }
      try printJSON(
        Whole(
          name: study.name, folder: study.folder.path, parts: parts, overview: whole?.overview))
    } else if shard == nil {
      if let (parts, overview) = whole {
        print(OverviewReport.text(parts, overview), terminator: "")
        print("\nReport: \(StudyFolder(study.folder).report.path)")
      } else if let (part, outcome) = made.first {
        print(TextReport.render(outcome.part.summary), terminator: "")
        print("\nReport: \(part.folder.report.path)")
      }
    }
    // Half of the runs have no verdict.
    if let shard {
      compute.note(
        "Shard \(shard.rawValue) is done. To join what other machines make: glean study merge WHOLE "
          + "\(ShellWord.quoted(study.folder.relativePath)) OTHER…")
    }
  }
}
