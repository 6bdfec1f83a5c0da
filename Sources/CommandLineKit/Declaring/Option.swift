/// A named value: `--epochs 100`.
///
/// ```swift
/// @Option(help: "Passes over the images.") var epochs = 100      // --epochs <epochs>
/// @Option(name: "lr", help: "Peak learning rate.") var learningRate: Double?   // optional
/// @Option(help: "Methods to compare.") var methods: [Method] = [.simclr]       // a,b or repeated
/// @Option(help: "A word that must be given.") var title: String  // required
/// ```
@propertyWrapper
public struct Option<Value> {
  var field: Field<Value>

  /// The value given, or the default.
  public var wrappedValue: Value {
    get { field.value }
    set { field.value = newValue }
  }

  /// An option with a default.
  /// - Parameters:
  ///   - name: the long name without dashes; from the property's name when nil.
  ///   - short: a one-letter name.
  ///   - valueName: the placeholder in the help; the long name when nil.
  ///   - help: one or more sentences.
  ///   - completion: what a shell offers; from the type when nil.
  public init(
    wrappedValue: Value, name: String? = nil, short: Character? = nil, valueName: String? = nil,
    help: String, completion: Completion? = nil
  ) where Value: ExpressibleByArgument {
    field = Field(
      .init(name: name, short: short, valueName: valueName, help: help, completion: completion),
      reader: .one(), initial: wrappedValue)
  }

  /// An option that must be given.
  public init(
    name: String? = nil, short: Character? = nil, valueName: String? = nil,
    help: String, completion: Completion? = nil
  ) where Value: ExpressibleByArgument {
    field = Field(
      .init(name: name, short: short, valueName: valueName, help: help, completion: completion),
      reader: .one(), initial: nil)
  }

  /// An option that is nil unless given.
  public init<T: ExpressibleByArgument>(
    wrappedValue: T? = nil, name: String? = nil, short: Character? = nil,
    valueName: String? = nil, help: String, completion: Completion? = nil
  ) where Value == T? {
    field = Field(
      .init(name: name, short: short, valueName: valueName, help: help, completion: completion),
      reader: .optional(), initial: .some(wrappedValue))
  }

  /// A list with a default: comma-separated, repeated, or both.
  public init<T: ExpressibleByArgument>(
    wrappedValue: [T], name: String? = nil, short: Character? = nil, valueName: String? = nil,
    help: String, completion: Completion? = nil
  ) where Value == [T] {
    field = Field(
      .init(name: name, short: short, valueName: valueName, help: help, completion: completion),
      reader: .list(separator: ","), initial: wrappedValue)
  }

  /// A list of which at least one value must be given.
  public init<T: ExpressibleByArgument>(
    name: String? = nil, short: Character? = nil, valueName: String? = nil,
    help: String, completion: Completion? = nil
  ) where Value == [T] {
    field = Field(
      .init(name: name, short: short, valueName: valueName, help: help, completion: completion),
      reader: .list(separator: ","), initial: nil)
  }
}

extension Option: Declared {
  func declarations(label: String) -> [Declaration] {
    [field.declaration(.option, name: field.labels.name ?? kebabCase(label))]
  }
}
