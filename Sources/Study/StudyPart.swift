import Foundation
public import Training

/// A part of a study file: what makes one ``StudyPlan``, once its images are opened.
public struct StudyPart: Sendable, Equatable {
  /// The folder of the set that is pretrained on and judged on.
  public var set: String
  /// The folder of another set that is pretrained on too.
  public var source: String?
  /// The network, as it is typed; `nil` for one that fits the device or the weights.
  public var backbone: String?
  /// How long each run trains; `nil` where that follows from the minutes.
  public var budget: Budget?
  /// The file of general weights.
  public var initial: String?
  /// What the report calls them.
  public var initialTitle: String?
  /// What ends the folder's name: an arm's own, or which of several weights.
  public var ending: String?
  /// All other fields.
  public var arm: StudyArm

  /// Its folder within the study's, such as `ucmerced-128/resnet18-w16-small/200-steps`.
  /// - Parameters:
  ///   - set: the name of the set.
  ///   - source: that of the other set.
  ///   - backbone: the network's id.
  public func folder(set: String, source: String?, backbone: String) -> String {
    let images = set + (source.map { "-from-\($0)" } ?? "")
    return "\(images)/\(backbone)/\(budgetText.replacing(" ", with: "-"))"
      + (ending.map { "-\($0)" } ?? "")
  }

  /// How many folders its name has.
  static let depth = 3

  /// `200 steps`, `20 epochs`, or `30 minutes`.
  public var budgetText: String { budget.map { "\($0)" } ?? "\(arm.minutes) minutes" }

  /// What must be the same for rows to stand in one table.
  private var place: [String?] {
    [set, source, backbone, budgetText, ending]
  }

  /// The methods that go on from the weights.
  private var continuing: [String] {
    initial == nil ? [] : arm.continued.isEmpty ? arm.methods : arm.continued
  }

  /// Takes in the rows of another arm that lays out the same part.
  /// - Returns: the field that keeps them apart; `nil` if they are in.
  fileprivate mutating func join(_ other: StudyPart) -> String? {
    if let initial, let theirs = other.initial, initial != theirs { return "init" }
    for (method, options) in other.arm.options where options != arm.options[method] ?? options {
      return "options"
    }
    let continued = continuing + other.continuing
    var rest = other.arm
    (rest.sets, rest.pretrain, rest.backbones) = (arm.sets, arm.pretrain, arm.backbones)
    (rest.steps, rest.epochs, rest.minutes) = (arm.steps, arm.epochs, arm.minutes)
    (rest.initial, rest.initTitle, rest.partial) = (arm.initial, arm.initTitle, arm.partial)
    (rest.methods, rest.baselines, rest.continued) = (arm.methods, arm.baselines, arm.continued)
    (rest.protocols, rest.options) = (arm.protocols, arm.options)
    if let difference = firstDifference(arm, rest) {
      return difference.split(separator: " ").first.map(String.init)
    }
    if initial == nil {
      (initial, initialTitle) = (other.initial, other.initialTitle)
      arm.partial = other.arm.partial
    }
    arm.continued = []
    arm.continued.add(continued.count > 1 ? continued.filter { $0 != "none" } : continued)
    arm.methods.add(other.arm.methods)
    arm.protocols.add(other.arm.protocols)
    arm.baselines = arm.baselines || other.arm.baselines
    arm.options.merge(other.arm.options) { $1 }
    return nil
  }
}

extension StudyFile {
  /// The parts: one for each set, other set, network, budget and (where there are several) file of
  /// weights. Arms that lay out the same part share it, each with its methods.
  /// - Throws: ``StudyError/setting(_:)`` where two arms lay out the same part with other settings, or
  ///   one names a set twice.
  public func parts() throws(StudyError) -> [StudyPart] {
    var parts: [StudyPart] = []
    for (index, entry) in arms.enumerated() {
      if let set = Self.namedTwice(entry.arm.sets) {
        throw .setting(
          "\(path): \(index == 0 ? "" : "also[\(index - 1)].")sets names '\(set)' twice; name each set "
            + "once")
      }
      for part in laidOut(entry.arm, ending: entry.name) {
        guard let known = parts.firstIndex(where: { $0.isAt(part) }) else {
          parts.append(part)
          continue
        }
        if let field = parts[known].join(part) {
          throw .setting(
            "\(path): also[\(index - 1)] has other \(field) than an arm before it, on the same set, "
              + "backbone and budget; give it a name, which ends its folder's: "
              + "{ name: \"other-\(field)\", … }")
        }
      }
    }
    return parts
  }

  /// The first set that an earlier one is too, however it is written.
  private static func namedTwice(_ sets: [String]) -> String? {
    var known: Set<String> = []
    return sets.first { !known.insert(URL(filePath: $0).standardizedFileURL.path).inserted }
  }

  private func laidOut(_ arm: StudyArm, ending: String?) -> [StudyPart] {
    let budgets = [arm.steps.map { Budget.steps($0) }, arm.epochs.map { .epochs($0) }]
      .compactMap(\.self)
    var parts: [StudyPart] = []
    for set in arm.sets {
      let sources = Self.orNone(arm.pretrain.filter { $0 != set })
      for source in sources {
        for backbone in Self.orNone(arm.backbones) {
          for budget in Self.orNone(budgets) {
            parts.append(
              StudyPart(
                set: resolved(set), source: source.map(resolved), backbone: backbone,
                budget: budget, ending: ending, arm: arm))
          }
        }
      }
    }
    return arm.initial.isEmpty ? parts : parts.flatMap(withWeights)
  }

  private static func orNone<Item>(_ items: [Item]) -> [Item?] { items.isEmpty ? [nil] : items }

  /// The part with each of its files of weights.
  private func withWeights(_ part: StudyPart) -> [StudyPart] {
    part.arm.initial.enumerated().map { index, file in
      var part = part
      part.initial = resolved(file)
      if part.arm.initTitle.indices.contains(index) {
        part.initialTitle = part.arm.initTitle[index]
      }
      if part.arm.initial.count > 1 {
        part.ending = [part.ending, "against-\(Self.stem(file))"].compactMap(\.self)
          .joined(separator: "-")
      }
      return part
    }
  }

  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  /// A path that the file names, seen from where the program runs.
  private func resolved(_ written: String) -> String {
    written.hasPrefix("/") ? written : folder + written
  }
}

extension StudyPart {
  fileprivate func isAt(_ other: StudyPart) -> Bool { place == other.place }
}

extension Array where Element: Equatable {
  /// Appends what is not there yet.
  fileprivate mutating func add(_ others: [Element]) {
    for other in others where !contains(other) { append(other) }
  }
}
