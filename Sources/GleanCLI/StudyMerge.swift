import CommandLineKit
import Foundation
import Glean

struct StudyMerge: Command {
  static let configuration = CommandConfiguration(
    name: "merge", abstract: "Join the finished runs of other studies into one.",
    discussion: """
      Runs are known by a hash of all that decides them: those that FOLDER has are kept, those it has \
      not are added, and so are protocols that it has not judged by. A source is read and checked with \
      all its parts first, and then taken over whole or not at all. It is refused where its plan has \
      other images or settings than FOLDER's, or where a run has other figures there; methods, sizes, \
      seeds and protocols may differ. A FOLDER without a study takes the plan of the first source that \
      has one. Studies made from a file are joined part by part.
      """,
    examples: [
      ("glean study merge whole first second", "Join what two machines have made with --shard."),
      ("glean study merge photos results.jsonl", "Add what 'glean study export' wrote."),
    ])

  @Argument(help: "The folder of the study to add to; made if there is none.", completion: .folder)
  var folder: String
  @Argument(help: "Folders of studies, results.sqlite, or files of 'glean study export'.")
  var sources: [String]

  /// A study that is joined.
  private struct Source {
    /// As it is named; of a part, with the part.
    var name: String
    var study: PortableStudy
  }

  func run() throws {
    // All are read before anything is written, so that a wrong name leaves no folder behind.
    let sources = try self.sources.map { name in
      try PortableStudy.parts(of: URL(filePath: name)).map {
        Source(name: $0.part.isEmpty ? name : "\(name)/\($0.part)", study: $0)
      }
    }
    let all = sources.flatMap { $0 }
    let names = all.map(\.study.part).uniqued()
    if names.count > 1, let whole = all.first(where: \.study.part.isEmpty) {
      throw UsageError(
        "\(whole.name) has no parts, as other sources have; join it into the part that it belongs to"
      )
    }
    let whole = StudyFolder(URL(filePath: folder))
    try misuse { try whole.refuseHiding(ofParts: names == [""]) }
    let joined = try names.map { name in
      let others = all.filter { $0.study.part == name }
      return (name: name, plan: try plan(of: whole.part(name), with: others))
    }

    var stores: [String: ResultStore] = [:]
    for (name, plan) in joined {
      let study = whole.part(name)
      if let plan, try study.load() == nil { try study.save(plan) }
      stores[name] = try ResultStore(path: study.results.path)
    }
    if names != [""], whole.index == nil, let index = all.lazy.compactMap(\.study.index).first {
      try whole.save(index)
    }
    for parts in sources {
      for part in parts { try stores[part.study.part]?.check(part.study) }
      for part in parts {
        guard let outcome = try stores[part.study.part]?.merge(part.study) else { continue }
        try addProtocols(of: part.study, to: whole.part(part.study.part))
        print(
          "\(part.name): \(Human.count(outcome.runs, "run")) added, \(outcome.known) known, "
            + "\(Human.count(outcome.evaluations, "protocol")) added to known runs")
      }
    }
    for (name, _) in joined {
      let study = whole.part(name)
      guard let plan = try study.load(), let records = try stores[name]?.allRuns() else { continue }
      try show(plan.standing(of: records), of: study)
    }
    if joined.contains(where: { $0.plan != nil }) {
      note("Next: glean report \(ShellWord.quoted(folder))")
    }
  }

  /// The plan of a folder, or of the first source that has one.
  private func plan(of study: StudyFolder, with others: [Source]) throws -> StudyPlan? {
    var plan = try study.load()
    for other in others {
      guard let theirs = other.study.plan else { continue }
      if let difference = plan?.obstacle(toJoining: theirs) {
        throw UsageError(
          "\(other.name) holds another study than \(study.url.relativePath) (\(difference)); join it "
            + "into a folder of its own")
      }
      plan = plan ?? theirs
    }
    guard plan != nil || FileManager.default.fileExists(atPath: study.results.path) else {
      throw UsageError(
        "neither \(study.url.relativePath) nor a source has a plan (study.json); give the folder of a "
          + "study first")
    }
    return plan
  }

  /// Takes the protocols of a source that was joined into the plan.
  private func addProtocols(of source: PortableStudy, to study: StudyFolder) throws {
    guard let theirs = source.plan, let plan = try study.load() else { return }
    var whole = plan
    whole.addProtocols(of: theirs)
    if whole != plan { try study.save(whole) }
  }

  /// Says what the figures lack.
  private func show(_ standing: PlanStanding, of study: StudyFolder) {
    let strangers = standing.strangers
    if !strangers.isEmpty {
      let methods = Set(strangers.map(\.key.method)).sorted().joined(separator: ", ")
      note(
        "warning: \(Human.count(strangers.count, "run")) (\(methods)) in \(study.url.relativePath) "
          + "\(strangers.count == 1 ? "is" : "are") not in its plan and in no figure; 'glean compare' "
          + "with their methods, sizes and seeds takes them in")
    }
    if let device = standing.device.note { note("warning: \(study.url.relativePath): \(device)") }
    if let missing = standing.missingNote { note(missing) }
  }
}
