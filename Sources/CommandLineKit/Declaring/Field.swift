/// The storage behind a property wrapper: what was declared, and the cell with the value.
///
/// Reflection only hands out copies of a command's properties. They share the cell, which is how
/// the parser writes into the instance; a setter copies the cell first, so structs stay values.
struct Field<Value> {
  struct Labels {
    var name: String?
    var short: Character?
    var valueName: String?
    var help: String
    var completion: Completion?
  }

  final class Cell {
    var value: Value?
    var isGiven = false

    init(_ value: Value?) { self.value = value }
  }

  let labels: Labels
  let reader: Reader<Value>
  private var cell: Cell

  init(_ labels: Labels, reader: Reader<Value>, initial: Value?) {
    self.labels = labels
    self.reader = reader
    cell = Cell(initial)
  }

  var value: Value {
    get {
      guard let value = cell.value else {
        preconditionFailure("a required value was read before parsing: \(labels.help)")
      }
      return value
    }
    set { cell = Cell(newValue) }
  }

  func declaration(_ kind: Declaration.Kind, name: String) -> Declaration {
    let cell = cell
    let reader = reader
    return Declaration(
      kind: kind, name: name, short: labels.short, valueName: labels.valueName ?? name,
      help: labels.help, completion: labels.completion ?? reader.completion,
      isRequired: cell.value == nil, isRepeating: reader.isRepeating,
      values: reader.values, defaultText: cell.value.flatMap(reader.text),
      accept: { (word: String) throws(InvalidValue) in
        cell.value = try reader.read(word, cell.isGiven ? cell.value : nil)
        cell.isGiven = true
      },
      isGiven: { cell.isGiven })
  }
}

/// How words become a `Value`: one value, an optional one, or a list.
struct Reader<Value> {
  /// Reads a word, given what earlier words of the same option made.
  let read: (String, Value?) throws(InvalidValue) -> Value
  /// The default as text; nil when there is nothing to show.
  let text: (Value) -> String?
  let values: [String]
  let completion: Completion
  let isRepeating: Bool
}

extension Reader {
  static func one() -> Reader where Value: ExpressibleByArgument {
    Reader(
      read: { (word, _) throws(InvalidValue) in try readWord(word) },
      text: { $0.argumentText.isEmpty ? nil : $0.argumentText },
      values: Value.allArgumentTexts, completion: Value.completion, isRepeating: false)
  }

  static func optional<T: ExpressibleByArgument>() -> Reader where Value == T? {
    Reader(
      read: { (word, _) throws(InvalidValue) in try readWord(word) as T },
      text: { $0?.argumentText },
      values: T.allArgumentTexts, completion: T.completion, isRepeating: false)
  }

  static func list<T: ExpressibleByArgument>(separator: Character?) -> Reader where Value == [T] {
    Reader(
      read: { (word, earlier) throws(InvalidValue) in
        var list = earlier ?? []
        for piece in pieces(of: word, separator: separator) {
          list.append(try readWord(piece))
        }
        return list
      },
      text: { $0.isEmpty ? nil : $0.map(\.argumentText).joined(separator: ",") },
      values: T.allArgumentTexts, completion: T.completion, isRepeating: true)
  }
}

private func pieces(of word: String, separator: Character?) -> [String] {
  guard let separator else { return [word] }
  return word.split(separator: separator, omittingEmptySubsequences: false).map { piece in
    piece.drop { $0 == " " }.description
  }
}

private func readWord<T: ExpressibleByArgument>(_ word: String) throws(InvalidValue) -> T {
  guard let value = T(argument: word) else {
    throw InvalidValue(
      word: word, expectation: T.expectation, candidates: T.allArgumentTexts)
  }
  return value
}
