import CTorch

/// A reproducible source of random tensors, drawn on the processor so that every device sees the
/// same numbers.
///
/// Streams are derived, not shared: `RandomStream(seed: s, "augment", step)` gives the same draws
/// whether or not the run was interrupted before that step.
public final class RandomStream {
  private let raw: ctorch_generator

  /// A stream for a purpose (`name`) and position (`index`) under a run's `seed`.
  public init(seed: UInt64, _ name: String = "", _ index: Int = 0) {
    let mixed = RandomStream.mix(seed, name, index)
    guard let raw = ctorch_generator_new(mixed) else { trap("RandomStream.init") }
    self.raw = raw
  }

  deinit { ctorch_generator_free(raw) }

  /// Folds seed, name and index into one number: FNV-1a over the name, then SplitMix64's finaliser.
  static func mix(_ seed: UInt64, _ name: String, _ index: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return finalise(finalise(seed &+ hash) &+ UInt64(bitPattern: Int64(index)))
  }

  private static func finalise(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform numbers in `low ..< high`.
  public func uniform(_ shape: [Int], from low: Double = 0, to high: Double = 1) -> Tensor {
    let unit = Tensor(ctorch_rand(shape.map(Int64.init), Int64(shape.count), raw))
    return low == 0 && high == 1 ? unit : unit * (high - low) + low
  }

  /// Normal numbers.
  public func normal(_ shape: [Int], mean: Double = 0, deviation: Double = 1) -> Tensor {
    let standard = Tensor(ctorch_randn(shape.map(Int64.init), Int64(shape.count), raw))
    return mean == 0 && deviation == 1 ? standard : standard * deviation + mean
  }

  /// Normal numbers within `bound` deviations of 0, drawn by rejection.
  public func truncatedNormal(
    _ shape: [Int], deviation: Double = 1, bound: Double = 2
  ) -> Tensor {
    var values = normal(shape)
    while true {
      let outside = values.abs() .> bound
      if outside.to(.float32).sum().scalar == 0 { return values * deviation }
      values = outside.select(normal(shape), else: values)
    }
  }

  /// Whole numbers in `range`, as `int64`.
  public func integers(_ shape: [Int], in range: Range<Int>) -> Tensor {
    Tensor(
      ctorch_randint(
        Int64(range.lowerBound), Int64(range.upperBound), shape.map(Int64.init),
        Int64(shape.count), raw))
  }

  /// The numbers `0 ..< n` in random order, as `int64`.
  public func permutation(_ n: Int) -> Tensor { Tensor(ctorch_randperm(Int64(n), raw)) }

  /// Counts that are Poisson distributed, one for each of `rates` (`float32`, 0 or more, on the
  /// processor).
  public func poisson(_ rates: Tensor) -> Tensor { Tensor(ctorch_poisson(rates.raw, raw)) }

  /// True with probability `p`.
  public func bernoulli(_ shape: [Int], _ p: Double) -> Tensor { uniform(shape) .< p }
}
