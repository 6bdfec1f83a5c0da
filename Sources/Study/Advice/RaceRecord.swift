public import Foundation

/// The file of a race: its plan and all that was found so far, so that it can go on.
struct RaceRecord: Codable {
  var plan: RacePlan
  /// What was found, by candidate and steps.
  var judgements: [String: Judgement] = [:]
  /// Why a candidate was dropped without a score, by the same.
  var failures: [String: String] = [:]
  /// The classes predicted for the test images: the winner's, random weights', supervised training's.
  var tests: [String: [Int]] = [:]
  /// The 95% interval of what separates first from second.
  var lead: Interval?

  static func key(_ candidate: String, _ steps: Int) -> String { "\(candidate)@\(steps)" }
}

/// The folder of a race: its plan and findings, and a folder for each run.
public struct RaceFolder: Sendable {
  /// The folder.
  public let url: URL

  /// A folder, which need not exist yet.
  public init(_ url: URL) { self.url = url }

  private var file: URL { url.appending(path: "race.json") }

  /// The folder of a candidate's run.
  public func run(of method: String) -> URL { url.appending(path: "runs/\(method)") }

  /// The plan of the race that stands here; `nil` if none does.
  /// - Throws: ``StudyError/file(_:)`` if the file is not a race, ``StudyError/setting(_:)`` if it is
  ///   one of other settings.
  public func plan(for settings: RaceSettings) throws(StudyError) -> RacePlan? {
    guard let before = try load() else { return nil }
    if let difference = before.plan.settings.difference(from: settings) {
      throw .setting(
        "\(url.path) holds another race (\(difference)); give another --out, or the same settings to "
          + "continue it")
    }
    return before.plan
  }

  func load() throws(StudyError) -> RaceRecord? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try JSONDecoder().decode(RaceRecord.self, from: Data(contentsOf: file))
    } catch {
      throw .file("\(file.path): is not a race (\(error)); mend it, or give another --out")
    }
  }

  func save(_ record: RaceRecord) throws(StudyError) {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(record).write(to: file, options: .atomic)
    } catch {
      throw .file("\(file.path): cannot be written (\(error.localizedDescription))")
    }
  }

  /// Removes what only serves to go on with runs.
  func tidy(_ methods: [String]) {
    for method in methods {
      let checkpoint = run(of: method).appending(path: "checkpoint.safetensors")
      try? FileManager.default.removeItem(at: checkpoint)
    }
  }
}
