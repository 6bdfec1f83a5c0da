/// Declarations that several commands share, written once as a ``ParsableArguments`` struct.
@propertyWrapper
public struct OptionGroup<Group: ParsableArguments> {
  /// The group's values.
  public var wrappedValue: Group
  let title: String?

  /// Includes a group; with a `title` it has its own heading in the help.
  public init(title: String? = nil) {
    wrappedValue = Group()
    self.title = title
  }
}

extension OptionGroup: Declared {
  func declarations(label: String) -> [Declaration] {
    CommandLineKit.declarations(of: wrappedValue).map { declaration in
      var declaration = declaration
      declaration.section = declaration.section ?? title
      return declaration
    }
  }

  func validate() throws {
    try CommandLineKit.validate(wrappedValue)
  }
}
