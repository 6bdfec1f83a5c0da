import Foundation
import Synchronization

/// All that other studies can take over.
extension ResultStore {
  /// The finished runs with their figures and outcomes, as they stand at one moment; sorted by what
  /// they are, whatever the order in which they were made.
  public func finishedRuns() throws(DatabaseError) -> [FinishedRun] {
    try database.withLock { (database) throws(DatabaseError) in
      try database.transaction { () throws(DatabaseError) in
        let evaluations = try ResultStore.evaluations(in: database)
        let rows = try database.query(
          """
          \(RunRow.select) WHERE status = 'finished'
          ORDER BY dataset, method, pretrain_images, labelled_images, seed, id
          """)
        return try rows.map { (row) throws(DatabaseError) in
          let record = try RunRow.record(row, path: database.path)
          let own = evaluations[record.id] ?? [:]
          return FinishedRun(
            record: record, evaluations: own.values.sorted { $0.tag.name < $1.tag.name })
        }
      }
    }
  }

  /// What is kept with the results, as JSON by name.
  func settings() throws(DatabaseError) -> [String: String] {
    try database.withLock { (database) throws(DatabaseError) in
      var settings: [String: String] = [:]
      for row in try database.query("SELECT key, json FROM settings") {
        var reader = RowReader(row, table: "settings", path: database.path)
        settings[try reader.text("key")] = try reader.text("json")
      }
      return settings
    }
  }

  /// All figures and outcomes, by run and protocol.
  private static func evaluations(
    in database: Database
  ) throws(DatabaseError) -> [String: [String: Evaluation]] {
    let path = database.path
    var all: [String: [String: Evaluation]] = [:]
    for row in try database.query("SELECT run_id, name, revision, seconds FROM evaluations") {
      var reader = RowReader(row, table: "evaluations", path: path)
      let run = try reader.text("run_id")
      let tag = Evaluation.Tag(
        name: try reader.text("name"), revision: try reader.integer("revision"))
      all[run, default: [:]][tag.name] = Evaluation(
        tag: tag, run: run, seconds: try reader.real("seconds"))
    }
    func change(
      _ run: String, _ evaluation: EvaluationProtocol, _ body: (inout Evaluation) -> Void
    ) {
      let name = evaluation.maker.rawValue
      let empty = Evaluation(tag: .init(name: name, revision: 0), run: run)
      body(&all[run, default: [:]][name, default: empty])
    }
    for score in try scores(in: database, of: nil) {
      change(score.runId, score.evaluation) { $0.scores.append(score) }
    }
    for row in try database.query("SELECT run_id, protocol, images, correct FROM outcomes") {
      var reader = RowReader(row, table: "outcomes", path: path)
      let run = try reader.text("run_id")
      let evaluation: EvaluationProtocol = try reader.coded("protocol")
      let flags = try flags(&reader, path: path)
      change(run, evaluation) { $0.correct[evaluation] = flags }
    }
    return all
  }
}
