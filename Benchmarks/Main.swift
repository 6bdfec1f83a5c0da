import CommandLineKit
import Foundation
import Torch

@main
struct BenchCommand: Command {
  static let configuration = CommandConfiguration(
    name: "glean-bench",
    abstract: "Measure speed, and print a section for Benchmarks/RESULTS.md.",
    discussion: """
      What is compared runs in turns (A B A B …) within one call, and ratios are medians over the \
      rounds, so that a busy machine slows all contestants alike. Run it from the root of the \
      package: the Python contestants live in Benchmarks/python. Those of .venv-bench are left \
      out, and said to be, where 'make bench-python' has not made it.

        train    SimCLR on ResNet-18: whole step, bare network, the same in Python.
        augment  Views a second on one thread, beside lightly's transform.
        decode   Image files into a fresh store.
        probes   Linear probe and kNN on 50,000 features, beside scikit-learn.
      """,
    examples: [
      ("make bench", "Measure everything: half an hour."),
      ("glean-bench train augment", "Measure two sections."),
      ("glean-bench --quick > section.md", "See that all runs; the figures are rough."),
    ])

  @Argument(help: "What to measure; by default everything.")
  var sections: [Section] = Section.allCases
  @Flag(help: "Few repeats and small counts: rough figures.") var quick = false

  func run() throws {
    Machine.flushDenormals()
    try Workspace.with(isQuick: quick) { workspace in
      print(MachineNote.markdown)
      for section in sections {
        note("Measuring: \(section.rawValue)")
        print(try section.measure(workspace))
      }
    }
  }
}

/// Says on stderr what is being done.
func note(_ text: String) { StandardStream.error.write("\(text)\n") }
