import CSQLite
public import Foundation
import Synchronization
public import Training

/// The results of a study in one SQLite file, safe against being killed and against several
/// processes writing at once.
///
/// Every change is one transaction. A run that was killed stays `running`: not finished, so it is
/// done again; ``begin(_:)`` may be called for it as often as needed.
public final class ResultStore: Sendable {
  /// The file's path.
  public let path: String
  let database: Mutex<Database>

  /// The release of SQLite in use, for example `3.40.1`.
  public static var sqliteVersion: String { String(cString: sqlite3_libversion()) }

  /// Opens the store at `path`, making it if there is none, and brings an older format up to date.
  ///
  /// - Throws: ``DatabaseError`` if the file is another program's, damaged, from a newer Glean, or
  ///   cannot be written. A file that is not Glean's is never changed.
  public init(path: String) throws(DatabaseError) {
    let opened = try Database(path: path)
    try Schema.prepare(opened)
    self.path = path
    database = Mutex(opened)
  }

  /// Records that a run begins: anew, or again after it was killed or failed.
  ///
  /// - Returns: false if the run is finished already; then nothing is changed, and nothing is to
  ///   be done.
  public func begin(_ run: RunRecord) throws(DatabaseError) -> Bool {
    let values = RunRow.values(of: run.begun)
    return try database.withLock { (database) throws(DatabaseError) in
      try database.transaction { () throws(DatabaseError) in
        try database.execute(RunRow.upsertUnlessFinished, values)
        return database.changes == 1
      }
    }
  }

  /// Records that a run is done, and what it cost. Its evaluations are recorded before.
  ///
  /// - Parameter features: what the test images' features look like.
  /// - Throws: ``DatabaseError/unknownRun(path:id:)`` if the run was never begun.
  public func finish(
    _ id: String, cost: RunCost, features: FeatureHealth? = nil, at time: Date = Date()
  ) throws(DatabaseError) {
    try database.withLock { (database) throws(DatabaseError) in
      try database.execute(
        """
        UPDATE runs SET status = 'finished', finished_at = ?, seconds = ?, steps = ?,
          images_seen = ?, images_per_second = ?, peak_memory_bytes = ?, features = ?,
          message = NULL
        WHERE id = ?
        """,
        [
          .real(time.timeIntervalSince1970), .real(cost.seconds), .integer(cost.steps),
          .integer(cost.imagesSeen), .real(cost.imagesPerSecond),
          .integer(cost.peakMemoryBytes), SQLValue(RunRow.health(features)), .text(id),
        ])
      guard database.changes == 1 else { throw .unknownRun(path: database.path, id: id) }
    }
  }

  /// Records what one protocol found for a run, all or nothing; figures of an earlier revision under
  /// the same conditions give way.
  ///
  /// - Throws: ``DatabaseError/unknownRun(path:id:)`` if the run was never begun.
  public func record(_ evaluation: Evaluation) throws(DatabaseError) {
    let id = evaluation.run
    try database.withLock { (database) throws(DatabaseError) in
      try database.transaction { () throws(DatabaseError) in
        guard try !database.query("SELECT 1 FROM runs WHERE id = ?", [.text(id)]).isEmpty else {
          throw .unknownRun(path: database.path, id: id)
        }
        try ResultStore.write(evaluation, to: database)
      }
    }
  }

  /// Writes an evaluation in place of an earlier one of the same protocol; the caller holds a
  /// transaction.
  static func write(_ evaluation: Evaluation, to database: Database) throws(DatabaseError) {
    let id = evaluation.run
    let conditions = Set(evaluation.scores.map(\.evaluation)).union(evaluation.correct.keys)
    for table in ["scores", "outcomes"] {
      for condition in conditions {
        try database.execute(
          "DELETE FROM \(table) WHERE run_id = ? AND protocol = ?",
          [.text(id), .text(condition.rawValue)])
      }
    }
    for score in evaluation.scores {
      try database.execute(
        """
        INSERT INTO scores(run_id, protocol, metric, value, chosen, low, high)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(id), .text(score.evaluation.rawValue), .text(score.metric.rawValue),
          .real(score.value), .text(score.chosen), SQLValue(score.interval?.lower),
          SQLValue(score.interval?.upper),
        ])
    }
    for (condition, flags) in evaluation.correct {
      try database.execute(
        "INSERT INTO outcomes(run_id, protocol, images, correct) VALUES (?, ?, ?, ?)",
        [
          .text(id), .text(condition.rawValue), .integer(flags.count),
          .blob(PackedFlags.pack(flags)),
        ])
    }
    try database.execute(
      "INSERT OR REPLACE INTO evaluations(run_id, name, revision, seconds) VALUES (?, ?, ?, ?)",
      [
        .text(id), .text(evaluation.tag.name), .integer(evaluation.tag.revision),
        .real(evaluation.seconds),
      ])
  }

  /// What a run has been judged by.
  public func evaluations(of id: String) throws(DatabaseError) -> Set<Evaluation.Tag> {
    try database.withLock { (database) throws(DatabaseError) in
      let rows = try database.query(
        "SELECT name, revision FROM evaluations WHERE run_id = ?", [.text(id)])
      var tags: Set<Evaluation.Tag> = []
      for row in rows {
        var reader = RowReader(row, table: "evaluations", path: database.path)
        tags.insert(
          Evaluation.Tag(name: try reader.text("name"), revision: try reader.integer("revision")))
      }
      return tags
    }
  }

  /// Records that a run failed, and why. A run that another process has finished meanwhile is left as
  /// it is.
  ///
  /// - Throws: ``DatabaseError/unknownRun(path:id:)`` if it was never begun.
  public func fail(_ id: String, message: String, at time: Date = Date()) throws(DatabaseError) {
    try database.withLock { (database) throws(DatabaseError) in
      try database.execute(
        """
        UPDATE runs SET status = 'failed', finished_at = ?, message = ?
        WHERE id = ? AND status <> 'finished'
        """, [.real(time.timeIntervalSince1970), .text(message), .text(id)])
      if database.changes == 1 { return }
      guard try ResultStore.status(of: id, in: database) != nil else {
        throw .unknownRun(path: database.path, id: id)
      }
    }
  }

  /// Whether a run is done.
  func isFinished(_ id: String) throws(DatabaseError) -> Bool {
    try database.withLock { (database) throws(DatabaseError) in
      try ResultStore.status(of: id, in: database) == .finished
    }
  }

  private static func status(
    of id: String, in database: Database
  ) throws(DatabaseError) -> RunStatus? {
    let rows = try database.query("SELECT status FROM runs WHERE id = ?", [.text(id)])
    return try rows.first.map { (row) throws(DatabaseError) in
      var reader = RowReader(row, table: "runs", path: database.path)
      return try reader.choice("status")
    }
  }

  /// All runs, in the order in which they were first begun.
  public func allRuns() throws(DatabaseError) -> [RunRecord] {
    try database.withLock { (database) throws(DatabaseError) in
      let rows = try database.query("\(RunRow.select) ORDER BY rowid")
      return try rows.map { (row) throws(DatabaseError) in
        try RunRow.record(row, path: database.path)
      }
    }
  }

  /// The scores of one run, or of all; sorted by run, protocol and metric.
  public func scores(of id: String? = nil) throws(DatabaseError) -> [Score] {
    try database.withLock { (database) throws(DatabaseError) in
      try ResultStore.scores(in: database, of: id)
    }
  }

  static func scores(
    in database: Database, of id: String?
  ) throws(DatabaseError) -> [Score] {
    let rows = try database.query(
      """
      SELECT run_id, protocol, metric, value, chosen, low, high FROM scores
      WHERE ?1 IS NULL OR run_id = ?1 ORDER BY run_id, protocol, metric
      """, [SQLValue(id)])
    return try rows.map { (row) throws(DatabaseError) in
      var reader = RowReader(row, table: "scores", path: database.path)
      var score = Score(
        runId: try reader.text("run_id"), evaluation: try reader.coded("protocol"),
        metric: try reader.choice("metric"), value: try reader.real("value"),
        chosen: try reader.text("chosen"))
      score.interval = try reader.interval()
      return score
    }
  }

  /// Keeps a setting of the study under `key`, as JSON.
  public func setSetting(_ key: String, to json: String) throws(DatabaseError) {
    try database.withLock { (database) throws(DatabaseError) in
      try database.execute(
        "INSERT INTO settings(key, json) VALUES (?, ?) "
          + "ON CONFLICT(key) DO UPDATE SET json = excluded.json", [.text(key), .text(json)])
    }
  }

  /// The setting's JSON; nil if it was never set.
  public func setting(_ key: String) throws(DatabaseError) -> String? {
    try database.withLock { (database) throws(DatabaseError) in
      let rows = try database.query("SELECT json FROM settings WHERE key = ?", [.text(key)])
      return try rows.first.map { (row) throws(DatabaseError) in
        var reader = RowReader(row, table: "settings", path: database.path)
        return try reader.text("json")
      }
    }
  }
}
