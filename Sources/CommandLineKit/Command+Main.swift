import Foundation

extension Command {
  /// Parses the arguments (without the program's name) as this very command.
  ///
  /// Neither prints nor exits: a request for help or the version is thrown as
  /// ``ParseError/answered(_:)``.
  public static func parse(_ arguments: [String]) throws(ParseError) -> Self {
    let command = try Parser(root: Self.self).parse(arguments).command
    guard let command = command as? Self else {
      preconditionFailure("parse(_:) is for commands without subcommands; use parseAsRoot(_:)")
    }
    return command
  }

  /// Parses the arguments with this command as the program: the result is the subcommand they name.
  public static func parseAsRoot(_ arguments: [String]) throws(ParseError) -> any Command {
    try Parser(root: Self.self).parse(arguments).command
  }

  /// The text of `--help`, wrapped to `width` columns.
  public static func helpText(width: Int = 80) -> String {
    HelpText(path: CommandPath(root: Self.self)).render(width: width)
  }

  /// Runs this command as the program on the process's arguments, then exits.
  public static func main() {
    exit(execute(Array(CommandLine.arguments.dropFirst())))
  }

  /// Parses, runs and reports as the program does, without exiting.
  /// - Returns: the exit code: 0, 1 for a failure, 64 for misuse, or what an ``ExitCodeError`` says.
  public static func execute(
    _ arguments: [String],
    output: (String) -> Void = { StandardStream.output.write($0) },
    errors: (String) -> Void = { StandardStream.error.write($0) }
  ) -> Int32 {
    do {
      var parsed = try Parser(root: Self.self).parse(arguments)
      do {
        try parsed.command.run()
        return 0
      } catch {
        let code = (error as? any ExitCodeError)?.exitCode ?? ExitCode.failure
        if code == ExitCode.misuse, !(error is ParseError) {
          errors("\(parsed.path.misuse(describe(error)))\n")
        } else if code == ExitCode.interrupted {
          errors("\(describe(error))\n")
        } else {
          errors("error: \(describe(error))\n")
        }
        return code
      }
    } catch {
      switch error {
      case .answered(let text): output(text)
      case .misuse: errors("\(error)\n")
      }
      return error.exitCode
    }
  }
}
