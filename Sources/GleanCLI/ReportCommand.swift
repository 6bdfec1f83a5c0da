import CommandLineKit
import Foundation
import Glean

struct ReportCommand: Command {
  static let configuration = CommandConfiguration(
    name: "report", abstract: "Write a study's report again from its results.",
    examples: [
      ("glean report glean-study-photos", "Writes report.html there and prints the table."),
      ("glean report glean-study-photos --json", "The summary, for a script."),
    ])

  @Argument(help: "The folder of a study.", completion: .folder) var folder: String
  @Flag(help: "Print the summary as JSON.") var json = false

  func run() throws {
    let (study, plan) = try openStudy(folder)
    let summary = try StudyReport.write(
      plan, results: ResultStore(path: study.results.path), gleanVersion: gleanVersion,
      to: study)
    if json {
      try printJSON(summary)
    } else {
      print(TextReport.render(summary), terminator: "")
      print("\nReport: \(study.report.path)")
    }
  }
}

/// The study in a folder.
func openStudy(_ folder: String) throws -> (folder: StudyFolder, plan: StudyPlan) {
  let study = StudyFolder(URL(filePath: folder))
  guard let plan = try study.load() else {
    throw UsageError(
      "\(folder) holds no study (study.json is absent); 'glean compare IMAGES' makes one")
  }
  return (study, plan)
}
