import Foundation
import Synchronization

/// What came of joining a study.
public struct MergeOutcome: Sendable, Equatable {
  /// Runs that were not finished here.
  public var runs: Int
  /// Runs that were finished here too.
  public var known: Int
  /// Protocols that a run known here had not been judged by, or only in an earlier revision.
  public var evaluations: Int

  /// Nothing but what is given.
  public init(runs: Int = 0, known: Int = 0, evaluations: Int = 0) {
    (self.runs, self.known, self.evaluations) = (runs, known, evaluations)
  }
}

/// Joining studies that were made apart.
extension ResultStore {
  /// Figures that differ by no more than this are the same, written with other digits.
  static let rounding = 1e-6

  /// Takes over what another study has and this one has not: finished runs, protocols of known
  /// runs, outcomes and settings. All of it or, if it is refused or the process is killed, nothing.
  ///
  /// - Throws: ``DatabaseError/conflict(path:run:difference:)`` if a run has other figures there.
  public func merge(_ study: PortableStudy) throws(DatabaseError) -> MergeOutcome {
    try database.withLock { (database) throws(DatabaseError) in
      try database.transaction { () throws(DatabaseError) in
        var outcome = MergeOutcome()
        for run in study.runs {
          let id = run.record.id
          let isKnown = try !database.query(
            "SELECT 1 FROM runs WHERE id = ? AND status = 'finished'", [.text(id)]
          ).isEmpty
          if !isKnown { try database.execute(RunRow.replace, RunRow.values(of: run.record)) }
          outcome.runs += isKnown ? 0 : 1
          outcome.known += isKnown ? 1 : 0
          for evaluation in run.evaluations {
            let isNew = try ResultStore.add(evaluation, of: run.record, study.origin, to: database)
            outcome.evaluations += isKnown && isNew ? 1 : 0
          }
        }
        for (key, json) in study.settings {
          try database.execute(
            "INSERT OR IGNORE INTO settings(key, json) VALUES (?, ?)", [.text(key), .text(json)])
        }
        return outcome
      }
    }
  }

  /// Refuses a study that ``merge(_:)`` would refuse. Nothing is changed.
  ///
  /// - Throws: ``DatabaseError/conflict(path:run:difference:)`` if a run has other figures there.
  public func check(_ study: PortableStudy) throws(DatabaseError) {
    try database.withLock { (database) throws(DatabaseError) in
      for run in study.runs {
        for evaluation in run.evaluations {
          _ = try ResultStore.compare(evaluation, of: run.record, study.origin, in: database)
        }
      }
    }
  }

  /// Adds what is missing of an evaluation.
  /// - Returns: whether its figures were missing, or those of an earlier revision.
  private static func add(
    _ evaluation: Evaluation, of run: RunRecord, _ origin: String, to database: Database
  ) throws(DatabaseError) -> Bool {
    switch try compare(evaluation, of: run, origin, in: database) {
    case .orderedAscending:
      try write(evaluation, to: database)
      return true
    case .orderedDescending: return false
    case .orderedSame: break
    }
    for (condition, flags) in evaluation.correct {
      try database.execute(
        "INSERT OR IGNORE INTO outcomes(run_id, protocol, images, correct) VALUES (?, ?, ?, ?)",
        [
          .text(run.id), .text(condition.rawValue), .integer(flags.count),
          .blob(PackedFlags.pack(flags)),
        ])
    }
    return false
  }

  /// Whether the figures here are of an earlier revision (or missing), of the same or of a later one.
  /// - Throws: ``DatabaseError/conflict(path:run:difference:)`` for others of the same revision.
  private static func compare(
    _ evaluation: Evaluation, of run: RunRecord, _ origin: String, in database: Database
  ) throws(DatabaseError) -> ComparisonResult {
    let conditions = Set(evaluation.scores.map(\.evaluation)).union(evaluation.correct.keys)
    let known = try scores(in: database, of: run.id).filter { conditions.contains($0.evaluation) }
    let rows = try database.query(
      "SELECT revision FROM evaluations WHERE run_id = ? AND name = ?",
      [.text(run.id), .text(evaluation.tag.name)])
    var revision = known.isEmpty ? nil : 0
    if let row = rows.first {
      var reader = RowReader(row, table: "evaluations", path: database.path)
      revision = try reader.integer("revision")
    }
    guard let revision, revision >= evaluation.tag.revision else { return .orderedAscending }
    if revision > evaluation.tag.revision { return .orderedDescending }
    for score in evaluation.scores {
      let ours = known.first { $0.evaluation == score.evaluation && $0.metric == score.metric }
      if let ours, abs(ours.value - score.value) > rounding {
        let key = run.key
        throw .conflict(
          path: database.path,
          run: "\(key.id) (\(key.method), \(Wording.count(key.pretrainImages, "image")), seed "
            + "\(key.seed))",
          difference: "\(score.evaluation.rawValue) \(score.metric.rawValue) is \(ours.value) here "
            + "and \(score.value) in \(origin)")
      }
    }
    return .orderedSame
  }
}
