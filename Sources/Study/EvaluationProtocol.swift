import Augment

/// How features or a network are judged, and under which condition: one column of a table.
///
/// Written `linear`, or with its condition `linear/10%`, `few-shot/5`, `linear/corrupted`.
public struct EvaluationProtocol: Hashable, Sendable {
  /// What is fitted to the labels.
  public enum Probe: String, Sendable, CaseIterable {
    /// A linear classifier on frozen features.
    case linear
    /// k nearest neighbours on frozen features.
    case knn
    /// A linear classifier on frozen features, trained as published: by SGD.
    case sgd
    /// A linear classifier on frozen features, from a few labels a class.
    case fewShot = "few-shot"
    /// The whole network, trained on with the labels.
    case fineTune = "fine-tune"
    /// The supervised network's own predictions.
    case endToEnd = "end-to-end"
  }

  /// What is made harder.
  public enum Condition: Hashable, Sendable {
    /// So many labels a class.
    case labelsPerClass(Int)
    /// So many percent of the labels.
    case percentOfLabels(Int)
    /// Training images of a long-tailed class distribution.
    case imbalanced
    /// So many percent of the training labels are wrong.
    case noisyLabels(percent: Int)
    /// Test images with the common corruptions, mean over all of them.
    case corrupted
    /// Test images with one corruption, mean over its severities.
    case corruption(String)
  }

  /// What is fitted.
  public var probe: Probe
  /// What is made harder; `nil` for the plain task.
  public var condition: Condition?

  /// A probe under a condition.
  public init(_ probe: Probe, _ condition: Condition? = nil) {
    self.probe = probe
    self.condition = condition
  }

  /// A linear classifier on frozen features.
  public static let linear = Self(.linear)
  /// k nearest neighbours on frozen features.
  public static let knn = Self(.knn)
  /// The supervised network's own predictions.
  public static let endToEnd = Self(.endToEnd)
  /// The whole network, trained on with all labels.
  public static let fineTune = Self(.fineTune)
}

extension EvaluationProtocol.Condition: RawRepresentable {
  /// The condition as it is written.
  public var rawValue: String {
    switch self {
    case .labelsPerClass(let count): "\(count)"
    case .percentOfLabels(let percent): "\(percent)%"
    case .imbalanced: "imbalanced"
    case .noisyLabels(let percent): "label-noise-\(percent)%"
    case .corrupted: "corrupted"
    case .corruption(let name): "corrupted-\(name)"
    }
  }

  /// The condition of a text; `nil` if there is none such.
  public init?(rawValue: String) {
    func number(_ prefix: String, _ suffix: String) -> Int? {
      guard rawValue.hasPrefix(prefix), rawValue.hasSuffix(suffix) else { return nil }
      return Int(rawValue.dropFirst(prefix.count).dropLast(suffix.count))
    }
    if let count = Int(rawValue) {
      self = .labelsPerClass(count)
    } else if let percent = number("", "%") {
      self = .percentOfLabels(percent)
    } else if let percent = number("label-noise-", "%") {
      self = .noisyLabels(percent: percent)
    } else if rawValue.hasPrefix("corrupted-") {
      self = .corruption(String(rawValue.dropFirst("corrupted-".count)))
    } else if rawValue == "imbalanced" {
      self = .imbalanced
    } else if rawValue == "corrupted" {
      self = .corrupted
    } else {
      return nil
    }
  }
}

extension EvaluationProtocol: RawRepresentable, Codable, Comparable {
  /// The protocol as it is written.
  public var rawValue: String {
    condition.map { "\(probe.rawValue)/\($0.rawValue)" } ?? probe.rawValue
  }

  /// The protocol of a text; `nil` if there is none such.
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let probe = Probe(rawValue: String(parts[0])) else { return nil }
    self.probe = probe
    guard parts.count == 2 else { return }
    guard let condition = Condition(rawValue: String(parts[1])) else { return nil }
    self.condition = condition
  }

  /// In the order of the tables: plain tasks by probe, then the harder ones.
  public static func < (a: Self, b: Self) -> Bool { a.order < b.order }

  private var order: (Int, Int, Int, String) {
    let place = Probe.allCases.firstIndex(of: probe) ?? 0
    return switch condition {
    case nil: (0, place, 0, "")
    case .labelsPerClass(let count): (1, place, count, "")
    case .percentOfLabels(let percent): (2, place, percent, "")
    case .imbalanced: (3, place, 0, "")
    case .noisyLabels(let percent): (4, place, percent, "")
    case .corrupted: (5, place, 0, "")
    case .corruption(let name):
      (6, place, Corruption.allCases.firstIndex { $0.rawValue == name } ?? 0, name)
    }
  }
}
