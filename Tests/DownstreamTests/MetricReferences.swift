import Testing

@testable import Downstream

/// Figures of scikit-learn 1.9.1 (`recall_score`, `f1_score`, `roc_auc_score`,
/// `average_precision_score`, `top_k_accuracy_score`, `jaccard_score`, `mean_absolute_error`,
/// `r2_score`; calibration error in NumPy, from its definition) on the cases of `MetricCase`, with
/// ties and absent classes, as Benchmarks/python/sklearn_metrics.py prints them.
struct MetricReference: Sendable {
  enum Task: Sendable { case classification, multiLabel, segmentation, regression }
  /// Seed, images, classes, levels of scores, and a class that no image has (or −1).
  typealias Case = (UInt64, Int, Int, Int, Int)

  let task: Task
  let problem: Case
  let weighted: Bool
  let values: [Metric: Double]

  init(_ task: Task, _ problem: Case, weighted: Bool, _ values: [Metric: Double]) {
    (self.task, self.problem, self.weighted, self.values) = (task, problem, weighted, values)
  }

  static let all: [MetricReference] = [
    .init(
      .classification, (1, 300, 2, 10, -1), weighted: false,
      [
        .accuracy: 0.88000000, .balancedAccuracy: 0.87129675, .macroF1: 0.85890468,
        .auc: 0.95626248, .averagePrecision: 0.94412764, .calibrationError: 0.20416199,
      ]),
    .init(
      .classification, (1, 300, 2, 10, -1), weighted: true,
      [
        .accuracy: 0.88535032, .balancedAccuracy: 0.88334674, .macroF1: 0.86443587,
        .auc: 0.95717127, .averagePrecision: 0.94143748, .calibrationError: 0.19531959,
      ]),
    .init(
      .classification, (2, 400, 4, 6, 2), weighted: false,
      [
        .accuracy: 0.78250000, .balancedAccuracy: 0.75935856, .macroF1: 0.56989534,
        .auc: 0.92889785, .averagePrecision: 0.83628885, .calibrationError: 0.37763732,
      ]),
    .init(
      .classification, (2, 400, 4, 6, 2), weighted: true,
      [
        .accuracy: 0.79813665, .balancedAccuracy: 0.77104308, .macroF1: 0.57290577,
        .auc: 0.93935307, .averagePrecision: 0.85036330, .calibrationError: 0.39087401,
      ]),
    .init(
      .classification, (3, 500, 10, 8, 7), weighted: false,
      [
        .accuracy: 0.63800000, .balancedAccuracy: 0.59336787, .macroF1: 0.52045662,
        .auc: 0.88357208, .averagePrecision: 0.57690227, .calibrationError: 0.45023141,
        .topFive: 0.94000000,
      ]),
    .init(
      .classification, (3, 500, 10, 8, 7), weighted: true,
      [
        .accuracy: 0.62219287, .balancedAccuracy: 0.58104702, .macroF1: 0.49616499,
        .auc: 0.88695004, .averagePrecision: 0.56477140, .calibrationError: 0.43430053,
        .topFive: 0.94451783,
      ]),
    .init(
      .classification, (4, 60, 3, 50, -1), weighted: false,
      [
        .accuracy: 0.75000000, .balancedAccuracy: 0.77815265, .macroF1: 0.70898829,
        .auc: 0.95881427, .averagePrecision: 0.85295803, .calibrationError: 0.21727240,
      ]),
    .init(
      .classification, (4, 60, 3, 50, -1), weighted: true,
      [
        .accuracy: 0.76666667, .balancedAccuracy: 0.83426720, .macroF1: 0.75489510,
        .auc: 0.97703899, .averagePrecision: 0.94692724, .calibrationError: 0.24080359,
      ]),
    .init(
      .classification, (5, 2000, 7, 1000, -1), weighted: false,
      [
        .accuracy: 0.62300000, .balancedAccuracy: 0.61242683, .macroF1: 0.58124573,
        .auc: 0.88934589, .averagePrecision: 0.60857578, .calibrationError: 0.35121479,
        .topFive: 0.99050000,
      ]),
    .init(
      .classification, (5, 2000, 7, 1000, -1), weighted: true,
      [
        .accuracy: 0.62932455, .balancedAccuracy: 0.62172961, .macroF1: 0.58713198,
        .auc: 0.89377431, .averagePrecision: 0.60927245, .calibrationError: 0.35571319,
        .topFive: 0.99209226,
      ]),
    .init(
      .multiLabel, (6, 200, 5, 6, 3), weighted: false,
      [.meanAveragePrecision: 0.63331914, .auc: 0.78341814]),
    .init(
      .multiLabel, (6, 200, 5, 6, 3), weighted: true,
      [.meanAveragePrecision: 0.65253188, .auc: 0.80584379]),
    .init(
      .multiLabel, (7, 700, 12, 40, -1), weighted: false,
      [.meanAveragePrecision: 0.37474942, .auc: 0.55486129]),
    .init(
      .multiLabel, (7, 700, 12, 40, -1), weighted: true,
      [.meanAveragePrecision: 0.38240998, .auc: 0.56032744]),
    .init(.segmentation, (2, 400, 4, 6, 2), weighted: false, [.meanIoU: 0.46311120]),
    .init(.segmentation, (2, 400, 4, 6, 2), weighted: true, [.meanIoU: 0.46908514]),
    .init(.segmentation, (8, 40, 12, 8, 7), weighted: false, [.meanIoU: 0.34657097]),
    .init(.segmentation, (8, 40, 12, 8, 7), weighted: true, [.meanIoU: 0.43216783]),
    .init(
      .regression, (3, 500, 10, 8, 7), weighted: false,
      [.meanAbsoluteError: 2.92274160, .r2: -0.35936308]),
    .init(
      .regression, (3, 500, 10, 8, 7), weighted: true,
      [.meanAbsoluteError: 2.95537356, .r2: -0.36587768]),
  ]
}
