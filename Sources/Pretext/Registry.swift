import Backbones
public import Foundation

/// Every method and baseline, by name. A new method is one line here.
public enum Registry {
  /// Methods that train.
  public static let tasks: [any PretextTask.Type] = [
    SimCLR.self,
    Supervised.self,
  ]

  /// The cards of all methods and baselines, in the order of the taxonomy.
  public static let cards: [MethodCard] = [randomBaseline] + tasks.map { $0.card }

  /// The task called `name`; `nil` for the baseline that does not train.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public static func task(_ name: String) throws(PretextError) -> (any PretextTask.Type)? {
    _ = try card(name)
    return tasks.first { $0.card.name == name }
  }

  /// The card of the method or baseline called `name`.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public static func card(_ name: String) throws(PretextError) -> MethodCard {
    guard let card = cards.first(where: { $0.name == name }) else {
      throw .unknownMethod(name, known: cards.map(\.name))
    }
    return card
  }

  /// The frozen backbone as it was initialised.
  static let randomBaseline = MethodCard(
    name: "random", title: "random weights", role: .baseline,
    learnsFrom: "Nothing: the backbone keeps its initial weights. What a probe reads from it is "
      + "what the architecture alone provides.",
    loss: "none", needs: "no training", lowData: "The floor that pretraining must rise above.",
    revision: 1)
}

// MARK: - Options

extension PretextTask {
  /// The options as JSON: the defaults, with `changes` in place of the keys they name.
  /// - Throws: ``PretextError/option(method:_:)`` for an unknown key or a value that does not fit.
  public static func options(changing changes: [String: JSONValue]) throws(PretextError) -> Options {
    let defaults = Options()
    guard !changes.isEmpty else { return defaults }
    do {
      let data = try JSONEncoder().encode(defaults)
      var object = try JSONDecoder().decode([String: JSONValue].self, from: data)
      for (key, value) in changes {
        guard object[key] != nil else {
          throw PretextError.option(
            method: card.name,
            "there is no option '\(key)'; there are \(object.keys.sorted().joined(separator: ", "))")
        }
        object[key] = value
      }
      return try JSONDecoder().decode(Options.self, from: JSONEncoder().encode(object))
    } catch let error as PretextError {
      throw error
    } catch DecodingError.typeMismatch(_, let context) {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .option(method: card.name, "option '\(key)': \(context.debugDescription)")
    } catch {
      throw .option(method: card.name, "\(error)")
    }
  }

  /// Builds the task with its default options and the changes given.
  static func make(
    changing changes: [String: JSONValue], _ context: PretextContext
  ) throws(PretextError) -> Self {
    let kind = context.spec.kind
    guard card.backbones.contains(kind) else {
      throw .unsuitable(
        method: card.name,
        "takes \(card.backbones.map(\.rawValue).joined(separator: " or ")), not \(context.spec.id)")
    }
    return try Self(options(changing: changes), context)
  }
}

/// A JSON value that a user can write: text, number, truth value.
public enum JSONValue: Codable, Sendable, Hashable {
  /// A truth value.
  case bool(Bool)
  /// A number.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by name.
  case object([String: JSONValue])
  /// Nothing.
  case null

  /// Reads a value as it is typed on a command line: `0.5`, `true`, else text.
  public init(typed text: String) {
    if let number = Double(text) {
      self = .number(number)
    } else if let truth = Bool(text) {
      self = .bool(truth)
    } else {
      self = .string(text)
    }
  }

  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the value; whole numbers without a fraction.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .number(let value):
      if let whole = Int(exactly: value) {
        try container.encode(whole)
      } else {
        try container.encode(value)
      }
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    case .null: try container.encodeNil()
    }
  }
}
