import CSQLite
import Foundation

/// A value as SQLite stores it.
package enum SQLValue: Equatable, Sendable {
  case null
  case integer(Int)
  case real(Double)
  case text(String)
  case blob([UInt8])

  init(_ value: Int?) { self = value.map(SQLValue.integer) ?? .null }
  init(_ value: Double?) { self = value.map(SQLValue.real) ?? .null }
  init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
}

/// One open SQLite file: statements are prepared once and kept, errors carry path and mend.
///
/// Not Sendable: whoever shares it guards it (``ResultStore`` holds it in a `Mutex`). Several
/// processes may have the same file open; a writer waits up to ``busySeconds`` for another.
package final class Database {
  package static let busySeconds = 30

  package let path: String
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]

  /// Opens `path`, making the file if there is none. Nothing is written to it yet.
  package init(path: String) throws(DatabaseError) {
    self.path = path
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
    let status = sqlite3_open_v2(path, &opened, flags, nil)
    guard status == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .cannotOpen(path: path, reason: reason)
    }
    handle = opened
    sqlite3_extended_result_codes(opened, 1)
    sqlite3_busy_timeout(opened, Int32(Self.busySeconds * 1000))
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Runs one statement for its effect.
  package func execute(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseError) {
    _ = try query(sql, values)
  }

  /// The number of rows that the last statement inserted, changed or deleted.
  package var changes: Int { Int(sqlite3_changes64(handle)) }

  /// Runs one statement and returns its rows.
  package func query(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseError) -> [[SQLValue]]
  {
    let statement = try prepare(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() {
      guard bind(value, to: statement, at: Int32(index + 1)) == SQLITE_OK else {
        throw failure(sql)
      }
    }
    var rows: [[SQLValue]] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        rows.append((0..<sqlite3_column_count(statement)).map { column($0, of: statement) })
      case SQLITE_DONE: return rows
      default: throw failure(sql)
      }
    }
  }

  /// Runs `body` in a write transaction: all of it is kept, or none.
  package func transaction<T>(_ body: () throws(DatabaseError) -> T) throws(DatabaseError) -> T {
    // Immediate: a deferred transaction that reads and then writes fails at once, without
    // waiting, when another process wrote in between.
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite may have rolled back already (disk full); then this statement fails, rightly.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// Turns on write-ahead logging, waiting for other processes that are opening the same file.
  func useWriteAheadLog() throws(DatabaseError) {
    let deadline = Date().addingTimeInterval(Double(Self.busySeconds))
    while true {
      do {
        return try execute("PRAGMA journal_mode = WAL")
      } catch .busy where Date() < deadline {
        // SQLite does not call its busy handler for a change of journal mode.
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  private func prepare(_ sql: String) throws(DatabaseError) -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    var prepared: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else {
      throw failure(sql)
    }
    statements[sql] = prepared
    return prepared
  }

  private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
    // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    return switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, Int64(number))
    case .real(let number): sqlite3_bind_double(statement, index, number)
    case .text(let text):
      sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), transient)
    case .blob(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(statement, index, 0)
    case .blob(let bytes):
      sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), transient)
    }
  }

  private func column(_ index: Int32, of statement: OpaquePointer) -> SQLValue {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, index)))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(statement, index) else { return .null }
      let bytes = UnsafeBufferPointer(
        start: text, count: Int(sqlite3_column_bytes(statement, index)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_blob(statement, index),
        count: Int(sqlite3_column_bytes(statement, index)))
      return .blob(Array(bytes))
    default: return .null
    }
  }

  private func failure(_ sql: String) -> DatabaseError {
    let reason = String(cString: sqlite3_errmsg(handle))
    return switch sqlite3_errcode(handle) & 0xff {
    case SQLITE_NOTADB: .foreign(path: path, found: "a file that is not an SQLite database")
    case SQLITE_CORRUPT: .damaged(path: path, reason: reason)
    case SQLITE_BUSY, SQLITE_LOCKED: .busy(path: path, seconds: Self.busySeconds)
    case SQLITE_FULL: .full(path: path, reason: reason)
    case SQLITE_READONLY, SQLITE_PERM: .readOnly(path: path, reason: reason)
    case SQLITE_CANTOPEN: .cannotOpen(path: path, reason: reason)
    default: .refused(path: path, reason: reason, sql: sql)
    }
  }
}
