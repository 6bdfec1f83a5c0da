/// What is measured on the test images.
public enum Metric: String, Codable, Sendable, CaseIterable {
  /// Share of test images named rightly.
  case accuracy
  /// Share of test images whose class is among the five with the largest scores; only where there
  /// are more than five classes.
  case topFive = "top-5"
  /// Mean over classes of the share named rightly.
  case balancedAccuracy = "balanced-accuracy"
  /// Mean over classes of the harmonic mean of precision and recall.
  case macroF1 = "macro-f1"
  /// Area under the ROC curve: how often an image of the class scores above one of another. With
  /// two classes for the second; with more, the mean over classes, each against the rest.
  case auc
  /// Mean over classes of the area under the precision-recall curve, each against the rest.
  case averagePrecision = "average-precision"
  /// Expected calibration error: how far the confidence of predictions is from the share of them
  /// that is right.
  case calibrationError = "calibration-error"
  /// Share of the accuracy that is left when the test images are corrupted; see ``Robustness``.
  case relativeRobustness = "relative-robustness"
  /// The same share of the balanced accuracy.
  case relativeBalancedRobustness = "relative-balanced-robustness"
  /// Mean over labels of the average precision, where an image may have several labels.
  case meanAveragePrecision = "mean-average-precision"
  /// Mean over classes of intersection over union, for segmentation.
  case meanIoU = "mean-iou"
  /// Mean distance between prediction and target, in the target's unit, for regression.
  case meanAbsoluteError = "mean-absolute-error"
  /// Share of the targets' variance that predictions explain, for regression; below 0 where they
  /// are worse than the mean.
  case r2

  /// The metric's name for readers, as within a sentence.
  public var title: String {
    switch self {
    case .accuracy: "accuracy"
    case .topFive: "top-5 accuracy"
    case .balancedAccuracy: "balanced accuracy"
    case .macroF1: "macro F1"
    case .auc: "AUC"
    case .averagePrecision: "average precision"
    case .calibrationError: "calibration error"
    case .relativeRobustness: "relative robustness"
    case .relativeBalancedRobustness: "relative robustness, balanced"
    case .meanAveragePrecision: "mean average precision"
    case .meanIoU: "mean IoU"
    case .meanAbsoluteError: "mean absolute error"
    case .r2: "R²"
    }
  }

  /// Whether a larger figure is a better one.
  public var isHigherBetter: Bool { self != .calibrationError && self != .meanAbsoluteError }

  /// Whether figures lie in 0...1 and are shown in per cent.
  public var isShare: Bool { self != .meanAbsoluteError && self != .r2 }
}
