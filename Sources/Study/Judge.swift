import Augment
import Backbones
import Downstream
import Images
import Pretext
import Torch
import Training

/// What a row of a study makes features with.
enum StudyNetwork {
  /// A network in use mode.
  case backbone(Backbone)
  /// The images' own pixels.
  case pixels
}

/// Judges one run downstream: the same protocols, labels and test images for every row.
final class Judge {
  private let data: StudyData
  /// The images whose labels the row may see.
  private let labelled: [Int]
  private let configuration: RunConfiguration
  private let seed: Int
  private let network: StudyNetwork
  private let classifier: (any Classifier)?
  private lazy var frozen = Result { try makeFeatures() }

  init(
    data: StudyData, labelled: [Int], configuration: RunConfiguration, seed: Int,
    network: StudyNetwork, classifier: (any Classifier)?
  ) {
    self.data = data
    self.labelled = labelled
    self.configuration = configuration
    self.seed = seed
    self.network = network
    self.classifier = classifier
  }

  /// About how many images ``FeatureHealth`` is measured on: its cost grows with their square.
  private static let healthSample = 2000

  /// A protocol in the revision of its implementation.
  static func tag(of task: DownstreamProtocol) -> Evaluation.Tag {
    let revision =
      switch task {
      case .linear: LinearProbe().revision
      case .knn: KNNProbe().revision
      default: 1
      }
    return Evaluation.Tag(name: task.rawValue, revision: revision)
  }

  /// What one protocol finds; `nil` if it was stopped.
  func evaluate(
    _ task: DownstreamProtocol, runId: String, shouldStop: () -> Bool
  ) throws -> Evaluation? {
    let clock = ContinuousClock()
    let began = clock.now
    var evaluation = Evaluation(tag: Judge.tag(of: task), scores: [])
    switch task {
    case .linear: try add(LinearProbe(), as: .linear, runId: runId, to: &evaluation)
    case .knn: try add(KNNProbe(), as: .knn, runId: runId, to: &evaluation)
    case .endToEnd:
      guard let classifier else { return evaluation }
      let predictions = features(data.test) { classifier.logits($0) }.argmax(along: 1).ints
      evaluation.add(.endToEnd, predictions, truth: truth, runId: runId)
    default: break
    }
    evaluation.seconds = (clock.now - began) / .seconds(1)
    return evaluation
  }

  /// What the test images' features look like.
  func health() throws -> FeatureHealth? {
    let test = try frozen.get().test
    // Spread over the test set, which is in order of class.
    let step = max(1, test.labels.count / Self.healthSample)
    let sample = Array(stride(from: 0, to: test.labels.count, by: step))
    return FeatureHealth(test.features.rows(Tensor(sample).to(test.features.device)))
  }

  // MARK: - Features

  /// The features of a study's images.
  private struct FrozenFeatures {
    var train: LabelledFeatures
    var validation: LabelledFeatures?
    var test: LabelledFeatures
  }

  private var truth: [Int] { data.test.compactMap { data.images.labels[$0] } }

  private func makeFeatures() throws -> FrozenFeatures {
    func part(_ indices: [Int], _ name: String) throws(ProbeError) -> LabelledFeatures {
      try LabelledFeatures(
        features(indices), labels: indices.map { data.images.labels[$0] },
        groups: data.images.groups.map { groups in indices.map { groups[$0] } }, part: name)
    }
    return FrozenFeatures(
      train: try part(labelled, "training"),
      validation: data.validation.isEmpty ? nil : try part(data.validation, "validation"),
      test: try part(data.test, "test"))
  }

  private func features(_ indices: [Int]) -> Tensor {
    switch network {
    case .backbone(let backbone): features(indices) { backbone($0) }
    case .pixels: features(indices) { $0.flattened(from: 1) }
    }
  }

  private func features(_ indices: [Int], _ network: (Tensor) -> Tensor) -> Tensor {
    data.store.features(
      of: indices, imageSize: configuration.imageSize, precision: configuration.precision.dtype,
      network: network)
  }

  private func add(
    _ probe: any FeatureProbe, as condition: EvaluationProtocol, runId: String,
    to evaluation: inout Evaluation
  ) throws {
    let frozen = try frozen.get()
    let result = try probe.evaluate(
      train: frozen.train, validation: frozen.validation, test: frozen.test,
      classes: data.images.classes.count, seed: UInt64(seed))
    evaluation.add(
      condition, result.predictions, truth: frozen.test.labels, chosen: result.setting,
      runId: runId)
  }
}

extension Evaluation {
  /// Adds the figures of predictions.
  mutating func add(
    _ condition: EvaluationProtocol, _ predictions: [Int], truth: [Int], chosen: String = "",
    runId: String
  ) {
    correct[condition] = zip(predictions, truth).map { $0 == $1 }
    for (metric, value) in [
      (Metric.accuracy, Metrics.accuracy(predictions, truth)),
      (.balancedAccuracy, Metrics.balancedAccuracy(predictions, truth)),
    ] {
      scores.append(
        Score(runId: runId, evaluation: condition, metric: metric, value: value, chosen: chosen))
    }
  }
}
