import Augment
import Backbones
import Downstream
import Images
import Pretext
import Torch
import Training

/// The protocols of tags, numbers and masks.
extension Judge {
  /// - Returns: whether it was finished, not stopped.
  func judgeTargets(
    _ task: DownstreamProtocol, _ evaluation: inout Evaluation, _ shouldStop: () -> Bool
  ) throws -> Bool {
    switch (data.images.task, task) {
    case (.tags, .linear): try tags(.linear, MultiLabelProbe().evaluate, &evaluation)
    case (.tags, .knn): try tags(.knn, KNNProbe().evaluate, &evaluation)
    case (.tags, .endToEnd):
      guard let classifier else { break }
      let scores = outputs(of: data.test) { classifier.logits($0) }.sigmoid()
      try addTags(.endToEnd, ClassScores(checked(scores)), &evaluation)
    case (.values, .linear): try numbers(.linear, RegressionProbe().evaluate, &evaluation)
    case (.values, .knn): try numbers(.knn, KNNProbe().evaluate, &evaluation)
    case (.values, .endToEnd):
      guard let classifier else { break }
      let scale = NumberScale(data.images, labelled)
      let outputs = try checked(outputs(of: data.test) { classifier.logits($0) })
      addNumbers(
        .endToEnd, outputs.reshaped(-1).floats.map { Double($0) * scale.deviation + scale.mean },
        &evaluation)
    case (.masks, .linear): try segment(&evaluation)
    case (.masks, .endToEnd):
      guard let classifier else { break }
      try addMasks(.endToEnd, confusions(of: classifier), &evaluation)
    default: break
    }
    return true
  }

  // MARK: - Parts

  /// All images that a probe sees in one matrix, and which of its rows are of which part.
  private struct Whole {
    var images: [Int]
    var features: Tensor
    var split: EvaluationSplit
    var groups: [Int]?
  }

  private var split: (images: [Int], split: EvaluationSplit) {
    let images = labelled + data.validation + data.test
    let validates = labelled.count..<labelled.count + data.validation.count
    return (
      images,
      EvaluationSplit(
        train: Array(labelled.indices), validation: validates.isEmpty ? nil : Array(validates),
        test: Array(validates.upperBound..<images.count))
    )
  }

  private func whole() -> Whole {
    let (images, split) = split
    let parts = Part.allCases.filter { !self.images(of: $0).isEmpty }
    return Whole(
      images: images, features: concatenated(parts.map(features)), split: split,
      groups: data.groups(of: images))
  }

  // MARK: - Tags

  private func tags(
    _ condition: EvaluationProtocol,
    _ probe: (Tensor, [[Int]?], [Int]?, EvaluationSplit, Int, UInt64) throws -> MultiLabelResult,
    _ evaluation: inout Evaluation
  ) throws {
    let (all, classes) = (whole(), data.images.classes.count)
    let tags = all.images.map { data.images.tags[$0] }
    let result = try probe(all.features, tags, all.groups, all.split, classes, seed)
    addTags(
      condition, ClassScores(result.probabilities.flatMap { $0 }, classes: classes), &evaluation,
      chosen: result.setting)
  }

  private func addTags(
    _ condition: EvaluationProtocol, _ scores: ClassScores, _ evaluation: inout Evaluation,
    chosen: String = ""
  ) {
    let truth = data.test.flatMap { image in
      let tags = Set(data.images.tags[image] ?? [])
      return (0..<scores.classes).map { tags.contains($0) }
    }
    evaluation.add(
      condition, bootstrapped(MultiLabelFigures(scores, truth: truth)), chosen: chosen)
  }

  // MARK: - Numbers

  private func numbers(
    _ condition: EvaluationProtocol,
    _ probe: (Tensor, [Double?], [Int]?, EvaluationSplit, UInt64) throws -> RegressionResult,
    _ evaluation: inout Evaluation
  ) throws {
    let all = whole()
    let numbers = all.images.map { data.images.values[$0] }
    let result = try probe(all.features, numbers, all.groups, all.split, seed)
    addNumbers(condition, result.predictions, &evaluation, chosen: result.setting)
  }

  private func addNumbers(
    _ condition: EvaluationProtocol, _ predictions: [Double], _ evaluation: inout Evaluation,
    chosen: String = ""
  ) {
    let truth = data.test.compactMap { data.images.values[$0] }
    evaluation.add(
      condition, bootstrapped(RegressionFigures(predictions, targets: truth)), chosen: chosen)
  }

  // MARK: - Masks

  private func segment(_ evaluation: inout Evaluation) throws {
    guard case .backbone(let backbone) = network else { return }
    let (images, split) = split
    let stage = backbone.spec.segmentingStage(at: imageSize)
    let features = try data.store.patchFeatures(
      of: images, imageSize: imageSize, precision: precision,
      stage: stage, backbone: backbone)
    let (result, _) = try SegmentationProbe().evaluate(
      features: features, masks: images.map(mask),
      groups: data.groups(of: images), split: split, classes: data.images.classes.count, seed: seed)
    let place = stage.map { "stage \($0)" } ?? "patches"
    addMasks(.linear, result.confusions, &evaluation, chosen: "\(place), \(result.setting)")
  }

  private func addMasks(
    _ condition: EvaluationProtocol, _ confusions: [[[Int]]], _ evaluation: inout Evaluation,
    chosen: String = ""
  ) {
    evaluation.add(condition, bootstrapped(SegmentationFigures(confusions)), chosen: chosen)
  }

  /// Images that go through a network at a time.
  private static let batch = 64

  /// What a network that was trained to makes of the pixels of each test image.
  private func confusions(of classifier: any Classifier) throws -> [[[Int]]] {
    try stride(from: 0, to: data.test.count, by: Judge.batch).flatMap { start in
      let images = Array(data.test[start..<min(start + Judge.batch, data.test.count)])
      let scores = try checked(
        withoutGradient {
          withAutocast(precision, on: data.store.device) {
            classifier.logits(data.store.evaluationBatch(indices: images, size: imageSize))
          }
        }.to(.float32).to(.cpu))
      return images.enumerated().compactMap { row, image in
        mask(of: image).map { SegmentationFigures.confusion(scores: scores[row], mask: $0) }
      }
    }
  }

  /// The centred square of an image's mask in its original proportions, as the network sees the image.
  private func mask(of image: Int) -> Tensor? {
    guard let values = data.images.mask(at: image) else { return nil }
    let (height, width) = (data.images.height, data.images.width)
    let ratio = Double(data.images.aspectRatios[image])
    // The shorter side is whole, the longer one cut to it.
    let rows = ratio < 1 ? Int((Double(height) * ratio).rounded()) : height
    let columns = ratio > 1 ? Int((Double(width) / ratio).rounded()) : width
    let (top, left) = ((height - rows) / 2, (width - columns) / 2)
    return Tensor(values, shape: [height, width])
      .sliced(top..<top + rows, along: 0).sliced(left..<left + columns, along: 1).contiguous()
  }
}
