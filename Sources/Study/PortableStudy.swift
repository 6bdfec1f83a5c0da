public import Foundation

/// What a study tells another: its plan and its finished runs with their figures, without weights.
public struct PortableStudy: Sendable {
  /// The file it was read from.
  public var origin: String
  /// Its name within a study of several parts: see ``StudyFolder/parts``; empty for a study of its own.
  public var part: String
  /// The name, command and order of parts of the whole, with its first part; `nil` if none is kept.
  public var index: StudyIndex?
  /// The plan; `nil` for results that lie without one.
  public var plan: StudyPlan?
  /// What is kept with the results, as JSON by name: facts of the images, classes of the test images.
  public var settings: [String: String]
  /// The runs, sorted by what they are.
  public var runs: [FinishedRun]

  /// All of it.
  public init(
    origin: String, part: String = "", plan: StudyPlan?, settings: [String: String] = [:],
    runs: [FinishedRun]
  ) {
    self.origin = origin
    self.part = part
    self.plan = plan
    self.settings = settings
    self.runs = runs
  }

  /// Reads a study's folder with all its parts, a database (with the plan beside it, if there is one),
  /// or JSON Lines.
  ///
  /// A database in an older format is brought up to date.
  /// - Throws: ``StudyError/file(_:)`` if there is no such file or it is damaged, ``DatabaseError``.
  public static func parts(of url: URL) throws -> [PortableStudy] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw StudyError.file(
        "\(url.path): no such file or folder; give a study's folder, its "
          + "results.sqlite, or a file that 'glean study export' wrote")
    }
    guard isFolder.boolValue else {
      if url.pathExtension == "jsonl" { return try read(lines: url) }
      return [try PortableStudy(url, plan: StudyFolder(url.deletingLastPathComponent()).load())]
    }
    let folder = StudyFolder(url)
    let names = folder.parts
    var parts = try (names.isEmpty ? [""] : names).map { name in
      let study = folder.part(name)
      return try PortableStudy(study.results, part: name, plan: study.load())
    }
    parts[0].index = folder.index
    return parts
  }

  private init(_ database: URL, part: String = "", plan: StudyPlan?) throws {
    guard FileManager.default.fileExists(atPath: database.path) else {
      throw StudyError.file(
        "\(database.deletingLastPathComponent().path): holds no study (results.sqlite is absent)")
    }
    let store = try ResultStore(path: database.path)
    self.init(
      origin: database.path, part: part, plan: plan, settings: try store.settings(),
      runs: try store.finishedRuns())
  }
}
