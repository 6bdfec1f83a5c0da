import Augment
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

/// NNSiam and NNBYOL: targets from a queue.
@Suite struct NeighbourTests {
  @Test func aNeighbourIsTheStoredEmbeddingOfLargestCosine() {
    let queue = FeatureQueue(3, 2, random: RandomStream(seed: 1))
    queue.push(Tensor([Float(1), 0, 0, 1, -1, 0], shape: [3, 2]))
    let found = queue.nearest(to: Tensor([Float(0.8), 0.6, -0.8, 0.6, 0.6, 0.8], shape: [3, 2]))
    #expect(found.floats == [1, 0, -1, 0, 0, 1])
    #expect(!found.requiresGradient)
  }

  @Test func theBatchJoinsTheQueueAfterItsNeighboursAreFound() throws {
    let changes: [String: JSONValue] = ["hidden": .number(24), "output": .number(12)]
    let task = try NNBYOL.make(changing: changes, tinyContext())
    let queue = try #require(task.state.first { $0.name == "queue.rows" }).tensor.copy()
    let views = noiseViews(2)
    let loss = task.loss(views, firstStep).value
    let stored = try #require(task.state.first { $0.name == "queue.rows" }).tensor
    #expect(stored.shape == queue.shape && !isClose(stored, queue, tolerance: 1e-3))
    #expect(isClose(stored.norm(over: 1), .ones([stored.size(0)])))
    #expect(loss.scalar >= 0 && loss.scalar <= 8)
  }

  @Test func bothViewsCountAlike() throws {
    let changes: [String: JSONValue] = ["hidden": .number(24), "width": .number(24)]
    let tasks = try (0..<2).map { _ in try NNSiam.make(changing: changes, tinyContext()) }
    var swapped = noiseViews(2)
    swapped.images.swapAt(0, 1)
    let losses = (tasks[0].loss(noiseViews(2), firstStep), tasks[1].loss(swapped, firstStep))
    #expect(isClose(losses.0.value, losses.1.value, tolerance: 1e-5))
    #expect(abs(losses.0.value.scalar) <= 1)
  }
}
