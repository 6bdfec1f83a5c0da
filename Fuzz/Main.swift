import CommandLineKit
import Foundation
import TestSupport

@main
struct FuzzCommand: Command {
  static let configuration = CommandConfiguration(
    name: "glean-fuzz",
    abstract: "Read damaged weights files and image sets, by the million.",
    discussion: """
      Half of the cases and of the time go to weights files (safetensors and torch.save's), the other \
      half to image sets (arrays, archives, tables, lists of objects). \
      Stops at the number of cases or of seconds, whichever comes first. Exits with 1 if the process's \
      memory grows by more than \(memoryBound / 1_048_576) MiB after the first \(warmUp) cases; a \
      reader that traps ends it at once: --trace then shows the case, which --first reads again.
      """,
    examples: [("make fuzz CASES=10000000 SECONDS=1200", "Ten times the usual.")])

  /// Cases after which the memory counts: by then libtorch and Foundation have what they keep.
  private static let warmUp = 10_000
  /// How much the memory may grow after them, in bytes.
  private static let memoryBound = 64 * 1_048_576

  @Option(help: "Cases to read.") var cases = 1_000_000
  @Option(help: "Seconds to go on for at most.") var seconds = 120.0
  @Option(help: "The seed of the cases.") var seed = 0
  @Option(help: "The number of the first case.") var first = 0
  @Flag(help: "Print each case's number before it is read.") var trace = false

  func run() throws {
    guard cases >= 0, first >= 0, seed >= 0, (0...1e9).contains(seconds),
      !first.addingReportingOverflow(cases).overflow
    else {
      throw UsageError("--cases, --first and --seed must not be negative or huge, nor --seconds")
    }
    let half = (cases: first..<first + (cases + 1) / 2, time: Duration.seconds(seconds / 2))
    try measured("weights files") { before in
      let outcome = WeightsFuzzer(seed: UInt64(seed)).run(half.cases, within: half.time) {
        before($0, $1.cases)
      }
      return (outcome.accepted, outcome.refused)
    }
    try measured("image sets") { before in
      var fuzzer = try ImageFuzzer(seed: UInt64(seed))
      defer { fuzzer.end() }
      try fuzzer.run(half.cases, within: half.time, before: before)
      return (fuzzer.accepted, fuzzer.refused)
    }
  }

  /// Runs `body`, which calls what it is given before each case with its number and how many there
  /// were, and prints what came of it.
  private func measured(
    _ what: String, _ body: ((Int, Int) -> Void) throws -> (accepted: Int, refused: Int)
  ) throws {
    let start = ContinuousClock.now
    var before = residentBytes()
    let outcome = try body { number, count in
      if trace { StandardStream.error.write("case \(number) of \(what)\n") }
      if count == Self.warmUp { before = residentBytes() }
    }
    let after = residentBytes()
    let taken = start.duration(to: .now).components.seconds
    print(
      """
      \(what)
      cases     \(outcome.accepted + outcome.refused) in \(taken) s, seed \(seed), from case \(first) on
      accepted  \(outcome.accepted)
      refused   \(outcome.refused)
      resident  \(before / 1_048_576) MiB at start, \(after / 1_048_576) MiB at end
      """)
    guard after - before <= Self.memoryBound else { throw FuzzError.grown }
  }
}

private enum FuzzError: Error, CustomStringConvertible {
  case grown
  var description: String { "the memory grew beyond its bound: a reader keeps what it should free" }
}

/// The memory that this process has in use; 0 where the system does not say (other than Linux).
private func residentBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  return pages * sysconf(Int32(_SC_PAGESIZE))
}
