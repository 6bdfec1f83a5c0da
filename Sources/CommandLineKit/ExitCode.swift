import Foundation

/// The exit codes of the program.
public enum ExitCode {
  /// The work failed.
  public static let failure: Int32 = 1
  /// The command line was wrong (`EX_USAGE`).
  public static let misuse: Int32 = 64
  /// Ctrl-C, once the work is safe.
  public static let interrupted: Int32 = 130
}

/// An error that chooses the exit code; any other error exits with 1.
public protocol ExitCodeError: Error, CustomStringConvertible {
  /// The process's exit code. With 64 the usage is printed too.
  var exitCode: Int32 { get }
}

/// A wrong command line that shows only after parsing, such as a folder that does not exist.
public struct UsageError: ExitCodeError, Equatable {
  /// What was found, what was expected and what to type.
  public let description: String
  /// 64.
  public var exitCode: Int32 { ExitCode.misuse }

  /// Makes the error from its message.
  public init(_ message: String) {
    description = message
  }
}

/// The sentence to print for an error: its own description where it has one.
public func describe(_ error: any Error) -> String {
  if let text = (error as? any LocalizedError)?.errorDescription { return text }
  // Foundation's own errors describe themselves as a dump; their localised text is a sentence,
  // which on Linux leaves out the file.
  if let error = error as? CocoaError {
    let path = error.filePath ?? error.url?.path
    return (path.map { "\($0): " } ?? "") + error.localizedDescription
  }
  return error is POSIXError ? error.localizedDescription : String(describing: error)
}
