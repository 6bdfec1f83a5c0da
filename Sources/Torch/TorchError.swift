import CTorch

/// What can go wrong with tensors for reasons outside the program: devices and weight files.
public enum TorchError: Error, CustomStringConvertible, Equatable {
  /// A device that is unknown or absent.
  case device(String)
  /// A weights file that cannot be read or written; the message names the file.
  case file(String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .device(let message), .file(let message): message
    }
  }
}

/// libtorch's message for the failure just seen on this thread.
func torchMessage() -> String { String(cString: ctorch_error()) }

/// Traps with the operation's name and libtorch's own sentence: the shapes or types of a call were
/// wrong, which is the programmer's mistake.
func trap(_ operation: String) -> Never {
  fatalError("\(operation): \(torchMessage())")
}

/// Traps unless the status is good.
func check(_ status: ctorch_status, _ operation: String = #function) {
  if status != 0 { trap(operation) }
}
