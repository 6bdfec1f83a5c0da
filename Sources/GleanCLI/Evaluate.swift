import CommandLineKit
import Foundation
import Glean

struct Evaluate: Command {
  static let configuration = CommandConfiguration(
    name: "evaluate", abstract: "Judge a backbone's frozen features by simple classifiers.",
    discussion: """
      Trains on train/, chooses settings on val/ (or a part of train/) and reports on test/; \
      without test/, a fifth of the images is held out. Intervals are over test images: for \
      intervals over runs, and baselines, 'glean compare'.
      """,
    examples: [
      ("glean evaluate photos --weights glean-simclr-photos", "A pretrained run."),
      ("glean evaluate photos", "Random weights, for comparison."),
      (
        "glean evaluate photos --protocols sgd --weights moco_v2_800ep.pth.tar",
        "By SGD, as published figures are made."
      ),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @OptionGroup(title: "Network") var weights: WeightsOptions
  @Option(
    help:
      "What to judge by: linear, knn, sgd, few-shot, fractions, fine-tune, fine-tune-fractions, "
      + "corruptions, imbalanced, label-noise.")
  var protocols: [DownstreamProtocol] = [.linear, .knn]
  @Flag(help: "Print the results as JSON.") var json = false
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func run() throws {
    let device = try compute.start()
    let images = try source.open(quiet: compute.quiet)
    let data = try StudyData(images, device: device)
    let (network, size) = try weights.network(for: images, on: device)
    Interrupt.install()
    let bar = ProgressBar(
      "Judging", total: protocols.count, unit: "protocols", quiet: compute.quiet)
    let found = try NetworkReport.judge(
      network, on: data, by: protocols, imageSize: size,
      precision: (compute.precision ?? .best(on: device)).dtype, seed: weights.seed,
      progress: { bar.update(done: $0) }, shouldStop: { Interrupt.isRequested })
    bar.dismiss()
    guard let results = found else { throw Interrupted(hint: "nothing is kept") }
    guard !results.isEmpty else {
      throw UsageError(
        "--protocols names nothing that these images can be judged by: their labels are "
          + "\(images.task.rawValue); give linear")
    }
    if json {
      try printJSON(results)
      return
    }
    print(table(results).render(), terminator: "")
    if let first = results.first(where: { $0.confusion != nil }), let matrix = first.confusion,
      images.classes.count <= Self.mostClasses
    {
      print("\n\(confusion(matrix, first, images.classes).render())", terminator: "")
    }
    compute.note(
      "\(data.labelledPool.count) labelled training images, \(data.test.count) test images; 95% intervals over the test "
        + "images, of one run")
  }

  /// More classes than this make no table that fits a terminal; `--json` has them all.
  private static let mostClasses = 12

  /// How often each class (row) was taken for each class (column).
  private func confusion(_ matrix: [[Int]], _ report: NetworkReport, _ classes: [String]) -> Table {
    var table = Table(["\(report.evaluation.rawValue): is, taken for"] + classes)
    for (name, counts) in zip(classes, matrix) { table.add([name] + counts.map(String.init)) }
    return table
  }

  /// A row a metric and a column a protocol.
  private func table(_ results: [NetworkReport]) -> Table {
    var table = Table(["test images"] + results.map(\.evaluation.rawValue))
    for metric in Metric.allCases {
      let cells = results.map { result in
        result.figures.first { $0.metric == metric }.map(text)
      }
      guard cells.contains(where: { $0 != nil }) else { continue }
      let better = metric.isHigherBetter ? "" : " (lower is better)"
      table.add([metric.title + better] + cells.map { $0 ?? "–" })
    }
    table.add(["setting"] + results.map(\.setting))
    return table
  }

  /// `84.2% (82.0–86.1)`.
  private func text(_ figure: MetricFigure) -> String {
    // Errors are in the unit of what is predicted.
    let isShare = figure.metric != .meanAbsoluteError
    func number(_ value: Double) -> String {
      isShare ? Human.fixed(100 * value, decimals: 1) : Human.fixed(value, decimals: 3)
    }
    let interval = figure.interval.map { " (\(number($0.lowerBound))–\(number($0.upperBound)))" }
    return number(figure.value) + (isShare ? "%" : "") + (interval ?? "")
  }
}
