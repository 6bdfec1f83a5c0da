public import Foundation
import Torch

/// A study as JSON Lines: the first line is the plan and the settings, each other one a run, with
/// sorted keys and in sorted order. A database gives the same bytes whenever and wherever it is
/// written down.
///
/// Times are kept, as a report shows what runs cost and takes the later of two that stand in one
/// place; a study that is made twice differs in these. Left out are weights, the runs' folders (which
/// mean nothing elsewhere), and whether each test image was named rightly.
extension PortableStudy {
  /// The version of the format, which the first line names.
  static let format = 1

  private struct Head: Codable {
    var format: Int
    var plan: StudyPlan?
    var settings: [String: String]
  }

  private struct Line: Codable {
    var run: RunRecord
    var evaluations: [Judged]
  }

  private struct Judged: Codable {
    var name: String
    var revision: Int
    var seconds: Double
    var scores: [Figure]
  }

  private struct Figure: Codable, Hashable {
    var `protocol`: EvaluationProtocol
    var metric: Metric
    var value: Double
    var interval: Interval?
    var chosen: String
  }

  /// Writes the file in one step: a killed process leaves the former one.
  /// - Throws: ``StudyError/file(_:)`` naming it if it cannot be written.
  public func write(to file: URL) throws(StudyError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    do {
      let shared = settings.filter { !ResultStore.isOfOutcomes($0.key) }
      var text = try encoder.encode(Head(format: Self.format, plan: plan, settings: shared))
      for run in runs {
        text += Data("\n".utf8) + (try encoder.encode(Self.line(of: run)))
      }
      text += Data("\n".utf8)
      try writeAtomically(to: file) { try $0.write(contentsOf: text) }
    } catch let error as TorchError {
      throw .file("\(error)")
    } catch {
      throw .file("\(file.path): cannot be written (\(error))")
    }
  }

  private static func line(of run: FinishedRun) -> Line {
    var record = run.record
    record.directory = ""
    return Line(
      run: record,
      evaluations: run.evaluations.map { evaluation in
        Judged(
          name: evaluation.tag.name, revision: evaluation.tag.revision,
          seconds: evaluation.seconds,
          scores: evaluation.scores.map {
            Figure(
              protocol: $0.evaluation, metric: $0.metric, value: $0.value, interval: $0.interval,
              chosen: $0.chosen)
          })
      })
  }

  /// Reads such a file.
  /// - Throws: ``StudyError/file(_:)`` naming file, line and field of what is damaged.
  init(lines file: URL) throws(StudyError) {
    let text: Data
    do {
      text = try Data(contentsOf: file)
    } catch {
      throw .file("\(file.path): cannot be read (\(error.localizedDescription))")
    }
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var reader = LineReader(file: file.path)
    let head: Head = try reader.read(lines.first ?? Data())
    guard head.format <= Self.format else {
      throw reader.wrong(
        "format", "is \(head.format), this Glean knows up to \(Self.format); update Glean")
    }
    self.init(origin: file.path, plan: head.plan, settings: head.settings, runs: [])
    var places: [String: Int] = [:]
    for text in lines.dropFirst() {
      reader.line += 1
      if text.isEmpty { continue }
      let line: Line = try reader.read(text)
      let id = line.run.id
      if id.isEmpty { throw reader.wrong("run.key.id", "is empty") }
      if let other = places[id] {
        throw reader.wrong("run.key.id", "is that of line \(other) too")
      }
      places[id] = reader.line
      guard line.run.status == .finished, line.run.cost != nil else {
        throw reader.wrong("run.status", "is not that of a finished run with its cost")
      }
      if Set(line.evaluations.map(\.name)).count < line.evaluations.count {
        throw reader.wrong("evaluations", "name a protocol twice")
      }
      runs.append(try Self.run(of: line, reader))
    }
  }

  private static func run(of line: Line, _ reader: LineReader) throws(StudyError) -> FinishedRun {
    var run = FinishedRun(record: line.run, evaluations: [])
    for (index, judged) in line.evaluations.enumerated() {
      let field = "evaluations.\(index).scores"
      if let other = judged.scores.first(where: { $0.protocol.maker.rawValue != judged.name }) {
        throw reader.wrong(
          field, "hold '\(other.protocol.rawValue)', which '\(judged.name)' does not give")
      }
      let kinds = judged.scores.map { [$0.protocol.rawValue, $0.metric.rawValue] }
      if Set(kinds).count < kinds.count { throw reader.wrong(field, "hold a figure twice") }
      run.evaluations.append(
        Evaluation(
          tag: .init(name: judged.name, revision: judged.revision), run: line.run.id,
          scores: judged.scores.map {
            Score(
              runId: line.run.id, evaluation: $0.protocol, metric: $0.metric, value: $0.value,
              interval: $0.interval, chosen: $0.chosen)
          }, seconds: judged.seconds))
    }
    return run
  }
}

/// Reads lines of a file and says where one is damaged.
private struct LineReader {
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
