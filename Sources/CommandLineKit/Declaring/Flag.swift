/// A switch: `--quiet`, and with `negatable` also `--no-quiet`.
@propertyWrapper
public struct Flag<Value> {
  var field: Field<Value>
  let negatable: Bool

  /// Whether the switch was given, or the default.
  public var wrappedValue: Value {
    get { field.value }
    set { field.value = newValue }
  }

  /// A switch with a default. One that is on by default must be `negatable`.
  public init(
    wrappedValue: Bool = false, name: String? = nil, short: Character? = nil,
    negatable: Bool = false, help: String
  ) where Value == Bool {
    precondition(negatable || !wrappedValue, "a flag that is on by default must be negatable")
    self.negatable = negatable
    field = Field(
      .init(name: name, short: short, help: help), reader: .one(), initial: wrappedValue)
  }

  /// A switch with three states: `--x` is true, `--no-x` is false, neither is nil.
  public init(
    wrappedValue: Bool? = nil, name: String? = nil, short: Character? = nil, help: String
  ) where Value == Bool? {
    negatable = true
    field = Field(
      .init(name: name, short: short, help: help), reader: .optional(),
      initial: .some(wrappedValue))
  }
}

extension Flag: Declared {
  func declarations(label: String) -> [Declaration] {
    let name = field.labels.name ?? kebabCase(label)
    var declaration = field.declaration(.flag, name: name)
    declaration.values = []
    if negatable {
      declaration.inverse = "no-\(name)"
      declaration.defaultText = declaration.defaultText.map { $0 == "true" ? "on" : "off" }
    } else {
      declaration.defaultText = nil
    }
    return [declaration]
  }
}
