/// A value that is known by its place: the folder in `glean pretrain photos`.
///
/// Arguments are filled in the order of their declaration; a list takes all that are left.
@propertyWrapper
public struct Argument<Value> {
  var field: Field<Value>

  /// The value given, or the default.
  public var wrappedValue: Value {
    get { field.value }
    set { field.value = newValue }
  }

  /// An argument with a default.
  /// - Parameters:
  ///   - valueName: the placeholder in the help; from the property's name when nil.
  ///   - help: one or more sentences.
  ///   - completion: what a shell offers; from the type when nil.
  public init(
    wrappedValue: Value, valueName: String? = nil, help: String, completion: Completion? = nil
  ) where Value: ExpressibleByArgument {
    field = Field(
      .init(valueName: valueName, help: help, completion: completion),
      reader: .one(), initial: wrappedValue)
  }

  /// An argument that must be given.
  public init(
    valueName: String? = nil, help: String, completion: Completion? = nil
  ) where Value: ExpressibleByArgument {
    field = Field(
      .init(valueName: valueName, help: help, completion: completion),
      reader: .one(), initial: nil)
  }

  /// An argument that is nil unless given.
  public init<T: ExpressibleByArgument>(
    wrappedValue: T? = nil, valueName: String? = nil, help: String, completion: Completion? = nil
  ) where Value == T? {
    field = Field(
      .init(valueName: valueName, help: help, completion: completion),
      reader: .optional(), initial: .some(wrappedValue))
  }

  /// A list with a default. Commas are part of a word here, since file names may hold them.
  public init<T: ExpressibleByArgument>(
    wrappedValue: [T], valueName: String? = nil, help: String, completion: Completion? = nil
  ) where Value == [T] {
    field = Field(
      .init(valueName: valueName, help: help, completion: completion),
      reader: .list(separator: nil), initial: wrappedValue)
  }

  /// A list of which at least one word must be given.
  public init<T: ExpressibleByArgument>(
    valueName: String? = nil, help: String, completion: Completion? = nil
  ) where Value == [T] {
    field = Field(
      .init(valueName: valueName, help: help, completion: completion),
      reader: .list(separator: nil), initial: nil)
  }
}

extension Argument: Declared {
  func declarations(label: String) -> [Declaration] {
    [field.declaration(.argument, name: kebabCase(label))]
  }
}
