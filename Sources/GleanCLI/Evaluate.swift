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
  @Option(help: "Classifiers on the frozen features.")
  var protocols: [ProbeChoice] = [.linear, .knn]
  @Flag(help: "Print the results as JSON.") var json = false
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func run() throws {
    let device = try compute.start()
    let images = try source.open(quiet: compute.quiet)
    let data = try StudyData(images, device: device)
    let (network, size) = try weights.network(for: images, on: device)
    let shown = data.labelledPool + data.validation + data.test
    let bar = ProgressBar("Embedding", total: shown.count, unit: "images", quiet: compute.quiet)
    let features = data.store.features(
      of: shown, imageSize: size, precision: (compute.precision ?? .best(on: device)).dtype,
      progress: { bar.update(done: $0) }, network: { network($0) })
    bar.finish(
      "Embedded \(Human.count(shown.count, "image")) in "
        + Human.duration(seconds: bar.elapsed))

    let pool = data.labelledPool.count
    let validation = data.validation.isEmpty ? nil : Array(pool..<pool + data.validation.count)
    let split = EvaluationSplit(
      train: Array(0..<pool), validation: validation,
      test: Array(pool + data.validation.count..<shown.count))
    let results = try protocols.map {
      try $0.probe.evaluate(
        features: features, labels: shown.map { images.labels[$0] },
        groups: images.groups.map { groups in shown.map { groups[$0] } }, split: split,
        classes: images.classes.count, seed: weights.seed)
    }
    if json {
      try printJSON(results)
      return
    }
    print(table(results).render(), terminator: "")
    compute.note(
      "\(pool) labelled training images, \(data.test.count) test images; 95% intervals over the test "
        + "images, of one run")
  }

  /// A row a metric and a column a protocol.
  private func table(_ results: [ProtocolResult]) -> Table {
    var table = Table(["test images"] + results.map(\.protocolName))
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
    func number(_ value: Double) -> String { Human.fixed(100 * value, decimals: 1) }
    let interval = figure.interval.map { " (\(number($0.lowerBound))–\(number($0.upperBound)))" }
    return number(figure.value) + "%" + (interval ?? "")
  }
}

/// The classifiers to choose from.
enum ProbeChoice: String, CaseIterable, ExpressibleByArgument {
  case linear
  case knn
  case sgd

  var probe: any FeatureProbe {
    switch self {
    case .linear: LinearProbe()
    case .knn: KNNProbe()
    case .sgd: SGDProbe()
    }
  }
}
