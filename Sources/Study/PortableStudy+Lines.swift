public import Foundation
import Torch

/// Studies as JSON Lines: of each part a line with the plan and the settings, and then one a run, with
/// sorted keys and in sorted order. A database gives the same bytes whenever and wherever it is
/// written down.
///
/// Times are kept, as a report shows what runs cost and takes the later of two that stand in one
/// place; a study that is made twice differs in these. Left out are weights and the runs' folders,
/// which mean nothing elsewhere.
extension PortableStudy {
  /// The version of the format, which the first line names.
  static let format = 1

  /// What begins a part. The numbers tell whether lines are lost; older files have none.
  private struct Head: Codable {
    var format: Int
    /// With the first part.
    var index: StudyIndex?
    /// Left out of a study without parts.
    var part: String?
    /// How many the file has.
    var parts: Int?
    var plan: StudyPlan?
    var runs: Int?
    var settings: [String: String]

    /// The beginning of its line, as keys are sorted.
    static let start = Data(#"{"format":"#.utf8)
  }

  /// Writes the file in one step: a killed process leaves the former one.
  /// - Throws: ``StudyError/file(_:)`` naming it if it cannot be written.
  public static func write(_ parts: [PortableStudy], to file: URL) throws(StudyError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    do {
      var text = Data()
      for part in parts {
        let head = Head(
          format: format, index: part.index, part: part.part.isEmpty ? nil : part.part,
          parts: part.part.isEmpty ? nil : parts.count, plan: part.plan, runs: part.runs.count,
          settings: part.settings)
        text += try encoder.encode(head) + Data("\n".utf8)
        for run in part.runs { text += try encoder.encode(RunLine(run)) + Data("\n".utf8) }
      }
      try writeAtomically(to: file) { try $0.write(contentsOf: text) }
    } catch let error as TorchError {
      throw .file("\(error)")
    } catch {
      throw .file("\(file.path): cannot be written (\(error))")
    }
  }

  /// Reads such a file.
  /// - Throws: ``StudyError/file(_:)`` naming file, line and field of what is damaged.
  static func read(lines file: URL) throws(StudyError) -> [PortableStudy] {
    let text: Data
    do {
      text = try Data(contentsOf: file)
    } catch {
      throw .file("\(file.path): cannot be read (\(error.localizedDescription))")
    }
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var reader = LineReader(file: file.path)
    var head: Head = try reader.read(lines.first ?? Data())
    var parts = [try part(head, reader)]
    func checkCount() throws(StudyError) {
      let (told, found) = (head.runs, parts[parts.count - 1].runs.count)
      if let told, told != found {
        throw reader.wrong("", "\(found) runs end here, where its first line tells of \(told)")
      }
    }
    var places: [String: Int] = [:]
    for text in lines.dropFirst() {
      reader.line += 1
      if text.isEmpty { continue }
      if text.starts(with: Head.start) {
        try checkCount()
        head = try reader.read(text)
        places = [:]
        parts.append(try part(head, reader))
        if parts.dropLast().contains(where: { $0.part == parts[parts.count - 1].part }) {
          throw reader.wrong("part", "is that of a part before it")
        }
        continue
      }
      let line: RunLine = try reader.read(text)
      let id = line.run.id
      if let other = places[id] {
        throw reader.wrong("run.key.id", "is that of line \(other) too")
      }
      places[id] = reader.line
      parts[parts.count - 1].runs.append(try line.finishedRun(reader))
    }
    try checkCount()
    if let told = head.parts, told != parts.count {
      throw reader.wrong("", "\(parts.count) parts end here, where the file tells of \(told)")
    }
    return parts
  }

  /// A part without its runs.
  private static func part(
    _ head: Head, _ reader: LineReader
  ) throws(StudyError) -> PortableStudy {
    guard head.format <= format else {
      throw reader.wrong(
        "format", "is \(head.format), this Glean knows up to \(format); update Glean")
    }
    if let field = head.plan?.outOfRange { throw reader.wrong("plan.\(field)", "is out of range") }
    let part = head.part ?? ""
    // It becomes the name of a folder.
    let words = part.split(separator: "/", omittingEmptySubsequences: false)
    guard part.isEmpty || words.count <= StudyPart.depth && !words.contains(where: \.isNoFolder)
    else { throw reader.wrong("part", "is '\(part)', which is no part's name") }
    var study = PortableStudy(
      origin: reader.file, part: part, plan: head.plan, settings: head.settings, runs: [])
    study.index = head.index
    return study
  }
}

extension Substring {
  fileprivate var isNoFolder: Bool { isEmpty || self == "." || self == ".." }
}

/// Reads lines of a file and says where one is damaged.
struct LineReader {
  let file: String
  var line = 1

  init(file: String) { self.file = file }

  func read<Value: Decodable>(_ text: Data) throws(StudyError) -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    do {
      return try decoder.decode(Value.self, from: Data(text))
    } catch DecodingError.keyNotFound(let key, let context) {
      throw wrong(Self.text(context.codingPath + [key]), "is absent")
    } catch DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context)
    {
      let path = context.codingPath.isEmpty ? "" : Self.text(context.codingPath)
      throw wrong(path, context.debugDescription)
    } catch {
      throw wrong("", "\(error)")
    }
  }

  /// - Parameter field: the keys to it; empty for the whole line.
  func wrong(_ field: String, _ problem: String) -> StudyError {
    let place = field.isEmpty ? "" : ", field '\(field)'"
    let problem = problem.hasSuffix(".") ? String(problem.dropLast()) : problem
    return .file(
      "\(file), line \(line)\(place): \(problem). Write the file again with 'glean study export'")
  }

  private static func text(_ path: [any CodingKey]) -> String {
    path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
