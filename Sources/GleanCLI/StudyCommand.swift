import CommandLineKit
import Foundation
import Glean

/// A study that is written down, and what concerns one that stands in a folder.
struct StudyCommand: CommandGroup {
  static let configuration = CommandConfiguration(
    name: "study", abstract: "Make a study that is a file: write it, see what it takes, run it.",
    discussion: """
      A study file names sets of images, methods, sizes, networks and budgets; what it leaves out is \
      fitted to images and machine. 'glean compare' is the short form for one set.
      """,
    examples: [
      ("glean study init photos cells", "Writes study.json5 with every field explained."),
      ("glean study plan study.json5", "Its runs, and the time and disk they take."),
      ("glean study run study.json5", "Makes it, or goes on with it."),
      ("glean study submit study.json5 --slurm", "Spreads it over the machines of a cluster."),
      ("glean study merge whole first second", "Join what two machines have made."),
    ],
    subcommands: [
      StudyInit.self, StudyPlanCommand.self, StudyRun.self, StudySubmit.self, StudyExport.self,
      StudyMerge.self,
    ])
}

struct StudyExport: Command {
  static let configuration = CommandConfiguration(
    name: "export", abstract: "Write all finished runs of a study as JSON Lines.",
    discussion: """
      One line for the plan, then one a run with its settings, costs, times, protocols, figures, and \
      which test images were named rightly; sorted, so that the same results give the same bytes. \
      Of a study of several parts, one part after the other. Left out are weights and folders.
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
    let study = StudyFolder(URL(filePath: folder))
    if study.parts.isEmpty { _ = try openStudy(folder) }
    let file = out.map { URL(filePath: $0) } ?? study.url.appending(path: "results.jsonl")
    let parts = try PortableStudy.parts(of: study.url)
    try PortableStudy.write(parts, to: file)
    print(file.relativePath)
    note("\(Human.count(parts.map(\.runs.count).reduce(0, +), "finished run")) written")
  }
}
