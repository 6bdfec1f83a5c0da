/// A finished run with every figure of it, as it travels from one study to another: no weights.
public struct FinishedRun: Sendable {
  /// The run and what it cost.
  public var record: RunRecord
  /// What it was judged by, sorted by name. Figures of which an older Glean did not record the
  /// protocol's revision have revision 0.
  public var evaluations: [Evaluation]

  /// Both.
  public init(record: RunRecord, evaluations: [Evaluation]) {
    self.record = record
    self.evaluations = evaluations
  }
}

extension EvaluationProtocol {
  /// What a study is asked for to get such figures.
  var maker: DownstreamProtocol {
    switch (probe, condition) {
    case (.endToEnd, _): .endToEnd
    case (_, .imbalanced): .imbalanced
    case (_, .noisyLabels): .labelNoise
    case (_, .corrupted), (_, .corruption): .corruptions
    case (.fineTune, .percentOfLabels): .fineTuneFractions
    case (.fineTune, _): .fineTune
    case (_, .percentOfLabels): .fractions
    case (.fewShot, _): .fewShot
    case (.knn, _): .knn
    case (.sgd, _): .sgd
    case (.linear, _): .linear
    }
  }
}
