/// A struct whose `@Option`, `@Flag`, `@Argument` and `@OptionGroup` properties can be read from a
/// command line.
///
/// The struct is the manual: a property's name is the option's name in kebab-case, its initial
/// value is the default shown in the help, its help text is the line beside it.
public protocol ParsableArguments: SendableMetatype {
  /// Makes an instance whose properties hold their defaults.
  init()

  /// Checks what single values cannot show, such as two options that exclude each other.
  ///
  /// What it throws is reported as misuse: message, usage, exit code 64.
  mutating func validate() throws
}

extension ParsableArguments {
  /// Accepts everything that parsed.
  public mutating func validate() throws {}
}

/// A program, or one of its subcommands.
public protocol Command: ParsableArguments {
  /// The command's name, its place in the tree and its part of the manual.
  static var configuration: CommandConfiguration { get }

  /// Does the work.
  ///
  /// A thrown error ends the program with `error: <message>` on stderr and exit code 1, or the code
  /// that an ``ExitCodeError`` carries.
  mutating func run() throws
}

/// A command that only holds subcommands; called without one, it shows its help.
public protocol CommandGroup: Command {}

extension CommandGroup {
  /// Does nothing: the parser answers with the help before it would run a group.
  public mutating func run() throws {}
}

/// What a command says about itself.
public struct CommandConfiguration: Sendable {
  /// The word to type.
  public var name: String
  /// One sentence for the help and for the parent's list.
  public var abstract: String
  /// Paragraphs below the abstract; empty for none. Lines that begin with a space stay as they are.
  public var discussion: String
  /// The answer to `--version`; only the root's counts.
  public var version: String?
  /// Command lines worth copying, each with what it does.
  public var examples: [(command: String, purpose: String)]
  /// The commands below this one, in the order of the help.
  public var subcommands: [any Command.Type]

  /// Describes a command. `examples` has no default, since every command must show one.
  public init(
    name: String, abstract: String, discussion: String = "", version: String? = nil,
    examples: [(command: String, purpose: String)], subcommands: [any Command.Type] = []
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.examples = examples
    self.subcommands = subcommands
  }
}
