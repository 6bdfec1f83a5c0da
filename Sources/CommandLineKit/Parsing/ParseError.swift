/// Why parsing ended without a command to run.
public enum ParseError: ExitCodeError, Equatable {
  /// The user asked for this text (help, version or completion script): print it and exit with 0.
  case answered(String)
  /// The command line is wrong.
  case misuse(Misuse)

  /// A wrong command line and what to type instead.
  public struct Misuse: Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, with a suggestion when one is near.
    public let message: String
    /// The line after `Usage:`.
    public let usage: String
    /// The command line that shows the help.
    public let helpCommand: String

    /// The lines for stderr.
    public var description: String {
      "error: \(message)\nUsage: \(usage)\n  See '\(helpCommand)' for more information."
    }
  }

  /// The text to print.
  public var description: String {
    switch self {
    case .answered(let text): text
    case .misuse(let misuse): misuse.description
    }
  }

  /// 0 for an answer, 64 for misuse.
  public var exitCode: Int32 {
    switch self {
    case .answered: 0
    case .misuse: ExitCode.misuse
    }
  }
}
