import Testing
import Torch
import Training

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
