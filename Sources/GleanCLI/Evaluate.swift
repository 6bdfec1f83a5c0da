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
      (
        "glean evaluate photos --class-weights balanced",
        "Rare classes count as much as frequent ones."
      ),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @OptionGroup(title: "Network") var weights: WeightsOptions
  @Option(
    help:
      "What to judge by: linear, knn, sgd, few-shot, fractions, fine-tune, fine-tune-fractions, "
      + "corruptions, imbalanced, label-noise.")
  var protocols: [DownstreamProtocol] = [.linear, .knn]
  @Option(help: "How much classes count in the linear probe: every image alike, or every class.")
  var classWeights = LinearProbe.ClassWeighting.none
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
    let found = try misuse {
      try NetworkReport.judge(
        network, on: data, by: protocols, imageSize: size,
        precision: (compute.precision ?? .best(on: device)).dtype, seed: weights.seed,
        classWeights: classWeights, progress: { bar.update(done: $0) },
        shouldStop: { Interrupt.isRequested })
    }
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
    let width = min(TextReport.width, StandardStream.output.width ?? TextReport.width)
    let tables = EvaluationTables(results, classes: images.classes)
    print(tables.render(width: width), terminator: "")
    compute.note(
      "\(data.labelledPool.count) labelled training images, \(data.test.count) test images; 95% "
        + "intervals over the test images, of one run")
  }
}
