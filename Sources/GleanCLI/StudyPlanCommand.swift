import CommandLineKit
import Foundation
import Glean

struct StudyPlanCommand: Command {
  static let configuration = CommandConfiguration(
    name: "plan", abstract: "Show a study's runs, and what those not made yet will take.",
    discussion: """
      Of a file, or of images (as 'glean compare' would make them), the images are read and a step of \
      each method is measured, a few seconds each; nothing is written. The time follows from finished \
      runs where there are some; how the machine was used then is not known. The smallest difference \
      that the seeds can tell assumes how runs spread until there are figures.
      """,
    examples: [
      ("glean study plan study.json5", "Runs, time, disk and what the seeds can tell."),
      ("glean study plan photos", "The same for the comparison that fits the images."),
      ("glean study plan glean-study-photos", "What is left of a study that has begun."),
    ])

  @Argument(
    help: "A study file, the folder of a study, or a folder of images.", completion: .file)
  var study: String
  @Option(help: "Folder of the file's study; by default glean-study-NAME.", completion: .folder)
  var out: String?
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  /// What a part will take.
  private struct Part: Encodable {
    var name: String
    var forecast: StudyForecast
  }

  /// What all will take.
  private struct Whole: Encodable {
    var kind = "overview"
    var parts: [Part]
    /// `nil` while that of a part is unknown.
    var seconds: Double?
    var weightBytes: Int

    init(_ parts: [Part]) {
      self.parts = parts
      let times = parts.compactMap(\.forecast.seconds)
      seconds = times.count == parts.count ? times.reduce(0, +) : nil
      weightBytes = parts.map(\.forecast.weightBytes).reduce(0, +)
    }
  }

  func run() throws {
    let folder = StudyFolder(URL(filePath: study))
    let isFile = try isStudyFile(study)
    let names = isFile ? [] : folder.parts
    if names == [""] {
      let forecast = try forecast(in: folder)
      if json {
        try printJSON(forecast)
      } else {
        show(forecast)
        showSensitivity(forecast.sensitivity)
      }
      return
    }
    let parts =
      try names.isEmpty
      ? planned(isFile ? studyFile(study) : Self.comparison(of: study))
      : names.map { Part(name: $0, forecast: try forecast(in: folder.part($0))) }
    let whole = Whole(parts)
    if json {
      try printJSON(whole)
      return
    }
    for part in parts {
      print("\(part.name)\n")
      show(part.forecast)
      if parts.count > 1 { print("tells \(part.forecast.detectable)\n") }
    }
    if parts.count > 1 {
      print("all \(Human.count(parts.count, "part"))")
      showCost(whole.seconds, whole.weightBytes)
      showSensitivity(Sensitivity.explanation)
    } else {
      parts.forEach { showSensitivity($0.forecast.sensitivity) }
    }
  }

  /// What is left of a study that has begun.
  private func forecast(in folder: StudyFolder) throws -> StudyForecast {
    let (_, plan, results) = try openStudy(folder.url.path)
    let summary = try StudyReport.summary(plan, results: results)
    return try plan.forecast(
      results.finishedRuns(), deviation: summary.sensitivity?.deviation)
  }

  /// What 'glean compare' makes of images.
  private static func comparison(of images: String) -> StudyFile {
    var arm = StudyArm()
    arm.sets = [images]
    return StudyFile(arm, path: images)
  }

  private func planned(_ file: StudyFile) throws -> [Part] {
    try OpenStudy(file, out: out, compute).parts.map { part in
      Part(
        name: part.name,
        forecast: try part.maker.forecast(of: part.plan, part.set, in: part.folder))
    }
  }

  private func show(_ forecast: StudyForecast) {
    var table = Table(["method", "N", "runs", "made"], alignments: [.left, .right])
    for row in forecast.rows {
      let sizes = row.sizes.map(Human.count).joined(separator: " ")
      table.add([row.method, sizes.isEmpty ? "any" : sizes, "\(row.runs)", "\(row.made)"])
    }
    print(table.render())
    showCost(forecast.seconds, forecast.weightBytes)
  }

  private func showSensitivity(_ text: String) {
    print("\n" + TextReport.wrapped(text).joined(separator: "\n"))
  }

  private func showCost(_ seconds: Double?, _ bytes: Int) {
    let time = seconds.map { "about \(Human.duration(seconds: $0)) for the runs to come" }
    print("time  \(time ?? "unknown until a run has been trained")")
    print("disk  about \(Human.bytes(bytes)) of weights for all runs")
  }
}

/// Whether a path is that of a study file, and not of a folder or a table of images.
/// - Throws: ``UsageError`` if there is nothing.
func isStudyFile(_ path: String) throws -> Bool {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw UsageError("\(path) does not exist; 'glean study init IMAGES' writes a study file")
  }
  return !isFolder.boolValue && [".json5", ".json"].contains { path.hasSuffix($0) }
}

/// Reads a study file.
/// - Throws: ``UsageError`` if it is none.
func studyFile(_ path: String) throws -> StudyFile {
  guard try isStudyFile(path) else {
    throw UsageError(
      "\(path) is no study file (.json5); 'glean study init IMAGES' writes one")
  }
  return try misuse { try StudyFile(URL(filePath: path)) }
}
