/// One function a command, each a call of `_arguments`.
func zshCompletions(_ root: CompletionNode) -> String {
  """
  #compdef \(root.name)
  # zsh completion for \(root.name)
  \(root.all.map(zshFunction).joined(separator: "\n"))
  if [[ "$funcstack[1]" == "\(root.functionName)" ]]; then
    \(root.functionName) "$@"
  else
    compdef \(root.functionName) \(root.name)
  fi

  """
}

private func zshFunction(_ node: CompletionNode) -> String {
  let specifications =
    node.options.flatMap(zshOption) + ["'(-h --help)'{-h,--help}'[Show this help.]'"]
    + node.arguments.map { argument in
      let place = argument.isRepeating ? "*" : ""
      return "'\(place):\(zshText(argument.valueName)):\(zshAction(argument.completion))'"
    }
  if node.children.isEmpty {
    return """
      \(node.functionName)() {
        _arguments -s -S \\
          \(specifications.joined(separator: " \\\n    "))
      }
      """
  }
  let names = node.children.map { "'\($0.name):\(zshText($0.abstract))'" }
  let cases = node.children.map { "        \($0.name)) \($0.functionName) ;;" }
  return """
    \(node.functionName)() {
      local state line
      local -a subcommands=(
        \(names.joined(separator: "\n    "))
      )
      _arguments -C \\
        '(-h --help)'{-h,--help}'[Show this help.]' \\
        '1: :->command' '*:: :->rest'
      case "$state" in
        command) _describe -t commands 'subcommand' subcommands ;;
        rest)
          case "$line[1]" in
    \(cases.joined(separator: "\n"))
          esac
          ;;
      esac
    }
    """
}

private func zshOption(_ option: Declaration) -> [String] {
  let value =
    option.kind == .flag
    ? "" : ":\(zshText(option.valueName)):\(zshAction(option.completion))"
  let suffix = "[\(zshText(option.help))]\(value)"
  let repeated = option.isRepeating ? "*" : ""
  let equals = option.kind == .option ? "=" : ""
  return option.longNames.map { "'\(repeated)\($0)\(equals)\(suffix)'" }
    + (option.short.map { ["'\(repeated)-\($0)\(suffix)'"] } ?? [])
}

private func zshAction(_ completion: Completion) -> String {
  switch completion {
  case .none: " "
  case .file: "_files"
  case .folder: "_files -/"
  case .words(let words): "(\(words.joined(separator: " ")))"
  }
}

/// Escapes for a single-quoted `_arguments` specification.
private func zshText(_ text: String) -> String {
  text.map { character in
    switch character {
    case "'": "'\\''"
    case "[", "]", ":", "\\": "\\\(character)"
    case "\n": " "
    default: String(character)
    }
  }.joined()
}
