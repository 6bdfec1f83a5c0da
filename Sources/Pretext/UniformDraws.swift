import Torch

/// Uniform numbers one at a time, for masks that are worked out on the host.
struct UniformDraws {
  private let random: RandomStream
  private var numbers: [Float] = []

  /// Numbers from a stream that nothing else draws from.
  init(_ random: RandomStream) { self.random = random }

  /// A number in `low ..< high`.
  mutating func number(from low: Double = 0, to high: Double = 1) -> Double {
    if numbers.isEmpty { numbers = random.uniform([1024]).floats }
    return low + Double(numbers.removeLast()) * (high - low)
  }

  /// A whole number in `0 ..< count`.
  mutating func whole(below count: Int) -> Int { min(count - 1, Int(number(to: Double(count)))) }
}
