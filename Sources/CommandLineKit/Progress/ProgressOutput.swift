import Foundation

/// Where a progress bar writes, and what kind of place that is.
public struct ProgressOutput: Sendable {
  /// Whether lines may be redrawn in place.
  public let isTerminal: Bool
  let width: @Sendable () -> Int
  let write: @Sendable (String) -> Void

  /// A place of one's own, as tests need.
  public init(
    isTerminal: Bool, width: @escaping @Sendable () -> Int = { 80 },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.width = width
    self.write = write
  }

  /// Seconds since the machine was started.
  public static let uptime: @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }

  /// The process's standard error.
  public static let standardError = ProgressOutput(
    isTerminal: StandardStream.error.isTerminal,
    width: { StandardStream.error.width ?? 80 },
    write: { StandardStream.error.write($0) })

  /// Nowhere: what `--quiet` asks for.
  public static let none = ProgressOutput(isTerminal: false, write: { _ in })
}
