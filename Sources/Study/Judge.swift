import Augment
import Backbones
import Downstream
import Images
import Pretext
import Torch
import Training

/// Judges one run downstream: the same protocols, labels and test images for every row.
struct Judge {
  let data: StudyData
  /// The images whose labels the row may see.
  let labelled: [Int]
  let configuration: RunConfiguration
  let seed: Int

  private static let probes: [any FeatureProbe] = [LinearProbe(), KNNProbe()]

  /// About how many images ``FeatureHealth`` is measured on: its cost grows with their square.
  private static let healthSample = 2000

  /// Changes when a protocol's results do.
  static let revision = probes.map { "\($0.name)-\($0.revision)" }.joined(separator: " ")

  /// Scores of one run, and for each protocol which test images it named rightly.
  struct Verdicts {
    var scores: [Score] = []
    /// What the test images' features look like.
    var health: FeatureHealth?
    var correct: [EvaluationProtocol: [Bool]] = [:]
  }

  /// Probes on the frozen features of a backbone, which is in use mode.
  func frozen(_ backbone: Backbone, runId: String) throws -> Verdicts {
    var verdicts = Verdicts()
    let train = try part(labelled, backbone, "training")
    let validation =
      data.validation.isEmpty ? nil : try part(data.validation, backbone, "validation")
    let test = try part(data.test, backbone, "test")
    // Spread over the test set, which is in order of class.
    let step = max(1, test.labels.count / Self.healthSample)
    let sample = Array(stride(from: 0, to: test.labels.count, by: step))
    verdicts.health = FeatureHealth(
      test.features.rows(Tensor(sample).to(test.features.device)))
    for probe in Judge.probes {
      let result = try probe.evaluate(
        train: train, validation: validation, test: test, classes: data.images.classes.count,
        seed: UInt64(seed))
      guard let evaluation = EvaluationProtocol(rawValue: result.protocolName) else {
        preconditionFailure("Judge: the study knows no protocol '\(result.protocolName)'")
      }
      verdicts.add(
        evaluation, result.predictions, truth: test.labels, chosen: result.setting, runId: runId)
    }
    return verdicts
  }

  /// A trained classifier's own predictions.
  func endToEnd(_ classifier: any Classifier, runId: String) -> Verdicts {
    let predictions = features(data.test) { classifier.logits($0) }.argmax(along: 1).ints
    var verdicts = Verdicts()
    verdicts.add(
      .endToEnd, predictions, truth: data.test.compactMap { data.images.labels[$0] }, chosen: "",
      runId: runId)
    return verdicts
  }

  private func part(
    _ indices: [Int], _ backbone: Backbone, _ name: String
  ) throws(ProbeError) -> LabelledFeatures {
    try LabelledFeatures(
      features(indices) { backbone($0) }, labels: indices.map { data.images.labels[$0] },
      part: name)
  }

  private func features(_ indices: [Int], _ network: (Tensor) -> Tensor) -> Tensor {
    data.store.features(
      of: indices, imageSize: configuration.imageSize, precision: configuration.precision.dtype,
      network: network)
  }
}

extension Judge.Verdicts {
  mutating func add(_ others: Judge.Verdicts) {
    scores += others.scores
    correct.merge(others.correct) { $1 }
  }

  mutating func add(
    _ evaluation: EvaluationProtocol, _ predictions: [Int], truth: [Int], chosen: String,
    runId: String
  ) {
    correct[evaluation] = zip(predictions, truth).map { $0 == $1 }
    for (metric, value) in [
      (Metric.accuracy, Metrics.accuracy(predictions, truth)),
      (.balancedAccuracy, Metrics.balancedAccuracy(predictions, truth)),
    ] {
      scores.append(
        Score(runId: runId, evaluation: evaluation, metric: metric, value: value, chosen: chosen))
    }
  }
}
