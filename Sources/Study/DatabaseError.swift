import Foundation

/// What can go wrong between Glean and a study's database; each message names the file, what was
/// found and what to do.
public enum DatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or made at all.
  case cannotOpen(path: String, reason: String)
  /// The file is something else: text, an image, or another program's SQLite database.
  case foreign(path: String, found: String)
  /// The file was a Glean database and is damaged.
  case damaged(path: String, reason: String)
  /// The file was written by a later Glean: its format number, and the highest known here.
  case newer(path: String, found: Int, known: Int)
  /// Another process held the database for longer than the busy timeout.
  case busy(path: String, seconds: Int)
  /// The disk is full.
  case full(path: String, reason: String)
  /// The file or its folder may not be written.
  case readOnly(path: String, reason: String)
  /// A run was to be finished that was never begun.
  case unknownRun(path: String, id: String)
  /// A stored value is not what the format says.
  case unexpectedValue(path: String, field: String, found: String, expected: String)
  /// A run that is to be joined has other figures here.
  case conflict(path: String, run: String, difference: String)
  /// Any other refusal by SQLite.
  case refused(path: String, reason: String, sql: String)

  /// The message for the user.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "\(path): cannot open or make the study database (\(reason)). "
        + "Check that the folder exists and that you may write to it, or name another folder."
    case .foreign(let path, let found):
      "\(path): expected a Glean study database, found \(found). "
        + "The file was left as it is; move it away or name another output folder."
    case .damaged(let path, let reason):
      "\(path): the study database is damaged (\(reason)). Move it away and run again, or save "
        + "what can be read with: sqlite3 '\(path)' .recover | sqlite3 recovered.sqlite"
    case .newer(let path, let found, let known):
      "\(path): written by a newer Glean (format \(found), this one knows up to \(known)). "
        + "Update Glean, or name another output folder."
    case .busy(let path, let seconds):
      "\(path): another process kept the study database locked for \(seconds) s. "
        + "See who has it open (fuser '\(path)'), then run again: finished runs are kept."
    case .full(let path, let reason):
      "\(path): \(reason). Free some disk space and run again: finished runs are kept."
    case .readOnly(let path, let reason):
      "\(path): \(reason). Make the file and its folder writable, or copy the folder to a place "
        + "where you may write."
    case .unknownRun(let path, let id):
      "\(path): run \(id) was to be finished, but was never begun in this database. "
        + "Was the file replaced while the study ran? Run the study again."
    case .unexpectedValue(let path, let field, let found, let expected):
      "\(path): \(field) holds \(found), expected \(expected). The database was changed by "
        + "another program; restore it from a copy, or move it away and run again."
    case .conflict(let path, let run, let difference):
      "\(path): run \(run): \(difference), though both stand for the same run. Nothing of that "
        + "source was taken over. Such differences come of other machines or releases of libtorch: "
        + "keep one of the two studies, or leave the run out of one of them."
    case .refused(let path, let reason, let sql):
      "\(path): SQLite refused (\(reason)) at: \(sql). Run again; if it happens again, move the "
        + "file away and report this message."
    }
  }
}
