import CommandLineKit
import Foundation
import Glean

/// Shows a study as it runs: a bar for the run at work, a line for each that is done.
final class StudyProgress {
  private let quiet: Bool
  private let runs: [PlannedRun]
  private let jobs: Int
  /// Those of them that are still to be begun.
  private var left: [PlannedRun]
  private var known = 0
  private var position = 0
  private var began = 0.0
  private var spent: [String: [Double]] = [:]
  private var bar: TrainingBar?

  /// - Parameter jobs: how many processes make them.
  init(quiet: Bool, runs: [PlannedRun], toMake: [PlannedRun], jobs: Int = 1) {
    self.jobs = jobs
    self.quiet = quiet
    self.runs = runs
    left = toMake
  }

  func show(_ event: StudyRunner.Event) {
    switch event {
    case .known(let run):
      known += 1
      left.removeAll { $0 == run }
    case .began(let run, let position, _):
      sayKnown()
      self.position = position
      left.removeAll { $0 == run }
      began = ProgressOutput.uptime()
      bar = TrainingBar(name(run), quiet: quiet)
    case .trained(let status):
      bar?.show(status)
    case .judging(let what):
      bar?.showJudging(what)
    case .finished(let run, let scores):
      spent[run.method, default: []].append(ProgressOutput.uptime() - began)
      let leading: Set<Metric> = [.accuracy, .meanAveragePrecision, .r2, .meanIoU]
      let figures = scores.filter { $0.evaluation.condition == nil && leading.contains($0.metric) }
        .sorted { $0.evaluation < $1.evaluation }
        .map { "\($0.evaluation.rawValue) \(Human.fixed(100 * $0.value, decimals: 1))%" }
      let left = secondsLeft.map { seconds -> String in
        let minutes = (seconds / 60).rounded(.up)
        if minutes <= 1 { return "; under a minute left" }
        return minutes < 60
          ? "; about \(Int(minutes)) min left"
          : "; about \(Human.duration(seconds: minutes * 60)) left"
      }
      bar?.finish("\(name(run)): \(figures.joined(separator: ", "))\(left ?? "")")
      bar = nil
    case .failed(let run, let message):
      dismiss()
      note("\(name(run)) failed: \(message)")
    case .held(let run):
      left.removeAll { $0 == run }
      note("\(title(run)) is still being made by another process")
    }
  }

  /// Leaves the terminal tidy after the last run, or the one that was stopped.
  func end() {
    sayKnown()
    if position < runs.count { bar?.finish("\(name(runs[position])): stopped") }
    bar = nil
  }

  /// Leaves the terminal tidy before an error message.
  func dismiss() {
    bar?.dismiss()
    bar = nil
  }

  private func sayKnown() {
    if known > 0 && !quiet {
      let runs = "\(Human.count(known, "run")) \(known == 1 ? "was" : "were")"
      note("\(runs) made before\(jobs > 1 ? " or by others" : "")")
    }
    known = 0
  }

  /// From what runs of the same method took in this sitting; one not seen yet is taken to cost what
  /// the others that train do. `nil` while nothing is known, or nothing is left.
  private var secondsLeft: Double? {
    if left.isEmpty { return nil }
    let training = runs.filter(\.trains).compactMap { spent[$0.method] }.flatMap { $0 }
    var total = 0.0
    for run in left {
      let seen = spent[run.method] ?? (run.trains ? training : [0])
      if seen.isEmpty { return nil }
      total += seen.reduce(0, +) / Double(seen.count)
    }
    return total / Double(jobs)
  }

  private func name(_ run: PlannedRun) -> String {
    "[\(position + 1)/\(runs.count)] \(title(run))"
  }

  private func title(_ run: PlannedRun) -> String {
    "\(run.method), \(Human.count(run.images, "image")), seed \(run.seed)"
  }
}
