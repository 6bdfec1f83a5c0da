import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct NPIDTests {
  @Test func isWhatTheFormulaSaysForThreeImages() {
    let memory = Tensor.identity(3)
    let z = Tensor([0, 1, 0] as [Float], shape: [1, 3])
    let loss = instanceLoss(z, memory: memory, members: Tensor([1]), temperature: 0.5)
    #expect(abs(loss.scalar - (log(exp(2.0) + 2) - 2)) < 1e-6)
    let wrong = instanceLoss(z, memory: memory, members: Tensor([0]), temperature: 0.5)
    #expect(abs(wrong.scalar - log(exp(2.0) + 2)) < 1e-6)
  }

  @Test func theMemoryMovesForTheImagesOfTheBatchAlone() throws {
    var options = NPID.Options()
    options.output = 12
    let task = try NPID(options, tinyContext(images: 32))
    let rows = { task.buffers.first { $0.name == "memory" }?.buffer.value }
    let before = try #require(rows())
    let loss = task.loss(noiseViews(1), firstStep)
    let after = try #require(rows())
    #expect(isClose(before[8..<32], after[8..<32], tolerance: 1e-9))
    #expect(!isClose(before[0..<8], after[0..<8]))
    #expect(isClose(after.norm(over: 1), .ones([32])))
    // What the backward pass needs was not overwritten.
    loss.value.backward()
    #expect(task.parameters.allSatisfy { $0.parameter.value.gradient != nil })
  }
}
