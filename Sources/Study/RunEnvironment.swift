/// Which program makes the runs; recorded beside them, not part of their identity.
public struct RunEnvironment: Sendable {
  /// Glean's version.
  public var version: String
  /// The commit it was built from, if known.
  public var commit: String

  /// Both.
  public init(version: String, commit: String) {
    self.version = version
    self.commit = commit
  }
}
