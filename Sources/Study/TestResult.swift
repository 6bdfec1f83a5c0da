import Downstream

/// What a comparison found. A difference is claimed only where both tests agree: the adjusted p-value is
/// below ``Significance/level``, and the interval over test images, where there is one, lies on the same
/// side of 0.
public enum TestResult: String, Encodable, Sendable {
  /// The first is significantly better.
  case better
  /// The first is significantly worse.
  case worse
  /// No difference is shown, which does not mean that there is none.
  case notSignificant = "not-significant"
  /// No test is possible: one seed, or no spread.
  case notTested = "not-tested"

  /// Whether there is a difference.
  public var isSignificant: Bool { isWin || isLoss }
  /// Significant, and the first is better.
  public var isWin: Bool { self == .better }
  /// Significant, and the first is worse.
  public var isLoss: Bool { self == .worse }

  /// - Parameters:
  ///   - adjustedP: `nil` where no test is possible.
  ///   - imagesInterval: `nil` where it is not known which test images each run named rightly.
  init(_ difference: Estimate, adjustedP: Double?, imagesInterval: Interval? = nil) {
    guard let adjustedP else {
      self = .notTested
      return
    }
    let isSure = adjustedP < Significance.level
    let isWin = difference.mean > 0 && (imagesInterval?.lower ?? 1) > 0
    let isLoss = difference.mean < 0 && (imagesInterval?.upper ?? -1) < 0
    self = isSure && isWin ? .better : isSure && isLoss ? .worse : .notSignificant
  }

  /// "Yes", "In part", "No" or "Not shown": whether something is better than all that it was compared
  /// with. That a difference is not significant denies nothing.
  static func answer(_ results: [TestResult]) -> String {
    let wins = results.count(where: \.isWin)
    if wins == results.count { return "Yes" }
    return wins > 0 ? "In part" : results.allSatisfy(\.isLoss) ? "No" : "Not shown"
  }

  /// "not significant".
  package var title: String { rawValue.replacing("-", with: " ") }
}
