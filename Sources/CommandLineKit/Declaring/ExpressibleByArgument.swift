public import Foundation

/// A value that one word of the command line can spell.
public protocol ExpressibleByArgument: SendableMetatype {
  /// Reads the word, or is nil when it does not spell a value.
  init?(argument: String)

  /// The value as it would be typed; shown as the default in the help.
  var argumentText: String { get }

  /// What a valid word looks like, after "expected": `a whole number`.
  static var expectation: String { get }

  /// Every valid word when there are few, otherwise empty. Listed in help, errors and completions.
  static var allArgumentTexts: [String] { get }

  /// What a shell offers for the value.
  static var completion: Completion { get }
}

/// What a shell offers after an option or in an argument's place.
public enum Completion: Equatable, Sendable {
  /// Nothing.
  case none
  /// File names.
  case file
  /// Folder names.
  case folder
  /// These words.
  case words([String])
}

extension ExpressibleByArgument {
  /// The value as Swift prints it.
  public var argumentText: String { String(describing: self) }
  /// "another value", or the list of words when there is one.
  public static var expectation: String {
    let words = allArgumentTexts
    return words.isEmpty ? "another value" : "one of \(words.joined(separator: ", "))"
  }
  /// None: the words are not a short list.
  public static var allArgumentTexts: [String] { [] }
  /// The list of words when there is one.
  public static var completion: Completion {
    allArgumentTexts.isEmpty ? .none : .words(allArgumentTexts)
  }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue: ExpressibleByArgument {
  /// Reads the raw value.
  public init?(argument: String) {
    guard let raw = RawValue(argument: argument) else { return nil }
    self.init(rawValue: raw)
  }
  /// The raw value's text.
  public var argumentText: String { rawValue.argumentText }
}

extension ExpressibleByArgument
where Self: RawRepresentable & CaseIterable, RawValue: ExpressibleByArgument {
  /// The raw values of all cases.
  public static var allArgumentTexts: [String] { allCases.map(\.argumentText) }
}

extension String: ExpressibleByArgument {
  /// Takes the word as it is.
  public init?(argument: String) { self = argument }
}

extension Int: ExpressibleByArgument {
  /// Reads a whole number; `10_000` and `10000` are the same.
  public init?(argument: String) {
    self.init(argument.filter { $0 != "_" })
  }
  /// A whole number.
  public static var expectation: String { "a whole number" }
}

extension UInt64: ExpressibleByArgument {
  /// Reads a whole number that is not negative.
  public init?(argument: String) {
    self.init(argument.filter { $0 != "_" })
  }
  /// A whole number from 0.
  public static var expectation: String { "a whole number, not negative" }
}

extension Double: ExpressibleByArgument {
  /// Reads a finite decimal number such as `0.06` or `3e-4`.
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  /// A number.
  public static var expectation: String { "a number" }
}

extension Bool: ExpressibleByArgument {
  /// Reads `true`, `yes`, `on` or `1`, and `false`, `no`, `off` or `0`.
  public init?(argument: String) {
    switch argument.lowercased() {
    case "true", "yes", "on", "1": self = true
    case "false", "no", "off", "0": self = false
    default: return nil
    }
  }
  /// `true` and `false`.
  public static var allArgumentTexts: [String] { ["true", "false"] }
}

extension URL: ExpressibleByArgument {
  /// Reads a path of the file system, relative to the working folder; `~` is the home folder.
  public init?(argument: String) {
    if argument.isEmpty { return nil }
    self.init(fileURLWithPath: NSString(string: argument).expandingTildeInPath)
  }
  /// The path, relative when it was given so.
  public var argumentText: String { relativePath }
  /// A path.
  public static var expectation: String { "a path" }
  /// File names.
  public static var completion: Completion { .file }
}
