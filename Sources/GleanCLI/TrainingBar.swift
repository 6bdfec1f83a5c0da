import CommandLineKit
import Glean

/// The progress bar of a training run. It stands from the beginning, though how much there is to do
/// is known only when the first steps are done.
final class TrainingBar {
  private let bar: ProgressBar
  private var last: TrainingStatus?

  init(_ title: String, quiet: Bool) {
    bar = ProgressBar(title, total: nil, unit: "images", quiet: quiet)
  }

  func show(_ status: TrainingStatus) {
    if last == nil {
      let before = max(0, (status.step - 1) / Trainer.reportEvery * Trainer.reportEvery)
      bar.begin(total: status.steps * status.batch, done: before * status.batch)
    }
    last = status
    bar.update(
      done: status.step * status.batch,
      fields: [
        ("loss", Human.fixed(status.loss, decimals: 3)),
        ("rank", Human.fixed(status.health.rank, decimals: 1)),
      ] + (status.health.isCollapsed ? [("features", "collapsed")] : []))
  }

  /// Says that the trained network is being judged, and by what.
  func showJudging(_ what: String = "…") {
    bar.update(
      done: (last?.step ?? 0) * (last?.batch ?? 0), fields: [("judging", what)], atOnce: true)
  }

  /// Ends the bar with a line that stays.
  func finish(_ summary: String) { bar.finish(summary) }

  /// Ends the bar, unless it ended, and leaves nothing.
  func dismiss() { bar.dismiss() }
}
