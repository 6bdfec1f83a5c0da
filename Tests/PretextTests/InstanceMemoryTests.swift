import Augment
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

/// The memory of one embedding an image that NPID and PIRL keep.
@Suite struct InstanceMemoryTests {
  @Test func movesForTheImagesOfTheBatchAlone() throws {
    var npid = NPID.Options()
    npid.output = 12
    try check(NPID(npid, tinyContext(images: 32)), noiseViews(1))
    var pirl = PIRL.Options()
    pirl.output = 12
    try check(PIRL(pirl, tinyContext(images: 32)), noiseViews(2))
  }

  private func check(_ task: some PretextTask, _ views: Views) throws {
    let rows = { task.buffers.first { $0.name == "memory" }?.buffer.value }
    let before = try #require(rows())
    let loss = task.loss(views, firstStep)
    let after = try #require(rows())
    #expect(isClose(before[8..<32], after[8..<32], tolerance: 1e-9))
    #expect(!isClose(before[0..<8], after[0..<8]))
    #expect(isClose(after.norm(over: 1), .ones([32])))
    // What the backward pass needs was not overwritten.
    loss.value.backward()
    #expect(task.parameters.allSatisfy { $0.parameter.value.gradient != nil })
  }
}
