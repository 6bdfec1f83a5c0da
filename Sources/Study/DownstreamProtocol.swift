import Images
import Pretext

/// What a study can be asked to judge its networks by. Each gives figures under one or several
/// ``EvaluationProtocol``s, is made once for each run, and may be added to a study later.
public enum DownstreamProtocol: String, Codable, Sendable, CaseIterable {
  /// The linear probe.
  case linear
  /// k nearest neighbours.
  case knn
  /// The linear probe as published: by SGD.
  case sgd
  /// 1, 5, 10 and 50 labels a class.
  case fewShot = "few-shot"
  /// 1% and 10% of the labels, groups kept whole.
  case fractions
  /// The whole network, trained on with the labels.
  case fineTune = "fine-tune"
  /// The same from 1% and 10% of the labels.
  case fineTuneFractions = "fine-tune-fractions"
  /// The common corruptions, at test time.
  case corruptions
  /// A long-tailed training set.
  case imbalanced
  /// Wrong labels in the training set.
  case labelNoise = "label-noise"
  /// A supervised network's own predictions.
  case endToEnd = "end-to-end"

  /// What every study is judged by.
  public static let standard: [Self] = [.linear, .knn, .fewShot]

  /// What it does, in a line.
  public var summary: String {
    switch self {
    case .linear: "logistic regression on frozen features; always made, since rows compare by it"
    case .knn: "k nearest neighbours on frozen features"
    case .sgd: "the linear probe trained by SGD, as most papers do"
    case .fewShot: "1, 5, 10 and 50 labels a class, ten draws each"
    case .fractions: "1% and 10% of the labels (of whole groups), by linear probe"
    case .fineTune: "the whole network trained on with the labels"
    case .fineTuneFractions: "the same with 1% and 10% of the labels"
    case .corruptions:
      "noise, blur, light and compression at test time, at five severities, by linear probe"
    case .imbalanced:
      "a long-tailed training set, a hundred times fewer of the rarest class, by linear probe and "
        + "fine-tuning"
    case .labelNoise: "20% and 40% of the training labels wrong, by linear probe"
    case .endToEnd: "a supervised network's own predictions; always made where there are any"
    }
  }
}

extension DownstreamProtocol {
  /// Whether a row can be judged by it on images of such labels.
  func applies(to row: StudyRow, on labels: ImageTask) -> Bool {
    let task = try? Registry.task(row.method)
    switch labels {
    case .none: return false
    case .classes: break
    case .tags, .values: if ![.linear, .knn, .endToEnd].contains(self) { return false }
    case .masks:
      if ![.linear, .endToEnd].contains(self) || row.method == Baseline.pixels { return false }
    }
    // What was trained with these labels is not trained with them again, nor shown as if it had seen
    // few of them.
    let knowsLabels = row.source == nil && ((try? row.card().usesLabels) ?? false)
    switch self {
    case .endToEnd: return row.source == nil && task is any Classifier.Type
    case .linear, .knn, .sgd: return true
    case .fewShot, .fractions, .imbalanced, .labelNoise: return !knowsLabels
    case .fineTune, .fineTuneFractions: return row.method != Baseline.pixels && !knowsLabels
    case .corruptions: return row.method != Baseline.pixels
    }
  }
}
