import Testing
import Torch
import Training

@Suite struct EffectiveRankTests {
  @Test func countsTheDirectionsThatAreUsedEqually() {
    #expect(abs(effectiveRank(Tensor.identity(8)) - 8) < 1e-3)
    let three = concatenated([Tensor.identity(3), Tensor.zeros([3, 5])], along: 1)
    #expect(abs(effectiveRank(three) - 3) < 1e-2)
  }

  @Test func isOneWhenAllFeaturesAreAlike() {
    #expect(abs(effectiveRank(Tensor.ones([16, 8])) - 1) < 1e-3)
  }

  @Test func isNotANumberWhenAFeatureIsNot() {
    #expect(effectiveRank(Tensor([1, .nan, 0, 2] as [Float], shape: [2, 2])).isNaN)
  }
}

@Suite struct FeatureHealthTests {
  @Test func spreadFeaturesFillTheSphere() {
    let features = RandomStream(seed: 1).normal([400, 32])
    let health = FeatureHealth(features, partners: features)
    #expect(abs(health.deviation - 1) < 0.02 && health.rank > 28)
    #expect(health.uniformity < -3.5 && !health.isCollapsed)
    #expect(abs(health.alignment ?? 1) < 1e-5)
  }

  @Test func alikeFeaturesHaveCollapsed() {
    let noise = RandomStream(seed: 2).normal([100, 16], deviation: 1e-3)
    let health = FeatureHealth(noise + 1)
    #expect(health.isCollapsed && health.deviation < 0.02 && abs(health.uniformity) < 1e-3)
    #expect(health.alignment == nil)
    // Different lengths, one direction.
    let line = Tensor.range(1, to: 101, dtype: .float32).reshaped(100, 1) * Tensor.ones([1, 16])
    #expect(FeatureHealth(line).isCollapsed)
  }
}
