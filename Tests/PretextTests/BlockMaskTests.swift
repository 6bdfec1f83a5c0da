import Backbones
import TestSupport
import Testing
import Torch

@testable import Pretext

@Suite struct BlockMaskTests {
  private func mask(
    _ count: Int, side: Int, probability: Double = 0.5, share: ClosedRange<Double> = 0.1...0.5,
    seed: UInt64 = 1
  ) -> BlockMask {
    BlockMask(
      count: count, side: side, probability: probability, share: share,
      random: RandomStream(seed: seed), device: .cpu)
  }

  @Test func hidesAtMostTheShareOfSomeImagesAndNothingOfOthers() {
    let shares = mask(400, side: 14).hidden.to(.float32).mean(over: 1)
    #expect(shares.max().scalar <= 0.5)
    let masked = (shares .> 0).to(.float32).mean().scalar
    #expect(abs(masked - 0.5) < 0.1)
    // Blocks seldom fill the share to the last patch, and never pass it: near 0.3 of those masked.
    #expect(abs(shares.mean().scalar / masked - 0.3) < 0.05)
  }

  @Test func everyPatchMayBeHidden() {
    let often = mask(400, side: 8, probability: 1).hidden.to(.float32).mean(over: 0)
    #expect(often.min().scalar > 0 && often.max().scalar < 0.7)
  }

  @Test func weightsShareOutEachImage() {
    let mask = mask(40, side: 8)
    let images = (mask.hidden.to(.float32).sum(over: 1) .> 0).to(.float32).sum().scalar
    #expect(abs(mask.weights.sum().scalar - images / 40) < 1e-5)
    let tokens = RandomStream(seed: 2).normal([40, 64, 3])
    #expect(mask.hidden(of: tokens).shape == [mask.weights.size(0), 3])
  }

  @Test func hiddenPatchesAreThoseOfTheMask() {
    let mask = mask(20, side: 8)
    let flags = mask.hidden.to(.float32).unsqueezed(2)
    #expect(mask.hidden(of: flags).min().scalar == 1)
    #expect(mask.hidden(of: flags).size(0) == Int(flags.sum().scalar))
  }

  @Test func onePatchIsHiddenWhereNoneWouldBe() {
    let mask = mask(4, side: 2, probability: 0)
    #expect(mask.hidden.to(.float32).sum().scalar == 1 && mask.weights.floats == [0.25])
  }

  @Test func theMaskTokenStandsInForHiddenPatchesOnly() throws {
    let spec = try BackboneSpec("vit-micro:patch=4", imageSize: 16)
    let vit = try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
    let images = RandomStream(seed: 2).normal([3, 3, 16, 16])
    let mask = mask(3, side: 4, probability: 1, share: 0.5...0.5)
    let token = Tensor.zeros([1, 1, vit.features])
    // What is behind the mask makes no difference.
    let patches = mask.hidden.to(.float32).reshaped(3, 1, 4, 1, 4, 1).expanded(-1, 3, -1, 4, -1, 4)
      .reshaped(3, 3, 16, 16)
    let other = images + patches * 5
    let seen = [images, other].map { vit.tokens($0, hiding: mask.hidden, behind: token) }
    #expect(isClose(seen[0], seen[1], tolerance: 1e-5))
    #expect(!isClose(vit.tokens(images), vit.tokens(other), tolerance: 1e-3))
  }
}
