public import Backbones
public import Downstream
import Images
public import Torch

/// What one protocol finds for one network on a set's test images, without a study around it.
public struct NetworkReport: Encodable, Sendable {
  /// How it was judged.
  public var evaluation: EvaluationProtocol
  /// The figures, each with its interval over the test images (for few labels: over their draws).
  public var figures: [MetricFigure]
  /// How often test images of each class (row) were taken for each class (column), by index into the
  /// set's classes; left out where no one class is predicted for an image.
  public var confusion: [[Int]]?
  /// What was chosen on validation images, in words; empty if nothing.
  public var setting: String

  private enum CodingKeys: String, CodingKey {
    case evaluation = "protocol"
    case figures, confusion, setting
  }

  /// Judges a network, which is in use mode and on the images' device, with all labels of the set.
  /// - Parameters:
  ///   - imageSize: pixels of the square that the network is shown.
  ///   - precision: the type of products and convolutions; `nil` for `float32`.
  ///   - seed: draws folds, few labels and wrong ones.
  ///   - classWeights: how much classes count in the linear probe.
  ///   - progress: called with the number of protocols done.
  ///   - shouldStop: asked during long protocols.
  /// - Returns: one report for each protocol and condition; those that do not apply to the set's kind
  ///   of labels are left out. `nil` if it was stopped.
  /// - Throws: ``ProbeError``, and ``StudyError`` for class weights of images without classes.
  public static func judge(
    _ network: Backbone, on data: StudyData, by protocols: [DownstreamProtocol], imageSize: Int,
    precision: DType?, seed: UInt64, classWeights: LinearProbe.ClassWeighting = .none,
    progress: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> [NetworkReport]? {
    try data.check(classWeights)
    let judge = Judge(
      data: data, labelled: data.labelledPool, imageSize: imageSize, precision: precision,
      seed: seed, network: .backbone(network), classWeights: classWeights)
    let truth = data.test.compactMap { data.images.labels[$0] }
    let classes = data.images.classes.count
    var reports: [NetworkReport] = []
    for (done, task) in protocols.enumerated() {
      progress(done)
      guard task.applies(to: StudyRow(Baseline.random), on: data.images.task) else { continue }
      guard let evaluation = try judge.evaluate(task, runId: "", shouldStop: shouldStop) else {
        return nil
      }
      let byCondition = Dictionary(grouping: evaluation.scores, by: \.evaluation)
      reports += byCondition.sorted { $0.key < $1.key }.map { condition, scores in
        NetworkReport(
          evaluation: condition, figures: scores.map(\.figure),
          confusion: evaluation.predictions[condition].map {
            Metrics.confusionMatrix($0, truth, classes: classes)
          }, setting: scores[0].chosen)
      }
    }
    return reports
  }
}

extension Score {
  /// The figure without the run that it is of.
  fileprivate var figure: MetricFigure {
    MetricFigure(
      metric: metric, value: value, interval: interval.map { $0.lower...max($0.lower, $0.upper) })
  }
}
