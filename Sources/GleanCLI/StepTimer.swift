import CommandLineKit
import Foundation
import Glean

/// Measures how long a step takes on this machine: once for all parts of a study in which it is the
/// same, whatever the images show and the weights begin with.
final class StepTimer {
  private let note: (String) -> Void
  private var known: [[String]: Double] = [:]

  init(note: @escaping (String) -> Void) { self.note = note }

  /// Seconds of a step of each method, whichever images of the plan it learns from.
  func secondsPerStep(
    of methods: [String], _ plan: StudyPlan, _ data: StudyData
  ) throws -> [String: Double] {
    let runs = methods.map { ($0, plan.configuration(of: $0)) }
    let kinds = runs.map { Self.kind(of: $0.1, data) }
    let new = zip(runs, kinds).filter { known[$1] == nil }.map(\.0.1.method)
    if !new.isEmpty {
      let names = Set(new).sorted().joined(separator: ", ")
      if known.isEmpty { warnOfLoad() }
      note("Measuring steps on \(plan.name), \(plan.backbone.id): \(names)…")
    }
    var seconds: [String: Double] = [:]
    for ((method, configuration), kind) in zip(runs, kinds) {
      let measured =
        try known[kind]
        ?? data.secondsPerStep(of: configuration, learningFrom: data.labelledPool)
      (known[kind], seconds[method]) = (measured, measured)
    }
    return seconds
  }

  /// Says that other programs make steps slow; their load is that of the last minute.
  private func warnOfLoad() {
    var load = 0.0
    let processors = ProcessInfo.processInfo.activeProcessorCount
    guard getloadavg(&load, 1) == 1, load > Double(processors) / 2 else { return }
    note(
      "This machine is busy (load \(String(format: "%.1f", load)) on \(Human.count(processors, "processor"))): "
        + "on a quiet one the runs take less time.")
  }

  /// What decides how long a step takes.
  private static func kind(of run: RunConfiguration, _ data: StudyData) -> [String] {
    let usesLabels = (try? Registry.card(run.method).usesLabels) ?? true
    return [
      run.method, JSONValue.object(run.options).text, run.backbone.taking(channels: 3).id,
      "\(run.imageSize)", "\(min(run.batch, data.labelledPool.count))", run.precision.rawValue,
      usesLabels ? "\(data.images.task)" : "",
    ]
  }
}
