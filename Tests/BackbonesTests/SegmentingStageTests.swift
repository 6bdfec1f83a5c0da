import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@Suite("Maps of stages")
struct SegmentingStageTests {
  @Test(
    "a specification knows the maps of every stage, and one pass gives them all",
    arguments: [
      ("resnet18:width=2", 64), ("resnet50:width=2,stem=standard", 72), ("resnet34:width=2", 20),
      ("convnext-atto:width=4", 48), ("convnext-atto:width=4,stem=standard", 40),
      ("convnext-atto:width=4", 12),
    ])
  func maps(_ text: String, _ size: Int) throws {
    let spec = try BackboneSpec(text, imageSize: size)
    let network = try #require(spec.make(random: RandomStream(seed: 1)) as? ConvNet)
    network.train(false)
    let images = RandomStream(seed: 2).normal([2, 3, size, size])
    withoutGradient {
      let maps = network.featureMaps(images, from: 2)
      #expect(maps.count == 3)
      for (map, stage) in zip(maps, 2...4) {
        #expect(isClose(map, network.featureMap(images, stage: stage), tolerance: 1e-6))
        let places = spec.places(along: size, stage: stage)
        #expect(map.shape == [2, spec.channels(afterStage: stage), places, places])
      }
      #expect(spec.places(along: size) == maps[2].size(3))
    }
  }

  @Test("images are segmented by the last stage of sixteen places, or by the first")
  func stage() throws {
    func stage(_ text: String, _ size: Int) throws -> Int? {
      try BackboneSpec(text, imageSize: size).segmentingStage(at: size)
    }
    #expect(try stage("resnet18:width=2,stem=small", 128) == 4)
    #expect(try stage("resnet18:width=2,stem=small", 64) == 3)
    #expect(try stage("resnet18:width=2,stem=standard", 224) == 2)
    #expect(try stage("resnet18:width=2,stem=small", 12) == 1)
    #expect(try stage("vit-micro:patch=8", 64) == nil)
  }
}
