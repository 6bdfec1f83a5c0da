import CommandLineKit
import Foundation
import Glean

struct ReportCommand: Command {
  static let configuration = CommandConfiguration(
    name: "report", abstract: "Write a study's report again from its results.",
    discussion: """
      Writes report.html into the study's folder, and beside it report.json, report.csv, tables.tex \
      and tables.md. Of several studies, or of a folder that holds some, it writes each one's report \
      and an overview of all: methods by images, backbone and budget, and what they say together.
      """,
    examples: [
      ("glean report glean-study-photos", "Writes report.html there and prints the table."),
      ("glean report glean-study-photos --json", "The summary, for a script."),
      ("glean report photos tiles cells --out whole", "An overview of three studies, in whole/."),
      (
        "glean report glean-study-photos --watch",
        "Shows the report in a browser on this machine, anew as runs are finished."
      ),
    ])

  @Argument(help: "Folders of studies, or a folder that holds some.", completion: .folder)
  var folders: [String]
  @Option(
    help:
      "Where the overview of several studies goes; by default the folder that holds them, if one "
      + "is given, else glean-overview.", completion: .folder)
  var out: String?
  @Option(help: "The overview's title; by default that of the study.") var title: String?
  @Flag(
    help: "Serve the report on 127.0.0.1, and write it again when results change; Ctrl-C ends it.")
  var watch = false
  @Option(help: "The port of --watch; by default one that is free.") var port: Int?
  @Flag(help: "Print the summary as JSON.") var json = false

  func validate() throws {
    if watch && json { throw UsageError("give --watch or --json, not both") }
    if port != nil && !watch { throw UsageError("--port goes with --watch") }
    if let port, !(0...65_535).contains(port) {
      throw UsageError("--port is \(port); give 0 to 65535, 0 for one that is free")
    }
  }

  func run() throws {
    let studies = try self.studies()
    if watch { return try serve(studies) }
    if studies.count == 1, out == nil {
      let summary = try write(studies[0]).summary
      if json { return try printJSON(summary) }
      print(TextReport.render(summary), terminator: "")
      print("\nReport: \(studies[0].report.path)")
    } else {
      let (parts, overview) = try writeAll(studies)
      if json { return try printJSON(overview) }
      print(OverviewReport.text(parts, overview), terminator: "")
      print("\nReport: \(whole.appending(path: "report.html").path)")
    }
  }

  /// The studies that are named, or lie in a folder that is.
  private func studies() throws -> [StudyFolder] {
    let studies = try folders.flatMap { folder in
      let whole = StudyFolder(URL(filePath: folder))
      let parts = whole.parts
      if parts.isEmpty { _ = try openStudy(folder) }
      return parts.map(whole.part)
    }
    return studies.uniqued { $0.url.path }
  }

  /// The folder of the overview.
  private var whole: URL {
    let holds = folders.count == 1 && StudyFolder(URL(filePath: folders[0])).parts != [""]
    return URL(filePath: out ?? (holds ? folders[0] : "glean-overview"))
  }

  private func write(_ study: StudyFolder, overview: URL? = nil) throws -> OverviewPart {
    let (_, plan, results) = try openStudy(study.url.relativePath)
    return try StudyReport.write(
      plan, results: results, gleanVersion: gleanVersion, to: study, overview: overview)
  }

  /// Every study's page, and the overview's.
  private func writeAll(
    _ studies: [StudyFolder]
  ) throws -> (parts: [OverviewPart], overview: StudyOverview) {
    let page = whole.appending(path: "report.html")
    let parts = try studies.map { try write($0, overview: page) }
    let index = folders.count == 1 ? StudyFolder(URL(filePath: folders[0])).index : nil
    let overview = try OverviewReport.write(
      parts, title: title ?? index?.title ?? "Overview of \(parts.count) studies",
      command: index?.command ?? commandLine, gleanVersion: gleanVersion, to: whole)
    return (parts, overview)
  }

  // MARK: - Watching

  /// Writes and shows the pages until Ctrl-C.
  private func serve(_ studies: [StudyFolder]) throws {
    Interrupt.install()
    let isWhole = studies.count > 1 || out != nil
    // Kept open: the last connection that closes tidies the file up, which would look like a change.
    let open = try studies.map { try openStudy($0.url.relativePath).results }
    defer { withExtendedLifetime(open) {} }
    // It listens from when there is a page to show.
    var server: ReportServer?
    let names = [
      "report.html", "report.json", "report.csv", "tables.tex", "tables.md", "inspect.html",
    ]
    let folders = (isWhole ? [whole] : []) + studies.map(\.url)
    let files = folders.flatMap { folder in names.map { folder.appending(path: $0) } }
    var seen: [String] = []
    while !Interrupt.isRequested {
      let state = studies.flatMap(Self.state)
      if state != seen {
        do {
          if isWhole { _ = try writeAll(studies) } else { _ = try write(studies[0]) }
          let shown = try server ?? ReportServer(port: port ?? 0)
          shown.show(files)
          if server == nil {
            StandardStream.output.write("\(shown.address)  (Ctrl-C ends it)\n")
          }
          server = shown
        } catch {
          // A study may be written to at this moment; what is wrong from the start is said at once.
          if seen.isEmpty { throw error }
          note("not written again yet: \(error)")
        }
        seen = state
      }
      Thread.sleep(forTimeInterval: 0.5)
    }
  }

  /// What changes when a study's results or plan do.
  private static func state(_ study: StudyFolder) -> [String] {
    let results = study.results.path
    return [results, results + "-wal", study.plan.path].map { path in
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      let time = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(time) \(facts?[.size] ?? 0)"
    }
  }
}

/// The study in a folder, with its results.
/// - Throws: ``UsageError`` if there are none: they are not made.
func openStudy(
  _ folder: String
) throws -> (folder: StudyFolder, plan: StudyPlan, results: ResultStore) {
  let study = StudyFolder(URL(filePath: folder))
  guard let plan = try study.load() else {
    let parts = study.parts.map { "\n  " + ShellWord.quoted("\(folder)/\($0)") }
    if !parts.isEmpty {
      throw UsageError("\(folder) holds several studies; name one:\(parts.joined())")
    }
    throw UsageError(
      "\(folder) holds no study (study.json is absent); 'glean compare IMAGES' makes one")
  }
  guard FileManager.default.fileExists(atPath: study.results.path) else {
    throw UsageError(
      "\(folder) has no results (results.sqlite is absent); put it back, or make the study again by the "
        + "command that made it")
  }
  return (study, plan, try ResultStore(path: study.results.path))
}
