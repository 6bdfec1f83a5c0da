import CommandLineKit

/// What can be measured.
enum Section: String, CaseIterable, ExpressibleByArgument {
  case train, augment, decode, probes

  /// Measures, and writes the result in Markdown.
  func measure(_ workspace: Workspace) throws -> String {
    switch self {
    case .train: try TrainBench(workspace).run()
    case .augment: try AugmentBench(workspace).run()
    case .decode: try DecodeBench(workspace).run()
    case .probes: try ProbesBench(workspace).run()
    }
  }
}
