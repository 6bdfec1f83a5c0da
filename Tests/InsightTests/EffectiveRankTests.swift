import Insight
import Testing
import Torch

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
