import TestSupport
import Testing
import Torch

@testable import Pretext

@Suite struct VISRegTests {
  @Test func quantilesAreThoseOfTheNormalDistribution() {
    #expect(normalQuantile(0.5) == 0)
    #expect(abs(normalQuantile(0.975) - 1.959963984540054) < 1e-10)
    #expect(abs(normalQuantile(0.025) + 1.959963984540054) < 1e-10)
    #expect(abs(normalQuantile(0.9998) - 3.540083799206145) < 1e-9)
  }

  @Test func isWhatTheFormulaSaysForTwoImages() {
    // Two images at 0 and 4 in one dimension: mean 2, deviation 2; standardised −1 and 1 against
    // the quantiles of 1/3 and 2/3.
    let z = Tensor([4, 0] as [Float], shape: [1, 2, 1])
    let quantile = normalQuantile(2.0 / 3)
    let expected = 1 + 4 + (1 - quantile) * (1 - quantile)
    #expect(isClose(sketchedNormality(z, directions: .ones([1, 1])), .full([], expected)))
  }

  @Test func theShapeDoesNotDependOnScaleNorScaleOnShape() {
    let random = RandomStream(seed: 1)
    let directions = randomDirections(32, dimensions: 4, random: random, device: .cpu)
    let z = random.normal([1, 256, 4])
    // Of a normal distribution little is left but what chance does.
    #expect(sketchedNormality(z, directions: directions).scalar < 0.04)
    #expect(sketchedNormality(z.sign(), directions: directions).scalar > 0.04)
    // Collapsed embeddings still have a slope.
    let narrow = (z * 1e-3).requiringGradient()
    sketchedNormality(narrow, directions: directions).backward()
    #expect((narrow.gradient?.norm().scalar ?? 0) > 1e-3)
  }
}
