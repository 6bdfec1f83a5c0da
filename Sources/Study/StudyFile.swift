public import Foundation
import Backbones
import Pretext

/// A study as its user writes it: JSON5, with comments, every field with a default.
///
/// ```json5
/// {
///   sets: ["photos", "cells"],          // relative to this file
///   methods: ["simclr", "dino"],
///   backbones: ["resnet18:width=16", "vit-micro"],
///   steps: 200,
///   also: [{ sets: "photos", epochs: 20 }],   // one arm more: the fields above, with these in place
/// }
/// ```
public struct StudyFile: Sendable {
  /// What the study is called, and its folder after it.
  public var name: String
  /// The file's own fields, then each of `also`, with the name that ends its parts' folders.
  public var arms: [(name: String?, arm: StudyArm)]
  /// The file, as errors name it.
  public var path: String
  /// What paths within it begin with.
  let folder: String

  /// A study of one arm, without a file.
  /// - Parameter path: what errors name instead.
  public init(_ arm: StudyArm, path: String) {
    arms = [(nil, arm)]
    (self.path, folder) = (path, "")
    name = arm.sets.map(Self.name).joined(separator: "-").replacing(" ", with: "-")
  }

  /// Reads a file.
  /// - Throws: ``StudyError/setting(_:)`` naming file, field and what was expected;
  ///   ``StudyError/file(_:)`` where there is nothing to read.
  public init(_ url: URL) throws(StudyError) {
    let path = url.relativePath
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw .file("\(path): cannot be read (\(error.localizedDescription))")
    }
    try self.init(data, path: path)
  }

  /// Reads the text of a file.
  /// - Parameter path: the file's, which paths within are relative to.
  /// - Throws: ``StudyError/setting(_:)`` naming file, field and what was expected.
  public init(_ text: Data, path: String) throws(StudyError) {
    var fields = try Self.object(text, path)
    let others = fields.removeValue(forKey: "also")
    let name = try Self.word(fields.removeValue(forKey: "name"), "name", path)
    try Self.refuseUnknown(fields, "", extra: ["name", "also"], path)
    arms = [(nil, try Self.arm(fields, at: "", path))]
    guard case .array(let changes) = others ?? .array([]) else {
      throw .setting(
        "\(path): also is \(others?.text ?? ""); expected a list of objects: [{ epochs: 20 }]")
    }
    for (index, change) in changes.enumerated() {
      let place = "also[\(index)]"
      guard case .object(var changed) = change else {
        throw .setting("\(path): \(place) is \(change.text); expected an object: { epochs: 20 }")
      }
      let ending = try Self.word(changed.removeValue(forKey: "name"), "\(place).name", path)
      try Self.refuseUnknown(changed, "\(place).", extra: ["name"], path)
      var all = fields
      if !StudyArm.budgets.isDisjoint(with: changed.keys) {
        for budget in StudyArm.budgets { all[budget] = nil }
      }
      all.merge(changed) { $1 }
      arms.append((ending, try Self.arm(all, at: "\(place).", path)))
    }
    self.path = path
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    self.folder = folder
    let stem = URL(filePath: path).deletingPathExtension().lastPathComponent
    let sets = arms[0].arm.sets.map { Self.name($0.hasPrefix("/") ? $0 : folder + $0) }
    self.name = name ?? (stem == "study" ? sets.joined(separator: "-") : stem)
  }

  private static func name(_ images: String) -> String {
    URL(filePath: images).standardizedFileURL.lastPathComponent
  }

  // MARK: - Reading

  private static func object(_ text: Data, _ path: String) throws(StudyError) -> [String: JSONValue]
  {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      guard case .object(let fields) = try decoder.decode(JSONValue.self, from: text) else {
        throw StudyError.setting("\(path): expected an object: { sets: [\"photos\"] }")
      }
      return fields
    } catch let error as StudyError {
      throw error
    } catch {
      let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      guard let wrong = JSON5Line.firstWrong(in: text) else {
        throw .setting(
          "\(path):\(lines.count): is no JSON5, as it ends before all brackets and comments are closed"
        )
      }
      let line = String(decoding: lines[wrong - 1], as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      throw .setting(
        "\(path):\(wrong): is no JSON5 with '\(line)'; mend it, or what is open before it (a comma, a "
          + "bracket)")
    }
  }

  /// A name, which becomes part of a folder's.
  private static func word(
    _ value: JSONValue?, _ field: String, _ path: String
  ) throws(StudyError) -> String? {
    guard let value else { return nil }
    guard case .string(let text) = value, !text.isEmpty, !text.contains("/") else {
      throw .setting("\(path): \(field) is '\(value.text)'; expected text without '/'")
    }
    return text
  }

  private static func refuseUnknown(
    _ fields: [String: JSONValue], _ place: String, extra: [String], _ path: String
  ) throws(StudyError) {
    let known = StudyArm.fields + extra
    guard let stranger = fields.keys.sorted().first(where: { !known.contains($0) }) else { return }
    let hint = nearest(to: stranger, in: known).map { "did you mean '\($0)'?" }
    throw .setting(
      "\(path): there is no field '\(place)\(stranger)'; "
        + (hint ?? "there are \(known.joined(separator: ", "))"))
  }

  /// The defaults with `changes` in place of the fields they name; `null` leaves a default.
  private static func arm(
    _ changes: [String: JSONValue], at place: String, _ path: String
  ) throws(StudyError) -> StudyArm {
    func refusal(_ field: String) -> StudyError {
      .setting(
        "\(path): \(place)\(field) is \(changes[field]?.text ?? "missing"); expected "
          + StudyArm.expectation(field))
    }
    let arm: StudyArm
    do {
      arm = try decoded(changes)
    } catch let error as DecodingError {
      // A number that does not fit is refused without a word of where it stands.
      let alone = changes.keys.sorted().first { field in
        (try? decoded(changes.filter { $0.key == field })) == nil
      }
      throw refusal(error.field ?? alone ?? "sets")
    } catch {
      throw .setting("\(path): \(error.localizedDescription)")
    }
    if let field = arm.outOfRange { throw refusal(field) }
    if arm.sets.isEmpty {
      throw .setting("\(path): \(place)sets is empty; name a folder of images: sets: [\"photos\"]")
    }
    var field = "methods"
    do {
      try check(words: arm.methods)
      field = "continued"
      try check(words: arm.continued.filter { $0 != "none" })
      field = "options"
      for (method, options) in arm.options { try Registry.task(method)?.check(options) }
    } catch {
      throw .setting("\(path): \(place)\(field): \(error)")
    }
    return arm
  }

  /// The defaults with `changes`, where one value stands for a list of it.
  private static func decoded(_ changes: [String: JSONValue]) throws -> StudyArm {
    let defaults = try JSONEncoder().encode(StudyArm())
    var fields = try JSONDecoder().decode([String: JSONValue].self, from: defaults)
    for (field, value) in changes where value != .null {
      if case .array = value {
        fields[field] = value
      } else {
        fields[field] = StudyArm.lists.contains(field) ? .array([value]) : value
      }
    }
    return try JSONDecoder().decode(StudyArm.self, from: JSONEncoder().encode(fields))
  }

  private static func check(words: [String]) throws(PretextError) {
    for word in words where word != "all" && Family(rawValue: word) == nil {
      _ = try Registry.card(word)
    }
  }
}

extension DecodingError {
  /// The outermost field at fault.
  fileprivate var field: String? {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context.codingPath.first?.stringValue
    @unknown default: nil
    }
  }
}
