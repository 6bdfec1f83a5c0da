import Foundation

/// A Python program that does what it is asked, one request at a time, so that it can take turns
/// with this process. Between requests it waits.
final class PythonContestant {
  /// What a request came to.
  struct Reply: Decodable {
    var seconds: Double
    /// Memory that the work added.
    var bytes: Int?
    var accuracy: Double?
  }

  private struct Greeting: Decodable { var name: String }

  /// Versions, as the program states them.
  let name: String
  private let process: Process
  private let requests: FileHandle
  private let replies: LineReader
  private let errors: URL

  /// Starts a script of Benchmarks/python in an environment (`.venv`, `.venv-bench`).
  /// - Throws: ``Unavailable`` if environment or script are not there, or a module is missing.
  init(
    _ script: String, environment: String, arguments: [String], workspace: Workspace
  ) throws(Unavailable) {
    let python = "\(environment)/bin/python"
    let path = "Benchmarks/python/\(script)"
    for file in [python, path] where !FileManager.default.fileExists(atPath: file) {
      let mend = environment == ".venv-bench" ? "'make bench-python' makes it" : "see 'make setup'"
      throw Unavailable(reason: "there is no \(file); \(mend)")
    }
    // A program that has died must not take this one along.
    signal(SIGPIPE, SIG_IGN)
    errors = workspace.folder.appending(path: "\(script).log")
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    let (input, output) = (Pipe(), Pipe())
    process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["-B", path] + arguments  // no __pycache__ beside the sources
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: errors.path)
    requests = input.fileHandleForWriting
    replies = LineReader(output.fileHandleForReading)
    do {
      try process.run()
    } catch {
      throw Unavailable(reason: "\(python) does not start: \(error.localizedDescription)")
    }
    guard let line = replies.next(),
      let greeting = try? JSONDecoder().decode(Greeting.self, from: line)
    else { throw Unavailable(reason: PythonContestant.lastLine(errors)) }
    name = greeting.name
  }

  deinit { process.terminate() }

  /// Does the work that `request` describes.
  /// - Throws: ``Unavailable`` with Python's message if the program fails.
  func run(_ request: [String: Int]) throws -> Reply {
    try requests.write(contentsOf: JSONEncoder().encode(request) + Data("\n".utf8))
    guard let line = replies.next() else {
      throw Unavailable(reason: PythonContestant.lastLine(errors))
    }
    return try JSONDecoder().decode(Reply.self, from: line)
  }

  /// Where Python states the error.
  private static func lastLine(_ log: URL) -> String {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
  }
}

/// A contestant that is left out.
struct Unavailable: Error, CustomStringConvertible {
  var reason: String
  var description: String { reason }
}

/// Reads a pipe line by line.
private final class LineReader {
  private let handle: FileHandle
  private var pending = Data()

  init(_ handle: FileHandle) { self.handle = handle }

  /// The next whole line; `nil` at the end.
  func next() -> Data? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(pending[..<end])
        pending = Data(pending[pending.index(after: end)...])
        return line
      }
      let more = handle.availableData
      if more.isEmpty { return nil }
      pending += more
    }
  }
}
