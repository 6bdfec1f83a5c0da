import Foundation

/// A value that changes over a run: learning rate, teacher momentum.
public struct CosineSchedule: Codable, Sendable, Equatable {
  /// The value after warm-up.
  public var peak: Double
  /// The value at the end.
  public var end: Double
  /// Steps of linear rise from `peak / warmUp`.
  public var warmUp: Int
  /// Steps in all.
  public var steps: Int

  /// Linear warm-up, then half a cosine from `peak` to `end` (Loshchilov and Hutter 2017).
  public init(peak: Double, end: Double = 0, warmUp: Int = 0, steps: Int) {
    self.peak = peak
    self.end = end
    self.warmUp = warmUp
    self.steps = steps
  }

  /// The value at a step, counted from 0.
  public func callAsFunction(_ step: Int) -> Double {
    if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
    let progress = Double(step - warmUp) / Double(max(1, steps - warmUp))
    return end + (peak - end) * (1 + cos(.pi * min(1, progress))) / 2
  }
}
