import Foundation
import Testing
import Torch

@Suite("Random streams")
struct RandomStreamTests {
  @Test("the same seed, name and index give the same numbers, others give others")
  func derivation() {
    func draw(_ seed: UInt64, _ name: String, _ index: Int) -> [Float] {
      RandomStream(seed: seed, name, index).normal([8]).floats
    }
    let one = draw(1, "views", 3)
    #expect(one == draw(1, "views", 3))
    let others = [
      draw(2, "views", 3), draw(1, "masks", 3), draw(1, "views", 4), draw(1, "", 3),
      draw(1, "views", -3), draw(UInt64.max, "views", 3),
    ]
    #expect(Set(others + [one]).count == 7)
  }

  @Test("a stream goes on where it was, whatever else is drawn in between")
  func independence() {
    let stream = RandomStream(seed: 5, "a")
    let whole = RandomStream(seed: 5, "a").uniform([64]).floats
    let head = stream.uniform([32]).floats
    Machine.seed(1)
    _ = RandomStream(seed: 6).uniform([100])
    #expect(head + stream.uniform([32]).floats == whole)
  }

  @Test("uniform and normal numbers have the range and moments asked for")
  func moments() {
    let uniform = RandomStream(seed: 1).uniform([10_000], from: -3, to: 5)
    #expect(uniform.min().scalar >= -3 && uniform.max().scalar < 5)
    #expect(abs(uniform.mean().scalar - 1) < 0.1)
    let normal = RandomStream(seed: 1).normal([10_000], mean: 2, deviation: 3)
    #expect(abs(normal.mean().scalar - 2) < 0.12)
    #expect(abs(normal.variance().scalar - 9) < 0.5)
    #expect(
      abs(RandomStream(seed: 1).bernoulli([10_000], 0.3).to(.float32).mean().scalar - 0.3) < 0.02)
  }

  @Test("truncated numbers stay within the bound, and come near it")
  func truncated() {
    let values = RandomStream(seed: 1).truncatedNormal([10_000], deviation: 0.02, bound: 2)
    #expect(values.abs().max().scalar <= 0.04)
    #expect(values.abs().max().scalar > 0.039)
  }

  @Test("a permutation holds every number once; integers stay in their range")
  func whole() {
    let order = RandomStream(seed: 1).permutation(100).ints
    #expect(order != Array(0..<100))
    #expect(order.sorted() == Array(0..<100))
    #expect(Set(RandomStream(seed: 1).integers([500], in: -2..<3).ints) == [-2, -1, 0, 1, 2])
    #expect(RandomStream(seed: 1).permutation(0).count == 0)
  }
}
