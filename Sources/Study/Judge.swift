import Augment
import Backbones
import Downstream
import Images
import Insight
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
  let data: StudyData
  /// The images whose labels the row may see.
  let labelled: [Int]
  /// Pixels of the square that the network is shown.
  let imageSize: Int
  /// The type of products and convolutions; `nil` for `float32`.
  let precision: DType?
  let seed: UInt64
  let network: StudyNetwork
  let classifier: (any Classifier)?
  /// How much classes count in the linear probe.
  let classWeights: LinearProbe.ClassWeighting
  /// Features that were made already.
  private var made: [Part: Tensor] = [:]

  /// Images that probes see together, by the name that errors call them.
  enum Part: String, CaseIterable { case training, validation, test }

  init(
    data: StudyData, labelled: [Int], imageSize: Int, precision: DType?, seed: UInt64,
    network: StudyNetwork, classifier: (any Classifier)? = nil,
    classWeights: LinearProbe.ClassWeighting = .none
  ) {
    self.data = data
    self.labelled = labelled
    self.imageSize = imageSize
    self.precision = precision
    self.seed = seed
    self.network = network
    self.classifier = classifier
    self.classWeights = classWeights
  }

  /// About how many images ``FeatureHealth`` is measured on: its cost grows with their square.
  private static let healthSample = 2000

  /// A protocol in the revision of its implementation.
  static func tag(of task: DownstreamProtocol, on images: ImageStore) -> Evaluation.Tag {
    // Fractions of the labels were not always of whole groups.
    let drawing = images.groups == nil ? 0 : 1
    let revision =
      switch task {
      case .linear, .labelNoise: LinearProbe().revision
      case .fractions: LinearProbe().revision + drawing
      // Once more for balanced accuracy beside the plain one.
      case .corruptions: LinearProbe().revision + 1
      case .knn: KNNProbe().revision
      case .sgd: SGDProbe().revision
      case .fewShot: FewShot().revision
      case .fineTune: FineTuning().revision
      case .fineTuneFractions: FineTuning().revision + drawing
      case .imbalanced: LinearProbe().revision + FineTuning().revision
      case .endToEnd: 1
      }
    return Evaluation.Tag(name: task.rawValue, revision: revision)
  }

  /// What one protocol finds; `nil` if it was stopped.
  /// - Parameter report: told what is at work, in a word or two.
  func evaluate(
    _ task: DownstreamProtocol, runId: String, report: (String) -> Void = { _ in },
    shouldStop: () -> Bool
  ) throws -> Evaluation? {
    if shouldStop() { return nil }
    let clock = ContinuousClock()
    let began = clock.now
    var evaluation = Evaluation(tag: Judge.tag(of: task, on: data.images), run: runId)
    report(task.rawValue)
    guard readsFeatures(task) ? makeFeatures(shouldStop) : true else { return nil }
    let isDone =
      try data.images.task == .classes
      ? judgeClasses(task, &evaluation, report, shouldStop)
      : judgeTargets(task, &evaluation, shouldStop)
    evaluation.seconds = (clock.now - began) / .seconds(1)
    // What was stopped within a probe has no figure.
    return isDone && !shouldStop() ? evaluation : nil
  }

  /// What the test images' features look like.
  func health() -> FeatureHealth {
    let features = features(of: .test)
    // Spread over the test set, which is in order of class.
    let step = max(1, data.test.count / Self.healthSample)
    let sample = Array(stride(from: 0, to: data.test.count, by: step))
    return FeatureHealth(features.rows(Tensor(sample).to(features.device)))
  }

  // MARK: - Features

  private func readsFeatures(_ task: DownstreamProtocol) -> Bool {
    ![.fineTune, .fineTuneFractions, .endToEnd].contains(task) && data.images.task != .masks
  }

  /// Images between looks at whether to stop; a whole number of batches.
  private static let stretch = 2048

  /// Makes the features that probes ask for, in parts.
  /// - Returns: whether all are made; `false` if it was stopped.
  private func makeFeatures(_ shouldStop: () -> Bool) -> Bool {
    guard case .backbone(let backbone) = network else { return true }
    for part in Part.allCases where made[part] == nil {
      let images = images(of: part)
      if images.isEmpty { continue }
      var features: [Tensor] = []
      for start in stride(from: 0, to: images.count, by: Self.stretch) {
        if shouldStop() { return false }
        let stretch = Array(images[start..<min(start + Self.stretch, images.count)])
        features.append(outputs(of: stretch) { backbone($0) })
      }
      made[part] = concatenated(features)
    }
    return true
  }

  /// The images of a part.
  func images(of part: Part) -> [Int] {
    switch part {
    case .training: labelled
    case .validation: data.validation
    case .test: data.test
    }
  }

  /// The features of a part, made once.
  func features(of part: Part) -> Tensor {
    if let known = made[part] { return known }
    let features: Tensor
    switch network {
    case .backbone(let backbone): features = outputs(of: images(of: part)) { backbone($0) }
    case .pixels: features = pixels.features(of: images(of: part))
    }
    made[part] = features
    return features
  }

  private lazy var pixels: PixelFeatures = {
    do {
      return try PixelFeatures(data.store, training: labelled)
    } catch {
      preconditionFailure("Judge: no labelled image")
    }
  }()

  // MARK: - Outputs

  /// What a network makes of some images.
  func outputs(of indices: [Int], _ network: (Tensor) -> Tensor) -> Tensor {
    data.store.features(
      of: indices, imageSize: imageSize, precision: precision, network: network)
  }

  /// `outputs`, if each of them is a number.
  /// - Throws: ``ProbeError/badOutputs``.
  func checked(_ outputs: Tensor) throws(ProbeError) -> Tensor {
    guard outputs.isAllFinite else { throw .badOutputs }
    return outputs
  }

  /// The figures of the test images with their intervals over these, or over whole groups of them.
  func bootstrapped(_ figures: any TestFigures) -> [MetricFigure] {
    Bootstrap().figures(of: figures, groups: data.groups(of: data.test))
  }
}
