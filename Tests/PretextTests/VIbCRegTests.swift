import TestSupport
import Testing
import Torch

@testable import Pretext

@Suite struct VIbCRegTests {
  @Test func isWhatTheFormulaSaysForTwoDimensions() {
    // Deviations √(4/3) above 1, and the second dimension the negative of the first: one
    // correlation of −1 twice, of four entries.
    let z = Tensor([1, -1, -1, 1, 1, -1, -1, 1] as [Float], shape: [4, 2])
    #expect(isClose(offDiagonalCorrelation(z), Tensor([0.5] as [Float]).reshaped([])))
    let same = vibcRegLoss(z, z, invariance: 25, variance: 25, covariance: 200)
    #expect(isClose(same, .full([], 200)))
    // Half the size: the correlations stay, deviations of √(1/3) fall short of 1 in both views, and
    // the views differ by nothing.
    let hinge = 1 - (1.0 / 3 + 1e-4).squareRoot()
    let half = vibcRegLoss(z / 2, z / 2, invariance: 25, variance: 25, covariance: 200)
    #expect(isClose(half, .full([], 200 + 2 * 25 * hinge)))
  }

  @Test func iterativeNormalisationWhitensEachGroup() {
    let random = RandomStream(seed: 1)
    let mixing = Tensor.identity(4) + random.normal([4, 4], deviation: 0.1)
    let x = random.normal([2, 4, 400])
    let white = whitenedIteratively(mixing.matmul(x) * 3 + 5, iterations: 7, epsilon: 1e-5)
    let covariance = white.matmul(white.transposed()) / 400
    #expect(isClose(white.mean(over: 2), .zeros([2, 4]), tolerance: 1e-4))
    for group in 0..<2 { #expect(isClose(covariance[group], .identity(4), tolerance: 1e-3)) }
  }

  @Test func groupsDivideTheFeatures() {
    // 2048 features are 64 groups of 32; 24 are 24 of one, which is standardisation.
    let x = RandomStream(seed: 2).normal([50, 24]) * 4 + 1
    let y = IterativeNorm(24)(x)
    #expect(isClose(y.mean(over: 0), .zeros([24]), tolerance: 1e-4))
    #expect(isClose(y.variance(over: 0, correction: 0), .ones([24]), tolerance: 1e-3))
    #expect(IterativeNorm(2048)(RandomStream(seed: 3).normal([8, 2048])).shape == [8, 2048])
  }
}
