import Foundation
import Pretext
import TestSupport
import Testing
import Torch

@Suite struct DecoupledTests {
  @Test func isWhatTheFormulaSaysForTwoImages() {
    // Orthogonal images with identical views: −1/τ + log(1 + 1), the two negatives at cosine 0.
    let two = Tensor([1, 0, 0, 1] as [Float], shape: [2, 2])
    let expected = -2 + log(2.0)
    #expect(abs(decoupledNTXent(two, two, temperature: 0.5).scalar - expected) < 1e-6)
    // All pairs agree alike, so that the weights are 1.
    let weighted = decoupledNTXent(two, two, temperature: 0.5, sigma: 0.5)
    #expect(abs(weighted.scalar - expected) < 1e-6)
  }

  @Test func weightsFallWithAgreementAndHaveMeanOne() {
    let weights = negativeVonMisesFisherWeights(
      Tensor([0.5, 0, -0.5] as [Float]), sigma: 0.5)
    let powers = [exp(1.0), 1, exp(-1.0)]
    let mean = powers.reduce(0, +) / 3
    let expected = powers.map { Float(2 - $0 / mean) }
    #expect(isClose(weights, Tensor(expected)))
    #expect(abs(weights.mean().scalar - 1) < 1e-6)
  }

  @Test func aPairThatAgreesDoesNotWeakenThePushOfOthers() {
    // Along the direction of its own partner, a row's slope is −1/τ however well they agree.
    let z0 = Tensor([1, 0.1, 0, 0, 0, 1] as [Float], shape: [2, 3])
    let z1 = Tensor([1, 0, 0, 0, 0, 1] as [Float], shape: [2, 3])
    let close = decoupledNTXent(z0, z1, temperature: 0.1).scalar
    let apart = decoupledNTXent(
      Tensor([1, 1, 0, 0, 0, 1] as [Float], shape: [2, 3]), z1, temperature: 0.1
    ).scalar
    // Two of the four rows have this pair; the negatives stay at right angles.
    let cosines = (1 / 1.01.squareRoot(), 1 / 2.0.squareRoot())
    #expect(abs(apart - close - (cosines.0 - cosines.1) / 0.1 / 2) < 1e-4)
  }
}
