/// A shell for which completions can be made.
enum Shell: String, CaseIterable {
  case bash, zsh, fish
}

/// What a completion script needs to know of a command and of those below it.
struct CompletionNode {
  let path: CommandPath
  let options: [Declaration]
  let arguments: [Declaration]
  let children: [CompletionNode]

  init(_ path: CommandPath) {
    let declared = path.subcommands.isEmpty ? HelpText.declarations(of: path.command) : []
    self.path = path
    options = declared.filter { $0.kind != .argument }
    arguments = declared.filter { $0.kind == .argument }
    children = path.subcommands.map { CompletionNode(path.appending($0)) }
  }

  var name: String { path.configuration.name }
  var abstract: String { path.configuration.abstract }
  /// The node and all below it.
  var all: [CompletionNode] { [self] + children.flatMap(\.all) }
  /// A name for a shell function.
  var functionName: String {
    "_" + path.name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
  }
}

/// The text that makes `shell` complete the program's command lines.
func completionScript(for root: any Command.Type, shell: Shell) -> String {
  let node = CompletionNode(CommandPath(root: root))
  switch shell {
  case .bash: return bashCompletions(node)
  case .zsh: return zshCompletions(node)
  case .fish: return fishCompletions(node)
  }
}
