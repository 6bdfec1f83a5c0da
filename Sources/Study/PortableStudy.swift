public import Foundation

/// What a study tells another: its plan and its finished runs with their figures, without weights.
public struct PortableStudy: Sendable {
  /// The file it was read from.
  public var origin: String
  /// The plan; `nil` for results that lie without one.
  public var plan: StudyPlan?
  /// What is kept with the results, as JSON by name: facts of the images, classes of the test images.
  public var settings: [String: String]
  /// The runs, sorted by what they are.
  public var runs: [FinishedRun]

  /// All of it.
  public init(
    origin: String, plan: StudyPlan?, settings: [String: String] = [:], runs: [FinishedRun]
  ) {
    self.origin = origin
    self.plan = plan
    self.settings = settings
    self.runs = runs
  }

  /// Reads a study's folder, a database (with the plan beside it, if there is one), or JSON Lines.
  ///
  /// A database in an older format is brought up to date.
  /// - Throws: ``StudyError/file(_:)`` if there is no such file or it is damaged, ``DatabaseError``.
  public init(reading url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw StudyError.file(
        "\(url.path): no such file or folder; give a study's folder, its "
          + "results.sqlite, or a file that 'glean study export' wrote")
    }
    if !isFolder.boolValue && url.pathExtension == "jsonl" {
      try self.init(lines: url)
      return
    }
    let folder = StudyFolder(isFolder.boolValue ? url : url.deletingLastPathComponent())
    let database = isFolder.boolValue ? folder.results : url
    guard FileManager.default.fileExists(atPath: database.path) else {
      throw StudyError.file("\(url.path): holds no study (results.sqlite is absent)")
    }
    let store = try ResultStore(path: database.path)
    self.init(
      origin: database.path, plan: try folder.load(), settings: try store.settings(),
      runs: try store.finishedRuns())
  }
}
