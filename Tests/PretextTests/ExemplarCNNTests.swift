import Augment
import Backbones
import TorchNN
import TestSupport
import Testing
import Torch

@testable import Pretext

@Suite struct ExemplarCNNTests {
  @Test func everyImageIsAClassByItsPlaceAmongThoseTrainedOn() throws {
    let task = try ExemplarCNN(ExemplarCNN.Options(), tinyContext(images: 40))
    let head = try #require(task.parameters.first { $0.name == "head.weight" })
    #expect(head.parameter.value.shape == [40, task.backbone.features])
    var views = noiseViews(1)
    let first = task.loss(views, firstStep).value.scalar
    // The places count, not the store's numbers.
    views.indices = views.indices + Tensor([1000])
    #expect(abs(task.loss(views, firstStep).value.scalar - first) < 1e-4)
    views.members = views.members + Tensor([20])
    #expect(abs(task.loss(views, firstStep).value.scalar - first) > 1e-4)
  }
}

@Suite struct DenoisingAutoencoderTests {
  @Test func theTargetIsTheCleanImage() throws {
    var options = DenoisingAutoencoder.Options()
    let views = noiseViews(1)
    func loss(_ noise: Double, _ seed: UInt64) throws -> Double {
      options.noise = noise
      let task = try DenoisingAutoencoder(options, tinyContext("vit-micro:patch=8"))
      let progress = StepProgress(step: 0, steps: 10, stepsPerEpoch: 4, seed: seed)
      return task.loss(views, progress).value.scalar
    }
    // The noise changes what is seen only: without any to speak of, its seed does not matter.
    #expect(abs(try loss(1e-6, 1) - loss(1e-6, 2)) < 1e-4)
    #expect(abs(try loss(1, 1) - loss(1, 2)) > 1e-4)
    #expect(throws: PretextError.self) { try loss(0, 1) }
  }
}
