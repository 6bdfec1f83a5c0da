/// One `case` on the words of the path, and one on the option before the cursor.
func bashCompletions(_ root: CompletionNode) -> String {
  let nodes = root.all
  let paths = nodes.filter { !$0.children.isEmpty }.flatMap { node in
    node.children.map { "      '\(node.path.name) \($0.name)') path=\"$path $word\" ;;" }
  }
  return """
    # bash completion for \(root.name)
    \(root.functionName)() {
      local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
      local path='\(root.name)' word
      # bash makes '=' a word of its own.
      if [[ "$current" == '=' ]]; then
        current=''
      elif [[ "$previous" == '=' ]]; then
        previous="${COMP_WORDS[COMP_CWORD-2]}"
      fi
      COMPREPLY=()
      for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$path $word" in
    \(paths.joined(separator: "\n"))
        esac
      done
      case "$path" in
    \(nodes.map(bashCase).joined(separator: "\n"))
      esac
    }
    complete -o filenames -o bashdefault -F \(root.functionName) \(root.name)

    """
}

private func bashCase(_ node: CompletionNode) -> String {
  let words =
    node.children.map(\.name) + node.options.flatMap(\.longNames)
    + node.options.compactMap(\.short).map { "-\($0)" } + ["--help"]
  let values = node.options.filter { $0.kind == .option }.map { option in
    let names = ["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? [])
    return "        \(names.joined(separator: "|"))) \(bashReply(option.completion)); return ;;"
  }
  let choose =
    values.isEmpty ? [] : ["      case \"$previous\" in"] + values + ["      esac"]
  let places = node.arguments.map(\.completion).first { $0 != .none }
  let otherwise = places.map { ["      \(bashReply($0))"] } ?? []
  let offer = "\(bashReply(.words(words)))"
  let names =
    node.children.isEmpty
    ? ["      if [[ \"$current\" == -* ]]; then \(offer); return; fi"] : ["      \(offer)"]
  return (["    '\(node.path.name)')"] + choose + names + otherwise + ["      ;;"])
    .joined(separator: "\n")
}

private func bashReply(_ completion: Completion) -> String {
  let generate =
    switch completion {
    case .none: ""
    case .file: "compgen -f -- \"$current\""
    case .folder: "compgen -d -- \"$current\""
    case .words(let words): "compgen -W '\(words.joined(separator: " "))' -- \"$current\""
    }
  return generate.isEmpty ? "COMPREPLY=()" : "mapfile -t COMPREPLY < <(\(generate))"
}
