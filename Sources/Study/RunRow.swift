import Foundation
import Training

/// Reads the columns of one row in order, naming the column when it is not what was expected.
struct RowReader {
  private let row: [SQLValue]
  private let table: String
  private let path: String
  private var next = 0

  init(_ row: [SQLValue], table: String, path: String) {
    self.row = row
    self.table = table
    self.path = path
  }

  private mutating func value() -> SQLValue {
    defer { next += 1 }
    return next < row.count ? row[next] : .null
  }

  mutating func skip(_ columns: Int) { next += columns }

  private func wrong(_ column: String, _ found: SQLValue, _ expected: String) -> DatabaseError {
    .unexpectedValue(
      path: path, field: "\(table).\(column)", found: "\(found)", expected: expected)
  }

  mutating func text(_ column: String) throws(DatabaseError) -> String {
    let found = value()
    guard case .text(let text) = found else { throw wrong(column, found, "text") }
    return text
  }

  mutating func integer(_ column: String) throws(DatabaseError) -> Int {
    let found = value()
    guard case .integer(let number) = found else { throw wrong(column, found, "a whole number") }
    return number
  }

  mutating func real(_ column: String) throws(DatabaseError) -> Double {
    let found = value()
    guard case .real(let number) = found else { throw wrong(column, found, "a number") }
    return number
  }

  mutating func blob(_ column: String) throws(DatabaseError) -> [UInt8] {
    let found = value()
    guard case .blob(let bytes) = found else { throw wrong(column, found, "bytes") }
    return bytes
  }

  mutating func json<Value: Decodable>(_ column: String) throws(DatabaseError) -> Value {
    let raw = try text(column)
    guard let value = try? JSONDecoder().decode(Value.self, from: Data(raw.utf8)) else {
      throw wrong(column, .text(raw), "JSON of \(Value.self)")
    }
    return value
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ column: String
  ) throws(DatabaseError) -> Choice {
    let raw = try text(column)
    guard let choice = Choice(rawValue: raw) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw wrong(column, .text(raw), "one of \(known)")
    }
    return choice
  }

  /// A value that is written as text.
  mutating func coded<Value: RawRepresentable<String>>(
    _ column: String
  ) throws(DatabaseError) -> Value {
    let raw = try text(column)
    guard let value = Value(rawValue: raw) else {
      throw wrong(column, .text(raw), "a \(Value.self)")
    }
    return value
  }

  /// Two columns, both null or both numbers.
  mutating func interval() throws(DatabaseError) -> Interval? {
    func end(_ column: String, _ reader: inout RowReader) throws(DatabaseError) -> Double? {
      try reader.optional { (reader) throws(DatabaseError) in try reader.real(column) }
    }
    guard let low = try end("low", &self), let high = try end("high", &self) else { return nil }
    return Interval(lower: low, upper: high)
  }

  /// The next column, unless it is null.
  mutating func optional<T>(
    _ read: (inout RowReader) throws(DatabaseError) -> T
  ) throws(DatabaseError) -> T? {
    if next < row.count, row[next] == .null {
      next += 1
      return nil
    }
    return try read(&self)
  }
}

/// The table `runs` and the type ``RunRecord``, in the same order of columns.
enum RunRow {
  private static let columns = """
    id, dataset, method, family, backbone, pretrain_images, labelled_images, seed,
    depends_on_pretraining_size, config, status, started_at, finished_at, seconds, steps,
    images_seen, images_per_second, peak_memory_bytes, glean_version, commit_hash, directory,
    message, features, training
    """
  static let select = "SELECT \(columns) FROM runs"

  /// Inserts a run, or begins it again, unless it is finished.
  static let upsertUnlessFinished = """
    INSERT INTO runs(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
      ?, ?, ?, ?, ?)
    ON CONFLICT(id) DO UPDATE SET status = excluded.status, started_at = excluded.started_at,
      finished_at = NULL, message = NULL, features = NULL, glean_version = excluded.glean_version,
      commit_hash = excluded.commit_hash, directory = excluded.directory
    WHERE status <> 'finished'
    """

  /// Inserts a run in place of one of the same hash.
  static let replace = """
    INSERT OR REPLACE INTO runs(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
      ?, ?, ?, ?, ?, ?, ?, ?)
    """

  static func values(of run: RunRecord) -> [SQLValue] {
    let (key, cost) = (run.key, run.cost)
    return [
      .text(key.id), .text(key.dataset), .text(key.method), SQLValue(key.family),
      .text(key.backbone), .integer(key.pretrainImages), .integer(key.labelledImages),
      .integer(key.seed), .integer(key.dependsOnPretrainingSize ? 1 : 0), .text(key.config),
      .text(run.status.rawValue), .real(run.startedAt.timeIntervalSince1970),
      SQLValue(run.finishedAt?.timeIntervalSince1970), SQLValue(cost?.seconds),
      SQLValue(cost?.steps), SQLValue(cost?.imagesSeen), SQLValue(cost?.imagesPerSecond),
      SQLValue(cost?.peakMemoryBytes), .text(run.gleanVersion), .text(run.commit),
      .text(run.directory), SQLValue(run.message), SQLValue(health(run.features)),
      .text(key.training),
    ]
  }

  /// What features look like, as it is stored.
  static func health(_ features: FeatureHealth?) -> String? {
    features.flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) }
  }

  static func record(_ row: [SQLValue], path: String) throws(DatabaseError) -> RunRecord {
    var reader = RowReader(row, table: "runs", path: path)
    var key = RunKey(
      id: try reader.text("id"), dataset: try reader.text("dataset"),
      method: try reader.text("method"),
      family: try reader.optional { (reader) throws(DatabaseError) in try reader.text("family") },
      backbone: try reader.text("backbone"), pretrainImages: try reader.integer("pretrain_images"),
      labelledImages: try reader.integer("labelled_images"), seed: try reader.integer("seed"),
      dependsOnPretrainingSize: try reader.integer("depends_on_pretraining_size") != 0,
      config: try reader.text("config"))
    let status: RunStatus = try reader.choice("status")
    let startedAt = Date(timeIntervalSince1970: try reader.real("started_at"))
    let finishedAt = try reader.optional { (reader) throws(DatabaseError) in
      Date(timeIntervalSince1970: try reader.real("finished_at"))
    }
    var cost: RunCost?
    if status == .finished {
      cost = RunCost(
        seconds: try reader.real("seconds"), steps: try reader.integer("steps"),
        imagesSeen: try reader.integer("images_seen"),
        imagesPerSecond: try reader.real("images_per_second"),
        peakMemoryBytes: try reader.integer("peak_memory_bytes"))
    } else {
      reader.skip(5)
    }
    let version = try reader.text("glean_version")
    let commit = try reader.text("commit_hash")
    let directory = try reader.text("directory")
    let message = try reader.optional { (reader) throws(DatabaseError) in
      try reader.text("message")
    }
    let features: FeatureHealth? = try reader.optional { (reader) throws(DatabaseError) in
      try reader.json("features")
    }
    key.training = try reader.text("training")
    return RunRecord(
      key: key, status: status, startedAt: startedAt, finishedAt: finishedAt, cost: cost,
      gleanVersion: version, commit: commit, directory: directory, message: message,
      features: features)
  }
}
