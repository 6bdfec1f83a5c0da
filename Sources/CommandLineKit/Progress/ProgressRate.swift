import Foundation

/// Units per second, smoothed by an exponential moving average over time.
struct ProgressRate {
  /// How long the average remembers, in seconds.
  private let memory = 10.0
  private var sum = 0.0
  private var weight = 0.0

  /// Nil until time has passed.
  var perSecond: Double? { weight > 0 ? sum / weight : nil }

  /// Takes in that `amount` units took `seconds`.
  mutating func add(_ amount: Int, seconds: Double) {
    guard seconds > 0 else { return }
    let keep = exp(-seconds / memory)
    sum = keep * sum + (1 - keep) * Double(amount) / seconds
    // The weight corrects for the empty start, when a plain average would begin at zero.
    weight = keep * weight + (1 - keep)
  }
}
