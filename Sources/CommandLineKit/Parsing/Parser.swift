/// Turns the words of a command line into a command.
struct Parser {
  let root: any Command.Type

  init(root: any Command.Type) {
    self.root = root
  }

  func parse(
    _ arguments: [String]
  ) throws(ParseError) -> (command: any Command, path: CommandPath) {
    var path = CommandPath(root: root)
    var words = arguments[...]
    try answerCompletionScript(words)
    if !path.subcommands.isEmpty, words.first == "help" {
      for word in words.dropFirst() where !word.hasPrefix("-") {
        path = try path.descending(to: word)
      }
      throw .answered(HelpText(path: path).renderForTerminal())
    }
    while !path.subcommands.isEmpty {
      guard let word = words.popFirst(), !["--help", "-h"].contains(word) else {
        throw .answered(HelpText(path: path).renderForTerminal())
      }
      if word == "--version" { try answerVersion() }
      if word.hasPrefix("-") {
        let known = ["--help"] + (root.configuration.version == nil ? [] : ["--version"])
        let hint = didYouMean(word, among: known).map { " \($0)" } ?? ""
        throw .misuse(
          path.misuse("Unknown option '\(word)'; a subcommand must come first.\(hint)"))
      }
      path = try path.descending(to: word)
    }
    return (try parseLeaf(path, words), path)
  }

  private func parseLeaf(
    _ path: CommandPath, _ words: ArraySlice<String>
  ) throws(ParseError) -> any Command {
    let command = path.command.init()
    let declared = declarations(of: command)
    let named = declared.flatMap(\.longNames)
    let options = words.prefix { $0 != "--" }
    if options.contains("--help")
      || (options.contains("-h") && !declared.contains { $0.short == "h" })
    {
      throw .answered(HelpText(path: path).renderForTerminal())
    }
    if options.contains("--version"), !named.contains("--version") { try answerVersion() }

    var reader = WordReader(declarations: declared, words: words)
    do throws(WordError) {
      try reader.readAll()
      try reader.checkRequired()
    } catch {
      throw .misuse(path.misuse(error.message))
    }
    do {
      try validate(command)
    } catch {
      throw .misuse(path.misuse(describe(error)))
    }
    return command
  }

  private func answerVersion() throws(ParseError) {
    guard let version = root.configuration.version else { return }
    throw .answered("\(version)\n")
  }

  private func answerCompletionScript(_ words: ArraySlice<String>) throws(ParseError) {
    let option = "--generate-completion-script"
    guard let first = words.first, first == option || first.hasPrefix("\(option)=") else { return }
    let name = first == option ? words.dropFirst().first : String(first.dropFirst(option.count + 1))
    guard let name, let shell = Shell(rawValue: name) else {
      let shells = Shell.allCases.map(\.rawValue).joined(separator: ", ")
      throw .misuse(
        CommandPath(root: root).misuse(
          "'\(option)' needs the name of a shell: \(shells). Found '\(name ?? "")'."))
    }
    throw .answered(completionScript(for: root, shell: shell))
  }
}
