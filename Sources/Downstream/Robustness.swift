public import Augment

/// What a classifier that learnt from clean images makes of corrupted ones, by plain or by balanced
/// accuracy.
public struct Robustness: Codable, Sendable, Equatable {
  /// The accuracy under one corruption at one severity.
  public struct Trial: Codable, Sendable, Equatable {
    /// What was done to the test images.
    public var corruption: Corruption
    /// How strongly, 1...5.
    public var severity: Int
    /// The accuracy, 0...1.
    public var accuracy: Double

    /// One accuracy.
    public init(corruption: Corruption, severity: Int, accuracy: Double) {
      self.corruption = corruption
      self.severity = severity
      self.accuracy = accuracy
    }
  }

  /// The accuracy on the same images, clean, 0...1.
  public var clean: Double
  /// One accuracy for each corruption and severity.
  public var trials: [Trial]
  /// The number of test images behind each accuracy.
  public var images: Int
  /// What the corruptions' noise was drawn from.
  public var seed: UInt64

  /// Accuracies and what they were measured on. Traps without a trial.
  public init(clean: Double, trials: [Trial], images: Int, seed: UInt64) {
    precondition(!trials.isEmpty, "Robustness: no trial")
    self.clean = clean
    self.trials = trials
    self.images = images
    self.seed = seed
  }

  /// Absolute robustness: the mean accuracy over corruptions of the mean over severities, 0...1.
  /// One minus the mean corruption error of Hendrycks and Dietterich (2019) before they divide by
  /// that of AlexNet; the mPC of Michaelis et al., "Benchmarking Robustness in Object Detection"
  /// (2019), with accuracy for precision.
  public var absolute: Double { Robustness.mean(corruptions.map { mean(of: $0) }) }

  /// Relative robustness: the share of the clean accuracy that is left, ``absolute`` / ``clean``;
  /// `nil` where nothing was right. The rPC of Michaelis et al. (2019). It needs no reference
  /// network, as the relative corruption error of Hendrycks and Dietterich does, and may exceed 1.
  /// A classifier at chance is wholly robust: read it beside ``clean``.
  public var relative: Double? { clean > 0 ? absolute / clean : nil }

  /// The corruptions measured, in the order of `Corruption`.
  public var corruptions: [Corruption] {
    Corruption.allCases.filter { one in trials.contains { $0.corruption == one } }
  }

  /// The severities measured, ascending.
  public var severities: [Int] { Set(trials.map(\.severity)).sorted() }

  /// The mean accuracy under a corruption, over its severities. Traps if it was not measured.
  public func mean(of corruption: Corruption) -> Double {
    mean { $0.corruption == corruption }
  }

  /// The mean accuracy at a severity, over corruptions. Traps if it was not measured.
  public func mean(at severity: Int) -> Double { mean { $0.severity == severity } }

  /// The mean accuracy over the corruptions of a group; `nil` if none was measured.
  public func mean(of group: Corruption.Group) -> Double? {
    let members = corruptions.filter { $0.group == group }
    return members.isEmpty ? nil : Robustness.mean(members.map { mean(of: $0) })
  }

  /// The accuracy of one trial; `nil` if it was not measured.
  public func accuracy(_ corruption: Corruption, severity: Int) -> Double? {
    trials.first { $0.corruption == corruption && $0.severity == severity }?.accuracy
  }

  private func mean(where isChosen: (Trial) -> Bool) -> Double {
    Robustness.mean(trials.filter(isChosen).map(\.accuracy))
  }

  private static func mean(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "Robustness: nothing was measured of what is asked for")
    return values.reduce(0, +) / Double(values.count)
  }
}
