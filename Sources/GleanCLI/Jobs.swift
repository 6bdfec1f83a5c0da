import CommandLineKit
import Foundation
import Glean

/// The processes that make a study's runs at once, for `--jobs`. Each is the same command in the same
/// folder: a run that one of them is making is left to it.
final class Jobs {
  /// All of them, this one too.
  let count: Int
  private var others: [Process] = []
  /// In the environment of those that are started: who did.
  private static let variable = "GLEAN_JOB_OF"
  private static let parent = ProcessInfo.processInfo.environment[variable].flatMap { Int32($0) }

  /// Whether this process was started by another, which shows what comes of the study.
  static var isOther: Bool { parent != nil }
  /// Whether it was, and the other is gone: there is nobody to work for.
  static var isOrphaned: Bool { parent.map { $0 != getppid() } ?? false }

  init(_ count: Int) { self.count = count }

  /// Gives each its share of the threads, and starts the others, which find the plans in their folders.
  func start() throws {
    if count > 1 { Machine.threads = max(1, Machine.threads / count) }
    if Self.isOther { return }
    for _ in 1..<count {
      let process = Process()
      process.executableURL = Bundle.main.executableURL
      process.arguments = Array(CommandLine.arguments.dropFirst())
      process.environment = ProcessInfo.processInfo.environment
        .merging([Self.variable: "\(getpid())"]) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      others.append(process)
    }
  }

  /// Waits until the others have made what they began.
  func wait() {
    for process in others {
      while process.isRunning && !Interrupt.isRequested { usleep(100_000) }
    }
  }

  /// Stops the others after their step, if they are not done, and waits for it.
  func stop() {
    // Those of this process's own group have had the terminal's Ctrl-C, and a second would end them.
    for process in others
    where process.isRunning && getpgid(process.processIdentifier) != getpgrp() {
      process.interrupt()
    }
    for process in others { process.waitUntilExit() }
  }
}

/// How many processes make a study's runs.
struct JobOptions: ParsableArguments {
  @Option(
    help:
      "Processes that make runs at once, each on its share of the threads: small networks leave "
      + "many cores, or a GPU, idle.")
  var jobs = 1

  func validate() throws {
    if jobs < 1 { throw UsageError("--jobs is \(jobs); give 1 or more") }
  }
}
