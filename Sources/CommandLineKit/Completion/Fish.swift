/// One `complete` line for each subcommand, option and argument.
func fishCompletions(_ root: CompletionNode) -> String {
  let program = root.name
  var lines = [
    "# fish completion for \(program)",
    "function \(root.functionName)_at",
    "  # Whether the words before the cursor, without options, begin with the given path.",
    "  set -l words (commandline -opc | string match -v -- '-*')",
    "  set -l last (math (count $argv) + 1)",
    "  test (count $words) -ge $last; and test \"$words[2..$last]\" = \"$argv\"",
    "end",
    "complete -c \(program) -f",
  ]
  for node in root.all {
    lines += fishLines(node, root: root)
  }
  return lines.joined(separator: "\n") + "\n"
}

private func fishLines(_ node: CompletionNode, root: CompletionNode) -> [String] {
  let path = node.path.commands.dropFirst().map { $0.configuration.name }
  let at = path.isEmpty ? "true" : ([root.functionName + "_at"] + path).joined(separator: " ")
  let subcommands = node.children.map(\.name).joined(separator: " ")
  let below = "not __fish_seen_subcommand_from \(subcommands)"
  let condition = node.children.isEmpty ? at : path.isEmpty ? below : "\(at); and \(below)"
  let begin = "complete -c \(root.name) -n '\(condition)'"
  return node.children.map { "\(begin) -a \($0.name) -d \(fishText($0.abstract))" }
    + node.options.flatMap { option in
      option.longNames.enumerated().map { i, name in
        let short = i == 0 ? option.short.map { " -s \($0)" } ?? "" : ""
        let value = option.kind == .option ? " -x\(fishAction(option.completion))" : ""
        return "\(begin) -l \(name.dropFirst(2))\(short)\(value) -d \(fishText(option.help))"
      }
    }
    + node.arguments.filter { $0.completion != .none }.map { argument in
      "\(begin)\(fishAction(argument.completion)) -d \(fishText(argument.help))"
    }
    + ["\(begin) -s h -l help -d 'Show this help.'"]
}

private func fishAction(_ completion: Completion) -> String {
  switch completion {
  case .none: ""
  case .file: " -F"
  case .folder: " -a '(__fish_complete_directories)'"
  case .words(let words): " -a '\(words.joined(separator: " "))'"
  }
}

private func fishText(_ text: String) -> String {
  let escaped = text.map { character in
    switch character {
    case "'", "\\": "\\\(character)"
    case "\n": " "
    default: String(character)
    }
  }.joined()
  return "'\(escaped)'"
}
