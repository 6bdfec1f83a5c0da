import Foundation

/// The process's standard output or standard error.
public enum StandardStream: Int32, Sendable {
  /// For results.
  case output = 1
  /// For progress and messages.
  case error = 2

  /// Whether a person sees it, rather than a file or another program.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The columns of the terminal's window; nil when it is not a terminal.
  public var width: Int? {
    var size = winsize()
    guard isTerminal, ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Writes at once. A reader that went away is not an error here.
  public func write(_ text: String) {
    // `print` buffers on its own; what it holds must come first.
    fflush(nil)
    let handle = self == .output ? FileHandle.standardOutput : FileHandle.standardError
    try? handle.write(contentsOf: Data(text.utf8))
  }
}
