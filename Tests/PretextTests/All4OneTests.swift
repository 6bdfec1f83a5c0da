import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

@Suite struct All4OneTests {
  @Test func neighboursComeNearestFirst() {
    let queue = FeatureQueue(4, 2, random: RandomStream(seed: 1))
    queue.push(Tensor([1, 0, 0, 1, -1, 0, 0, -1] as [Float], shape: [4, 2]))
    let z = Tensor([0.6, 0.8] as [Float], shape: [1, 2]).requiringGradient()
    let near = queue.nearest(to: z, count: 3)
    #expect(near.shape == [1, 3, 2] && !near.requiresGradient)
    #expect(near.floats == [0, 1, 1, 0, -1, 0])
  }

  @Test func featuresThatAgreeAndAreApartCostNothing() {
    // Columns at right angles: C is the identity.
    let z = Tensor([1, 1, 1, -1, -1, 1, -1, -1] as [Float], shape: [4, 2])
    #expect(featureContrast(targets: [z, z], embeddings: [z, z]).scalar < 1e-6)
    // Columns do not change when they are scaled.
    #expect(featureContrast(targets: [z * 2, z], embeddings: [z, z * 3]).scalar < 1e-6)
    // Both columns the same: C is all ones, off the diagonal a mean square of 1.
    let same = Tensor([1, 1, -1, -1] as [Float], shape: [2, 2])
    let alike = featureContrast(targets: [same, same], embeddings: [same, same])
    #expect(isClose(alike, .full([], 0.5)))
    // Opposite: 1 − Cᵢᵢ is 2, Cᵢⱼ is −1.
    let opposite = featureContrast(targets: [same, same], embeddings: [-same, -same])
    #expect(isClose(opposite, .full([], 1.5)))
  }

  // solo-learn's formula in PyTorch on the same numbers.
  @Test func featuresAreContrastedAsInSoloLearn() {
    func waves(_ step: Double) -> Tensor {
      (Tensor.range(to: 15, dtype: .float32) * step).sin().reshaped(5, 3) * 2
    }
    let loss = featureContrast(
      targets: [waves(0.8).normalized(), waves(1.1).normalized()],
      embeddings: [waves(0.7), waves(0.9)])
    #expect(isClose(loss, .full([], 0.660498), tolerance: 1e-5))
  }

  @Test func eachNeighbourHasAWaveOfItsOwn() {
    let waves = neighbourPositions(5, width: 7)
    #expect(waves.shape == [1, 5, 7])
    let numbers = waves[0].floats
    for number in 0..<5 {
      for place in 0..<7 {
        let angle = Double(place) * pow(10000, -Double(number / 2) * 2 / 6)
        let expected = number % 2 == 0 ? sin(angle) : cos(angle)
        #expect(abs(Double(numbers[7 * number + place]) - expected) < 1e-5)
      }
    }
  }

  @Test func aPredictionTakesThePlaceOfTheNearest() {
    let summary = NeighbourSummary(8, depth: 1, random: RandomStream(seed: 1))
    let random = RandomStream(seed: 2)
    let (near, own) = (random.normal([3, 5, 8]), random.normal([3, 8]))
    let shifted = concatenated([own.unsqueezed(1), near.sliced(0..<4, along: 1)], along: 1)
    #expect(isClose(summary(near, after: own), summary(shifted), tolerance: 1e-6))
    #expect(summary(near).shape == [3, 8])
  }

  @Test func theQueueTakesTheTeachersFirstViews() throws {
    var options = All4One.Options()
    (options.hidden, options.width, options.output) = (24, 24, 12)
    let task = try All4One(options, tinyContext(images: 64))
    let rows = { task.buffers.first { $0.name == "support.rows" }?.buffer.value }
    let before = try #require(rows())
    let loss = task.loss(noiseViews(2), firstStep)
    let after = try #require(rows())
    #expect(!isClose(before[0..<8], after[0..<8]) && before.shape == after.shape)
    #expect(isClose(after.norm(over: 1), .ones([after.size(0)])))
    let parts = loss.diagnostics.map(\.value.scalar)
    let total = 0.5 * parts[0] + 0.5 * parts[1] + 5 * parts[2]
    #expect(abs(loss.value.scalar - total) < 1e-4)
  }
}
