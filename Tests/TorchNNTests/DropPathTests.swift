import TestSupport
import Testing
import Torch
import TorchNN

@Suite("Stochastic depth")
struct DropPathTests {
  private let x = RandomStream(seed: 1).normal([64, 3, 4])

  @Test("nothing is dropped in use, at rate 0, or where no gradients are recorded")
  func off() {
    let layer = DropPath(0.5)
    #expect(withoutGradient { layer(x) }.bytes == x.bytes)
    layer.train(false)
    #expect(layer(x).bytes == x.bytes)
    #expect(DropPath(0)(x).bytes == x.bytes)
  }

  @Test(
    "in training an image keeps all of its branch, scaled, or nothing", arguments: [true, false])
  func scaling(_ hasStream: Bool) {
    let layer = DropPath(0.2)
    let y = hasStream ? withDraws(from: RandomStream(seed: 3)) { layer(x) } : layer(x)
    let factors = (y / x).flattened(from: 1)
    let kept = factors.selected(0, along: 1)
    #expect(isClose(factors, kept.unsqueezed(1).expanded(-1, 12), tolerance: 1e-5))
    #expect(kept.floats.allSatisfy { abs($0) < 1e-6 || abs($0 - 1.25) < 1e-5 })
    #expect(Set(kept.floats.map { $0 > 1 }).count == 2)
  }

  @Test("the expectation is kept", arguments: [0.1, 0.5])
  func expectation(_ rate: Double) {
    // The mean of 20,000 draws of deviation √(rate / (1 − rate)).
    let mean = withDraws(from: RandomStream(seed: 4)) {
      DropPath(rate)(.ones([20_000, 1])).mean().scalar
    }
    #expect(abs(mean - 1) < 5 * (rate / (1 - rate) / 20_000).squareRoot())
  }

  @Test("a stream decides what is dropped, and layers draw from it one after the other")
  func seeds() {
    func draw(_ seed: UInt64) -> [[UInt8]] {
      withDraws(from: RandomStream(seed: seed)) { (0..<2).map { _ in DropPath(0.5)(x).bytes } }
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
    #expect(draw(1)[0] != draw(1)[1])
  }

  @Test("rates rise from nothing to the last by equal steps")
  func rates() {
    #expect(
      zip(DropPath.rates(to: 0.3, depth: 4), [0, 0.1, 0.2, 0.3]).allSatisfy { abs($0 - $1) < 1e-12 }
    )
    #expect(DropPath.rates(to: 0.3, depth: 1) == [0])
    #expect(DropPath.rates(to: 0.3, depth: 0).isEmpty)
  }
}
