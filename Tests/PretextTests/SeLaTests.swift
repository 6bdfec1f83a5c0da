import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct SeLaTests {
  @Test func labelsAreSharedEvenlyThoughAllPreferOneClass() {
    // All four would be of the first class; the two that lose least by it become of the second.
    let logits = Tensor([4, 0, 0.1, 0, 2, 0, 0.2, 0] as [Float], shape: [4, 2])
    #expect(selfLabels(logits, lambda: 25).ints == [0, 1, 0, 1])
  }

  @Test(arguments: [10.0, 25])
  func classesAreOfOneSize(lambda: Double) {
    let random = RandomStream(seed: 1)
    // The first classes are far more probable than the last.
    let logits = random.normal([300, 6]) - Tensor.range(to: 6, dtype: .float32).unsqueezed(0)
    let labels = selfLabels(logits, lambda: lambda)
    let sizes = labels.oneHot(6).to(.float32).sum(over: 0).floats
    #expect(sizes.allSatisfy { abs($0 - 50) <= 8 }, "\(sizes)")
    // The scale of a row is its image's own matter.
    #expect(selfLabels(logits + random.normal([300, 1]), lambda: lambda).ints == labels.ints)
  }

  @Test func scoresFarApartDoNotUnderflow() {
    let logits = 300 * Tensor.identity(3)
    #expect(selfLabels(logits, lambda: 25).ints == [0, 1, 2])
  }

  @Test func labelsAreRenewedInEqualPartsOfTheRun() throws {
    var options = SeLa.Options()
    (options.heads, options.labelings) = (2, 4)
    let task = try SeLa(options, tinyContext(images: 64))
    var renewals: [Int] = []
    for epoch in 0..<10 {
      let progress = StepProgress(step: epoch * 8, steps: 80, stepsPerEpoch: 8)
      task.beforeEpoch(
        progress,
        DatasetPass { network in
          renewals.append(epoch)
          return withoutGradient {
            concatenated(
              (0..<8).map { network(RandomStream(seed: UInt64($0)).normal([8, 3, 16, 16])) })
          }
        })
    }
    // The first epochs that begin after 0, 2.5, 5 and 7.5 of ten.
    #expect(renewals == [0, 3, 5, 8])
    let labels = try #require(task.buffers.first { $0.name == "labels" }?.buffer.value)
    #expect(labels.shape == [2, 64])
    #expect(labels.ints.allSatisfy { (0..<6).contains($0) })
  }
}
