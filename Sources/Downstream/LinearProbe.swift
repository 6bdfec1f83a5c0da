import Foundation

/// The linear protocol: multinomial logistic regression on standardised frozen features.
///
/// For each strength λ of the penalty, strongest first and each started from the last solution, it
/// minimises
///
///     Σᵢ wᵢ · crossEntropy(xᵢ W + b, yᵢ) / Σᵢ wᵢ + λ/2 · ‖W‖²
///
/// where x has mean 0 and deviation 1 over the fitted images, and b is not penalised. λ is per
/// image: scikit-learn's C for N images is 1 / (λ N). The λ with the best accuracy on the validation
/// images wins (balanced accuracy where classes are weighted so; the stronger one among equals), and
/// is fitted once more on training and validation images together.
public struct LinearProbe: FeatureProbe {
  /// How much each class counts in the loss.
  public enum ClassWeighting: String, Codable, Sendable, CaseIterable {
    /// Every image counts the same.
    case none
    /// Every class counts the same: an image weighs N / (classes · images of its class).
    case balanced
  }

  /// The settings that the validation images choose among, and how hard to optimise.
  public struct Options: Codable, Sendable, Equatable {
    /// Penalties λ to try, each above 0, in any order.
    public var penalties: [Double]
    /// How much each class counts.
    public var classWeighting: ClassWeighting
    /// Optimisation stops once another step promises to lower the loss by less than this share of
    /// it (of 0.01, where the loss is below). The default leaves accuracy within about one test
    /// image of the exact optimum.
    public var tolerance: Double
    /// Steps for one penalty after which optimisation stops in any case.
    public var iterations: Int

    /// Ten penalties from 10 down to 10⁻⁵, evenly spaced in the logarithm.
    public init(
      penalties: [Double] = Options.logSpaced(from: 10, to: 1e-5, count: 10),
      classWeighting: ClassWeighting = .none, tolerance: Double = 1e-6, iterations: Int = 500
    ) {
      self.penalties = penalties
      self.classWeighting = classWeighting
      self.tolerance = tolerance
      self.iterations = iterations
    }

    /// `count` numbers (at least 2) at equal ratios.
    public static func logSpaced(from first: Double, to last: Double, count: Int) -> [Double] {
      (0..<count).map { first * pow(last / first, Double($0) / Double(count - 1)) }
    }
  }

  /// The settings of this probe.
  public var options: Options

  /// A probe with `options`.
  public init(_ options: Options = Options()) { self.options = options }

  /// `linear`.
  public var name: String { "linear" }
  /// 1: the first.
  public var revision: Int { 1 }

  /// Chooses the penalty, fits, and predicts the test images; see ``FeatureProbe``.
  /// - Throws: ``ProbeError``, also for penalties that are not above 0.
  public func evaluate(
    train: LabelledFeatures, validation: LabelledFeatures?, test: LabelledFeatures, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> ProtocolResult {
    try checkParts(train: train, validation: validation, test: test, classes: classes)
    let fitted = try fit(train: train, validation: validation, classes: classes, seed: seed)
    return result(of: fitted, test)
  }

  /// What a fitted probe makes of the test images.
  public func result(of fitted: FittedLinearProbe, _ test: LabelledFeatures) -> ProtocolResult {
    let classes = fitted.classes
    return result(
      fitted.classifier.probabilities(of: test.features, classes: classes), test,
      setting: fitted.setting, validationAccuracy: fitted.validationAccuracy)
  }
}
