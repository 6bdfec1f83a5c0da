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

  @Argument(help: "The folder of a study, or of all its parts.", completion: .folder)
  var folder: String
  @Flag(help: "Print the summary as JSON.") var json = false

  func run() throws {
    let parts = StudyFolder(URL(filePath: folder)).parts.filter { !$0.isEmpty }
    if parts.isEmpty {
      let summary = try write(folder)
      if json { try printJSON(summary) }
      return
    }
    var summaries: [String: StudySummary] = [:]
    for part in parts {
      if !json { print("\(part)\n") }
      summaries[part] = try write("\(folder)/\(part)")
      if !json { print("") }
    }
    if json { try printJSON(summaries) }
  }

  /// Writes the report of one study, and shows it unless JSON is asked for.
  private func write(_ folder: String) throws -> StudySummary {
    let (study, plan) = try openStudy(folder)
    let summary = try StudyReport.write(
      plan, results: ResultStore(path: study.results.path), gleanVersion: gleanVersion,
      to: study)
    if !json {
      print(TextReport.render(summary), terminator: "")
      print("\nReport: \(study.report.path)")
    }
    return summary
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
