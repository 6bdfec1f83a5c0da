import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct PIRLTests {
  @Test func isWhatTheFormulaSaysForThreeImages() {
    let z = Tensor([1, 0, 0] as [Float], shape: [1, 3])
    let scores = memoryScores(
      z, memory: .identity(3), members: Tensor([0]), negatives: Tensor([2, 1], shape: [1, 2]),
      temperature: 0.5)
    #expect(isClose(scores, Tensor([2, 0, 0] as [Float], shape: [1, 3]), tolerance: 1e-6))
    let normaliser = exp(2.0) + 2
    let loss = noiseContrastiveLoss(
      scores, logNormaliser: .full([], log(normaliser)), images: 3)
    let noise = 2.0 / 3
    let (own, other) = (exp(2.0) / normaliser, 1 / normaliser)
    let expected = -log(own / (own + noise)) - 2 * log(noise / (other + noise))
    #expect(abs(loss.scalar - expected) < 1e-5)
  }

  @Test func isFiniteForAHopelessImageAndStillPullsIt() {
    let scores = Tensor([-400, 400] as [Float], shape: [1, 2]).requiringGradient()
    let loss = noiseContrastiveLoss(scores, logNormaliser: .full([], 10), images: 8)
    loss.backward()
    #expect(loss.scalar.isFinite)
    #expect(scores.gradient.map { isClose($0, Tensor([-1, 1], shape: [1, 2])) } == true)
  }
}
