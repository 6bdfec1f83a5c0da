/// One option, flag or argument as parser, help and completions see it.
struct Declaration {
  enum Kind { case option, flag, argument }

  let kind: Kind
  /// The long name, or the placeholder of an argument.
  let name: String
  let short: Character?
  let valueName: String
  let help: String
  let completion: Completion
  let isRequired: Bool
  let isRepeating: Bool
  var values: [String]
  var defaultText: String?
  var inverse: String?
  var section: String?
  /// Stores one word; throws when it does not spell a value.
  let accept: (String) throws(InvalidValue) -> Void
  let isGiven: () -> Bool

  /// How it is called in messages: `--epochs <epochs>`, `--quiet`, `<images>`.
  var spelling: String {
    switch kind {
    case .option: "--\(name) <\(valueName)>"
    case .flag: "--\(name)"
    case .argument: "<\(valueName)>"
    }
  }

  /// Every long name, with dashes.
  var longNames: [String] {
    kind == .argument ? [] : ["--\(name)"] + (inverse.map { ["--\($0)"] } ?? [])
  }
}

/// A word that does not spell a value of the expected type.
struct InvalidValue: Error {
  let word: String
  let expectation: String
  let candidates: [String]
}

/// A property wrapper that the reflection of a command finds.
protocol Declared {
  func declarations(label: String) -> [Declaration]
  func validate() throws
}

extension Declared {
  func validate() throws {}
}

/// What an instance's wrapped properties declare, in order of declaration.
///
/// The declarations share their cells with `instance`, so accepting a word changes it.
func declarations(of instance: any ParsableArguments) -> [Declaration] {
  Mirror(reflecting: instance).children.flatMap { child -> [Declaration] in
    guard let wrapper = child.value as? any Declared else { return [] }
    // The storage of `@Option var epochs` is called `_epochs`.
    return wrapper.declarations(label: String((child.label ?? "").drop { $0 == "_" }))
  }
}

/// Runs the checks of the groups within, then the instance's own.
func validate(_ instance: any ParsableArguments) throws {
  for child in Mirror(reflecting: instance).children {
    try (child.value as? any Declared)?.validate()
  }
  var instance = instance
  try instance.validate()
}

/// `learningRate` → `learning-rate`, `useURL` → `use-url`.
func kebabCase(_ name: String) -> String {
  let letters = Array(name)
  var result = ""
  for (i, letter) in letters.enumerated() {
    let begins =
      i > 0 && letter.isUppercase
      && (!letters[i - 1].isUppercase || (i + 1 < letters.count && letters[i + 1].isLowercase))
    if begins { result += "-" }
    result += letter.lowercased()
  }
  return result
}
