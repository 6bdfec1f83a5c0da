import Foundation
import Testing

/// The built program, run the way a person runs it.
enum Program {
  /// `.build/…/glean`, which `swift build` and `swift test` put beside the tests.
  static let path: String = {
    let bundle = Bundle.main.bundleURL
    let beside = [bundle, bundle.deletingLastPathComponent()]
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let built = ["release", "debug"].map { package.appending(path: ".build/\($0)") }
    let candidates = (beside + built).map { $0.appending(path: "glean").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
  }()

  /// What a call of the program left behind.
  struct Outcome: CustomTestStringConvertible {
    /// The exit code; 128 + the signal if one ended it.
    var code: Int32
    var output: String
    var errors: String

    /// Shown where an expectation fails.
    var testDescription: String { "exit \(code)\nstdout: \(output)\nstderr: \(errors)" }

    /// Stdout as JSON.
    var json: Any {
      get throws { try JSONSerialization.jsonObject(with: Data(output.utf8)) }
    }
  }

  /// A signal and the moment at which to send it.
  struct Stop: Sendable {
    var signal: Int32
    /// Looked at every few milliseconds.
    var when: @Sendable () -> Bool
  }

  /// Runs the program, or another, to its end; after `timeout` seconds it is killed.
  static func run(
    _ arguments: [String], of program: String = path, in folder: URL,
    environment: [String: String] = [:], stop: Stop? = nil, timeout: Double = 120
  ) async throws -> Outcome {
    // A thread of its own: the tests' tasks share one thread per core, and a test that computes
    // would hold back the signal until the program is through.
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try runHere(
              arguments, of: program, in: folder, environment: environment, stop: stop,
              timeout: timeout)
          })
      }
    }
  }

  private static func runHere(
    _ arguments: [String], of program: String, in folder: URL, environment: [String: String],
    stop: Stop?, timeout: Double
  ) throws -> Outcome {
    // Files rather than pipes: however much is written, nobody has to read along.
    let logs = folder.appending(path: ".log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: logs) }
    let (output, errors) = (logs.appending(path: "out"), logs.appending(path: "err"))
    try Data().write(to: output)
    try Data().write(to: errors)

    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let deadline = Date(timeIntervalSinceNow: timeout)
    var stop = stop
    while process.isRunning {
      if let now = stop, now.when() {
        kill(process.processIdentifier, now.signal)
        stop = nil
      }
      if Date() > deadline { kill(process.processIdentifier, SIGKILL) }
      Thread.sleep(forTimeInterval: 0.005)
    }
    let code = process.terminationStatus
    return Outcome(
      code: process.terminationReason == .uncaughtSignal ? 128 + code : code,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

extension Program.Outcome {
  /// The program said what is wrong in its own words: no trap, no backtrace, no type names.
  var isOrderly: Bool {
    code < 128 && errors.hasPrefix("error: ") || errors.contains("\nerror: ")
  }
}
