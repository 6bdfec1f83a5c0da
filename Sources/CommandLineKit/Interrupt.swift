import Foundation
import Synchronization

/// Ctrl-C (SIGINT) and SIGTERM as a flag that long work looks at between steps.
///
/// The first signal sets the flag and says so on stderr; the second ends the process at once, with
/// 130 after Ctrl-C and 143 after SIGTERM.
public enum Interrupt {
  private static let signals = Atomic<Int>(0)

  /// Whether the user asked to stop.
  public static var isRequested: Bool { signals.load(ordering: .relaxed) > 0 }

  /// Takes over both signals. Calling it again changes nothing: who asked to stop meanwhile still does.
  public static func install() {
    // Makes sure that the flag exists before a handler needs it.
    _ = isRequested
    signal(SIGINT) { Interrupt.receive($0) }
    signal(SIGTERM) { Interrupt.receive($0) }
    // A parent process may have left them blocked, and children inherit that.
    var both = sigset_t()
    sigemptyset(&both)
    sigaddset(&both, SIGINT)
    sigaddset(&both, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
  }

  /// Gives both signals back to the system: they end the process again.
  public static func uninstall() {
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  /// Throws ``Interrupted`` when the user asked to stop.
  /// - Parameter hint: what to do next, such as the command that resumes.
  public static func check(hint: String = "") throws(Interrupted) {
    if isRequested { throw Interrupted(hint: hint) }
  }

  // Runs inside a signal handler: only an atomic, write(2) and _exit(2), which are safe there.
  private static func receive(_ number: Int32) {
    if signals.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
    let text: StaticString = "\nStopping after this step; press Ctrl-C again to quit at once.\n"
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}

/// The user asked to stop, and the work is safe: exit code 130.
public struct Interrupted: ExitCodeError, Equatable {
  /// What to do next; may be empty.
  public let hint: String

  /// Makes the error with what to do next.
  public init(hint: String = "") {
    self.hint = hint
  }

  /// 130.
  public var exitCode: Int32 { ExitCode.interrupted }
  /// "Interrupted", and the hint.
  public var description: String { hint.isEmpty ? "Interrupted" : "Interrupted; \(hint)" }
}
