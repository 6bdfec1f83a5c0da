import CommandLineKit
import Foundation
import Glean

struct StudyMerge: Command {
  static let configuration = CommandConfiguration(
    name: "merge", abstract: "Join the finished runs of other studies into one.",
    discussion: """
      Runs are known by a hash of all that decides them: those that FOLDER has are kept, those it has \
      not are added, and so are protocols that it has not judged by. A source is taken over whole or \
      not at all. It is refused where its plan has other images or settings than FOLDER's, or where \
      a run has other figures there; methods, sizes, seeds and protocols may differ. A FOLDER \
      without a study takes the plan of the first source that has one. Studies made from a file are \
      joined part by part.
      """,
    examples: [
      ("glean study merge whole first second", "Join what two machines have made with --shard."),
      ("glean study merge photos results.jsonl", "Add what 'glean study export' wrote."),
    ])

  @Argument(help: "The folder of the study to add to; made if there is none.", completion: .folder)
  var folder: String
  @Argument(help: "Folders of studies, results.sqlite, or files of 'glean study export'.")
  var sources: [String]

  func run() throws {
    let shards = sources.map { source in
      let parts = StudyFolder(URL(filePath: source)).parts.filter { !$0.isEmpty }
      return (source: source, parts: parts)
    }
    let names = Set(shards.flatMap(\.parts)).sorted()
    if names.isEmpty { return try merge(sources, into: folder) }
    if let whole = shards.first(where: \.parts.isEmpty) {
      throw UsageError(
        "\(whole.source) has no parts, as other sources have; join it into the part that it belongs to"
      )
    }
    for name in names {
      let holders = shards.filter { $0.parts.contains(name) }.map { "\($0.source)/\(name)" }
      try merge(holders, into: "\(folder)/\(name)")
    }
    note("Next: glean report \(ShellWord.quoted(folder))")
  }

  /// Joins studies into the one of a folder.
  private func merge(_ sources: [String], into folder: String) throws {
    let study = StudyFolder(URL(filePath: folder))
    var plan = try study.load()
    // All are read before anything is written, so that a wrong name leaves no folder behind.
    let others = try sources.map { try PortableStudy(reading: URL(filePath: $0)) }
    for (source, other) in zip(sources, others) {
      guard let theirs = other.plan else { continue }
      if let difference = plan?.obstacle(toJoining: theirs) {
        throw UsageError(
          "\(source) holds another study than \(folder) (\(difference)); join it into a folder of "
            + "its own")
      }
      plan = plan ?? theirs
    }
    if let plan {
      if try study.load() == nil { try study.save(plan) }
    } else if !FileManager.default.fileExists(atPath: study.results.path) {
      throw UsageError(
        "neither \(folder) nor a source has a plan (study.json); give the folder of a study first")
    }
    let results = try ResultStore(path: study.results.path)
    for (source, other) in zip(sources, others) {
      let outcome = try results.merge(other)
      print(
        "\(source): \(Human.count(outcome.runs, "run")) added, \(outcome.known) known, "
          + "\(Human.count(outcome.evaluations, "protocol")) added to known runs")
    }
    guard let plan else { return }
    let records = try results.allRuns()
    let strangers = try plan.strangers(records)
    if !strangers.isEmpty {
      let methods = Set(strangers.map(\.key.method)).sorted().joined(separator: ", ")
      note(
        "warning: \(Human.count(strangers.count, "run")) (\(methods)) in \(folder) "
          + "\(strangers.count == 1 ? "is" : "are") not in its plan and in no figure; 'glean compare' "
          + "with their methods, sizes and seeds takes them in")
    }
    if let missing = try plan.missingNote(records) { note(missing) }
    if folder == self.folder { note("Next: glean report \(ShellWord.quoted(folder))") }
  }
}
