import CommandLineKit
import Foundation
import TestSupport

@main
struct FuzzCommand: Command {
  static let configuration = CommandConfiguration(
    name: "glean-fuzz",
    abstract: "Read damaged weights files, safetensors and torch.save's, by the million.",
    discussion: """
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
    let start = ContinuousClock.now
    var before = residentBytes()
    let outcome = WeightsFuzzer(seed: UInt64(seed)).run(
      first..<first + cases, within: .seconds(seconds)
    ) {
      if trace { StandardStream.error.write("case \($0)\n") }
      if $1.cases == Self.warmUp { before = residentBytes() }
    }
    let after = residentBytes()
    let taken = start.duration(to: .now).components.seconds
    print(
      """
      cases     \(outcome.cases) in \(taken) s, seed \(seed), from case \(first) on
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
