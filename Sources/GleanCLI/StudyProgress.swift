import CommandLineKit
import Glean

/// Shows a study as it runs: a bar for the run at work, a line for each that is done.
final class StudyProgress {
  private let quiet: Bool
  private let total: Int
  private var known = 0
  private var position = 0
  private var bar: TrainingBar?

  init(quiet: Bool, total: Int) {
    self.quiet = quiet
    self.total = total
  }

  func show(_ event: StudyRunner.Event) {
    switch event {
    case .known:
      known += 1
    case .began(let run, let position, _):
      if known > 0 && !quiet { note("\(known) runs were made before") }
      known = 0
      self.position = position
      bar = TrainingBar(name(run), quiet: quiet)
    case .trained(let status):
      bar?.show(status)
    case .judging:
      break
    case .finished(let run, let scores):
      bar?.finish(nil)
      let figures = scores.filter { $0.metric == .accuracy }.map {
        "\($0.evaluation.rawValue) \(Human.fixed(100 * $0.value, decimals: 1))%"
      }
      if !quiet { note("\(name(run)): \(figures.joined(separator: ", "))") }
    case .failed(let run, let message):
      bar?.finish(nil)
      note("\(name(run)) failed: \(message)")
    }
  }

  /// Leaves the terminal tidy.
  func end() {
    bar?.finish(nil)
    if known > 0 && !quiet { note("\(known) runs were made before") }
  }

  private func name(_ run: PlannedRun) -> String {
    let images = Human.count(run.images)
    return "[\(position + 1)/\(total)] \(run.method) \(images) images, seed \(run.seed)"
  }
}
