/// The manual page of one command, made from its declarations.
struct HelpText {
  let path: CommandPath
  private let declarations: [Declaration]

  /// Where descriptions begin, as in most Unix help.
  private static let column = 26
  /// With more optional options than this, the usage says `[<options>]`.
  private static let usageLimit = 6

  init(path: CommandPath) {
    self.path = path
    declarations = path.subcommands.isEmpty ? Self.declarations(of: path.command) : []
  }

  static func declarations(of command: any Command.Type) -> [Declaration] {
    CommandLineKit.declarations(of: command.init())
  }

  func renderForTerminal() -> String {
    render(width: StandardStream.output.width ?? 80)
  }

  func render(width: Int) -> String {
    // Very narrow windows would leave a word a line, very wide ones lines that nobody can follow.
    let width = min(max(width, 40), 120)
    let configuration = path.configuration
    var parts = [wrap("OVERVIEW: \(configuration.abstract)", width: width)]
    if !configuration.discussion.isEmpty {
      parts.append(wrap(configuration.discussion, width: width))
    }
    parts.append(wrap("USAGE: \(usage)", width: width, indent: 7, indentFirst: false))
    parts += sections.map { title, lines in
      ([title + ":"] + lines.map { entry($0.label, $0.text, width: width) })
        .joined(separator: "\n")
    }
    if !configuration.examples.isEmpty { parts.append(examples(width: width)) }
    if !path.subcommands.isEmpty {
      parts.append("  See '\(path.name) <subcommand> --help' for one of them.")
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The command line in outline.
  var usage: String {
    if !path.subcommands.isEmpty { return "\(path.name) <subcommand>" }
    let options = declarations.filter { $0.kind != .argument }
    let required = options.filter(\.isRequired).map(\.spelling)
    let optional = options.filter { !$0.isRequired }.map { declaration in
      "[\(declaration.spelling)\(declaration.inverse.map { " | --\($0)" } ?? "")]"
    }
    let arguments = declarations.filter { $0.kind == .argument }.map { declaration in
      let word = declaration.spelling + (declaration.isRepeating ? " ..." : "")
      return declaration.isRequired ? word : "[\(word)]"
    }
    let collapsed = optional.count > Self.usageLimit ? ["[<options>]"] : optional
    return ([path.name] + arguments + required + collapsed).joined(separator: " ")
  }

  private var sections: [(String, [(label: String, text: String)])] {
    let arguments = declarations.filter { $0.kind == .argument }
    let options = declarations.filter { $0.kind != .argument }
    var titles: [String] = []
    for title in options.compactMap(\.section) where !titles.contains(title) {
      titles.append(title)
    }
    var common = options.filter { $0.section == nil }.map(line)
    if path.commands.count == 1, path.configuration.version != nil {
      common.append(("--version", "Show the version."))
    }
    common.append(("-h, --help", "Show this help."))
    return [
      ("SUBCOMMANDS", path.subcommands.map { ($0.configuration.name, $0.configuration.abstract) }),
      ("ARGUMENTS", arguments.map(line)), ("OPTIONS", common),
    ].filter { !$0.1.isEmpty }
      + titles.map { title in
        (title.uppercased(), options.filter { $0.section == title }.map(line))
      }
  }

  private func line(_ declaration: Declaration) -> (label: String, text: String) {
    var label = declaration.short.map { "-\($0), " } ?? ""
    label += declaration.inverse.map { "--\(declaration.name)/--\($0)" } ?? declaration.spelling
    let notes = [
      declaration.values.isEmpty ? nil : "values: \(declaration.values.joined(separator: ", "))",
      declaration.defaultText.map { "default: \($0)" },
      declaration.isRequired && declaration.kind == .option ? "required" : nil,
    ].compactMap(\.self)
    return (label, declaration.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"))
  }

  private func entry(_ label: String, _ text: String, width: Int) -> String {
    let column = width < 60 ? 6 : Self.column
    let description = wrap(text, width: width, indent: column)
    let label = "  \(label)"
    guard displayWidth(label) + 2 <= column else { return "\(label)\n\(description)" }
    return padded(label, to: column) + description.dropFirst(column)
  }

  private func examples(width: Int) -> String {
    (["EXAMPLES:"]
      + path.configuration.examples.map { example in
        "  $ \(example.command)\n" + wrap(example.purpose, width: width, indent: 6)
      }).joined(separator: "\n")
  }
}
