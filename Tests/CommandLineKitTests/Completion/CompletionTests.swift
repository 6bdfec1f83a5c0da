import CommandLineKit
import Foundation
import Testing

@Suite struct CompletionTests {
  @Test(arguments: ["bash", "zsh", "fish"])
  func theShellAcceptsItsScript(shell: String) throws {
    guard let path = find(shell) else {
      print("skipped: \(shell) is not installed")
      return
    }
    let result = try run(path, ["-n", "/dev/stdin"], input: try script(shell))
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(arguments: [
    (["glean", ""], "pretrain copy fail data --help"),
    (["glean", "data", "d"], "describe"),
    (["glean", "pretrain", "--ep"], "--epochs"),
    (["glean", "pretrain", "photos", "--methods", "s"], "simclr supervised"),
    (["glean", "pretrain", "--methods", "=", "r"], "random"),
    (["glean", "copy", "--to", ""], ""),
  ])
  func bashOffersWhatIsDeclared(words: [String], expected: String) throws {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let check = """
      COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _glean; echo "${COMPREPLY[*]}"
      """
    let bash = try #require(find("bash"))
    let result = try run(bash, [], input: try script("bash") + check)
    #expect(result.output == expected + "\n")
  }

  @Test(arguments: [
    ("glean d", ["data"]), ("glean data ", ["describe"]), ("glean pretrain --ep", ["--epochs"]),
    ("glean pretrain photos --methods s", ["simclr", "supervised"]),
  ])
  func fishOffersWhatIsDeclared(line: String, expected: [String]) throws {
    guard let fish = find("fish") else {
      print("skipped: fish is not installed")
      return
    }
    let result = try run(fish, [], input: try script("fish") + "complete -C '\(line)'\n")
    let offered = result.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    #expect(offered == expected)
  }

  private func script(_ shell: String) throws -> String {
    let answer = ending("--generate-completion-script", shell)
    guard case .answered(let text) = answer else {
      throw UsageError("no script for \(shell): \(answer?.description ?? "a command")")
    }
    return text
  }

  private func find(_ program: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private func run(
    _ path: String, _ arguments: [String], input: String
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stdout
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
