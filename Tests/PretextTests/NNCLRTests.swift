import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

@Suite struct NNCLRTests {
  @Test func theNeighbourIsTheStoredEmbeddingOfTheLargestCosine() {
    let queue = FeatureQueue(3, 2, random: RandomStream(seed: 1))
    queue.push(Tensor([1, 0, 0, 1, -1, 0] as [Float], shape: [3, 2]))
    let z = Tensor([0.6, 0.8, -0.8, 0.6] as [Float], shape: [2, 2]).requiringGradient()
    let nearest = queue.nearest(to: z)
    #expect(nearest.floats == [0, 1, -1, 0])
    #expect(!nearest.requiresGradient)
  }

  @Test func theSupportSetTakesTheFirstViewsAfterTheLookUp() throws {
    var options = NNCLR.Options()
    (options.hidden, options.width, options.output) = (24, 24, 12)
    let task = try NNCLR(options, tinyContext(images: 64))
    let rows = { task.buffers.first { $0.name == "support.rows" }?.buffer.value }
    let before = try #require(rows())
    _ = task.loss(noiseViews(2), firstStep)
    let after = try #require(rows())
    #expect(before.shape == after.shape)
    #expect(!isClose(before[0..<8], after[0..<8]))
    #expect(isClose(after.norm(over: 1), .ones([after.size(0)])))
  }
}
