import Foundation

/// The tables of a study, and how a file is recognised and brought up to date.
enum Schema {
  /// Marks a file as Glean's ("GLEN"), as SQLite's `application_id`.
  static let applicationId = 0x474C_454E
  /// The format that this Glean writes, as SQLite's `user_version`.
  static let version = migrations.count

  /// Statement lists: entry i takes format i to i + 1. Entries are only ever added.
  static let migrations: [[String]] = [
    [
      """
      CREATE TABLE runs(
        id TEXT NOT NULL UNIQUE, dataset TEXT NOT NULL, method TEXT NOT NULL, family TEXT,
        backbone TEXT NOT NULL, pretrain_images INTEGER NOT NULL,
        labelled_images INTEGER NOT NULL, seed INTEGER NOT NULL,
        depends_on_pretraining_size INTEGER NOT NULL, config TEXT NOT NULL,
        status TEXT NOT NULL, started_at REAL NOT NULL, finished_at REAL, seconds REAL,
        steps INTEGER, images_seen INTEGER, images_per_second REAL, peak_memory_bytes INTEGER,
        glean_version TEXT NOT NULL, commit_hash TEXT NOT NULL, directory TEXT NOT NULL,
        message TEXT)
      """,
      """
      CREATE TABLE scores(
        run_id TEXT NOT NULL, protocol TEXT NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL,
        chosen TEXT NOT NULL, PRIMARY KEY(run_id, protocol, metric)) WITHOUT ROWID
      """,
      """
      CREATE TABLE outcomes(
        run_id TEXT NOT NULL, protocol TEXT NOT NULL, images INTEGER NOT NULL,
        correct BLOB NOT NULL, PRIMARY KEY(run_id, protocol)) WITHOUT ROWID
      """,
      "CREATE TABLE settings(key TEXT PRIMARY KEY NOT NULL, json TEXT NOT NULL) WITHOUT ROWID",
    ],
    ["ALTER TABLE runs ADD COLUMN features TEXT"],
    [
      "ALTER TABLE runs ADD COLUMN training TEXT NOT NULL DEFAULT ''",
      "ALTER TABLE scores ADD COLUMN low REAL",
      "ALTER TABLE scores ADD COLUMN high REAL",
      """
      CREATE TABLE evaluations(
        run_id TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, seconds REAL NOT NULL,
        PRIMARY KEY(run_id, name)) WITHOUT ROWID
      """,
    ],
  ]

  /// Checks that the file is Glean's or new, and brings it to ``version``. Another program's file
  /// is refused before anything is written to it.
  static func prepare(_ database: Database) throws(DatabaseError) {
    try recognise(database)
    if try database.query("PRAGMA quick_check(1)") != [[.text("ok")]] {
      throw .damaged(path: database.path, reason: "SQLite's integrity check failed")
    }
    try database.useWriteAheadLog()
    try database.transaction { () throws(DatabaseError) in
      // Again under the lock: another process may have made the tables meanwhile.
      let found = try recognise(database)
      guard found < version else { return }
      for statements in migrations[found...] {
        for statement in statements { try database.execute(statement) }
      }
      try database.execute("PRAGMA application_id = \(applicationId)")
      try database.execute("PRAGMA user_version = \(version)")
    }
  }

  /// The file's format, 0 if it is new.
  @discardableResult
  private static func recognise(_ database: Database) throws(DatabaseError) -> Int {
    let application = try integer("PRAGMA application_id", database)
    let format = try integer("PRAGMA user_version", database)
    if application == 0, format == 0,
      try integer("SELECT count(*) FROM sqlite_schema", database) == 0
    {
      return 0
    }
    guard application == applicationId else {
      throw .foreign(path: database.path, found: "another program's SQLite database")
    }
    guard format <= version else {
      throw .newer(path: database.path, found: format, known: version)
    }
    return format
  }

  private static func integer(_ sql: String, _ database: Database) throws(DatabaseError) -> Int {
    let rows = try database.query(sql)
    var reader = RowReader(rows.first ?? [], table: sql, path: database.path)
    return try reader.integer("value")
  }
}
