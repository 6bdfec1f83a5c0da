import CommandLineKit
import Foundation
import Glean

struct Evaluate: Command {
  static let configuration = CommandConfiguration(
    name: "evaluate", abstract: "Judge a backbone's frozen features by linear probe and kNN.",
    discussion: """
      Trains on train/, chooses settings on val/ (or a part of train/) and reports on test/; \
      without test/, a fifth of the images is held out. For intervals and baselines: 'glean compare'.
      """,
    examples: [
      ("glean evaluate photos --weights glean-simclr-photos", "A pretrained run."),
      ("glean evaluate photos", "Random weights, for comparison."),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @OptionGroup(title: "Network") var weights: WeightsOptions
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
    let probes: [any FeatureProbe] = [LinearProbe(), KNNProbe()]
    let results = try probes.map {
      try $0.evaluate(
        features: features, labels: shown.map { images.labels[$0] }, split: split,
        classes: images.classes.count, seed: weights.seed)
    }
    if json {
      try printJSON(results)
      return
    }
    var table = Table(["protocol", "accuracy", "balanced accuracy", "setting"])
    for result in results {
      table.add([
        result.protocolName, percent(result.accuracy), percent(result.balancedAccuracy),
        result.setting,
      ])
    }
    print(table.render(), terminator: "")
    compute.note(
      "\(pool) labelled training images, \(data.test.count) test images, one run: no interval")
  }

  private func percent(_ share: Double) -> String { Human.fixed(100 * share, decimals: 1) + "%" }
}
