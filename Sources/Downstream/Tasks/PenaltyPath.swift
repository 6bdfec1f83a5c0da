import Foundation

/// The penalties that a linear fit is tried with, and how hard it is optimised.
public struct PenaltyPath: Codable, Sendable, Equatable {
  /// Penalties λ to try, each above 0, in any order; per image (or patch), as in ``LinearProbe``.
  public var penalties: [Double]
  /// Optimisation stops once another step promises to lower the loss by less than this share of it.
  public var tolerance: Double
  /// Steps for one penalty after which optimisation stops in any case.
  public var iterations: Int

  /// The ten penalties of ``LinearProbe``, and its care.
  public init(
    penalties: [Double] = LinearProbe.Options().penalties, tolerance: Double = 1e-6,
    iterations: Int = 500
  ) {
    self.penalties = penalties
    self.tolerance = tolerance
    self.iterations = iterations
  }

  /// The penalties without repetition, strongest first.
  /// - Throws: ``ProbeError/option(_:)`` for none, or one that is not above 0.
  static func strongestFirst(_ penalties: [Double]) throws(ProbeError) -> [Double] {
    guard !penalties.isEmpty, penalties.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .option("penalties are \(penalties); give at least one, each above 0")
    }
    return Set(penalties).sorted(by: >)
  }

  /// A chosen penalty in words: `λ = 0.0022`.
  static func inWords(_ penalty: Double) -> String { "λ = \(String(format: "%.2g", penalty))" }

  /// The same, and whether the fit by it was cut short.
  static func inWords(_ penalty: Double, _ fit: LogisticFit) -> String {
    inWords(penalty) + (fit.converged ? "" : " (stopped after \(fit.iterations) steps)")
  }
}

extension LogisticRegression {
  /// The solutions of a path, for `penalties` of it, strongest first.
  func path(_ penalties: [Double], _ path: PenaltyPath) -> [LogisticFit] {
    self.path(penalties, tolerance: path.tolerance, iterations: path.iterations)
  }
}
