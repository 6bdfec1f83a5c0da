/// The way from the program to one of its commands: `glean` › `data` › `describe`.
struct CommandPath {
  private(set) var commands: [any Command.Type]

  init(root: any Command.Type) {
    commands = [root]
  }

  var root: any Command.Type { commands[0] }
  var command: any Command.Type { commands[commands.count - 1] }
  var configuration: CommandConfiguration { command.configuration }
  var subcommands: [any Command.Type] { configuration.subcommands }

  /// The words to type: `glean data describe`.
  var name: String { commands.map { $0.configuration.name }.joined(separator: " ") }

  func appending(_ command: any Command.Type) -> CommandPath {
    var path = self
    path.commands.append(command)
    return path
  }

  /// The path of the subcommand called `word`.
  func descending(to word: String) throws(ParseError) -> CommandPath {
    if let next = subcommands.first(where: { $0.configuration.name == word }) {
      return appending(next)
    }
    let names = subcommands.map { $0.configuration.name }
    let hint =
      didYouMean(word, among: names)
      ?? "Subcommands are \(names.joined(separator: ", "))."
    throw .misuse(misuse("Unknown subcommand '\(word)'. \(hint)"))
  }

  func misuse(_ message: String) -> ParseError.Misuse {
    .init(
      message: message, usage: HelpText(path: self).usage, helpCommand: "\(name) --help")
  }
}
