/// What is wrong with a word, as a sentence for the user.
struct WordError: Error {
  let message: String
}

/// Hands the words of a command line to the declarations they belong to.
struct WordReader {
  private let declarations: [Declaration]
  private var words: ArraySlice<String>
  private var places: ArraySlice<Declaration>

  init(declarations: [Declaration], words: ArraySlice<String>) {
    self.declarations = declarations
    self.words = words
    places = declarations.filter { $0.kind == .argument }[...]
  }

  mutating func readAll() throws(WordError) {
    var onlyArguments = false
    while let word = words.popFirst() {
      if onlyArguments || !looksLikeOption(word) {
        try readArgument(word)
      } else if word == "--" {
        onlyArguments = true
      } else if word.hasPrefix("--") {
        try readLong(word)
      } else {
        try readShort(word)
      }
    }
  }

  func checkRequired() throws(WordError) {
    for declaration in declarations where declaration.isRequired && !declaration.isGiven() {
      let what = declaration.kind == .argument ? "argument" : "option"
      throw WordError(
        message: "Missing \(what) '\(declaration.spelling)': \(declaration.help)")
    }
  }

  private mutating func readArgument(_ word: String) throws(WordError) {
    guard let place = places.first else {
      throw WordError(message: "Unexpected argument '\(word)'.")
    }
    if !place.isRepeating { places.removeFirst() }
    try accept(word, by: place)
  }

  private mutating func readLong(_ word: String) throws(WordError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count == 2 ? String(parts[1]) : nil
    guard let declaration = declarations.first(where: { $0.longNames.contains(name) }) else {
      let known = declarations.flatMap(\.longNames) + ["--help"]
      let hint = didYouMean(name, among: known).map { ". \($0)" } ?? "."
      throw WordError(message: "Unknown option '\(name)'\(hint)")
    }
    if declaration.kind == .flag {
      if let attached {
        throw WordError(message: "The flag '\(name)' takes no value, found '\(attached)'.")
      }
      try accept(name == "--\(declaration.name)" ? "true" : "false", by: declaration)
    } else {
      let value = if let attached { attached } else { try nextValue(for: declaration) }
      try accept(value, by: declaration)
    }
  }

  /// `-q`, `-qv`, `-e 5`, `-e5`, `-e=5`.
  private mutating func readShort(_ word: String) throws(WordError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let declaration = declarations.first(where: { $0.short == letter }) else {
        let hint = didYouMean("-\(word)", among: declarations.flatMap(\.longNames))
        throw WordError(message: "Unknown option '-\(letter)'\(hint.map { ". \($0)" } ?? ".")")
      }
      if declaration.kind == .flag {
        try accept("true", by: declaration)
        continue
      }
      if letters.isEmpty {
        try accept(try nextValue(for: declaration), by: declaration)
      } else {
        try accept(String(letters.first == "=" ? letters.dropFirst() : letters), by: declaration)
      }
      return
    }
  }

  private mutating func nextValue(for declaration: Declaration) throws(WordError) -> String {
    guard let next = words.first, !looksLikeOption(next) else {
      throw WordError(
        message: "Missing value for '\(declaration.spelling)'\(found(words.first)).")
    }
    words.removeFirst()
    return next
  }

  private func found(_ word: String?) -> String {
    word.map { ": found the option '\($0)' (use '=' for a value that begins with a dash)" } ?? ""
  }

  private func accept(_ word: String, by declaration: Declaration) throws(WordError) {
    do throws(InvalidValue) {
      try declaration.accept(word)
    } catch {
      let hint = didYouMean(error.word, among: error.candidates).map { " \($0)" } ?? ""
      throw WordError(
        message: "The value '\(error.word)' is invalid for '\(declaration.spelling)': "
          + "expected \(error.expectation).\(hint)")
    }
  }

  /// Dashes begin an option, except a lone dash and negative numbers.
  private func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }
}
