import Augment
import Backbones
import Testing
import Torch
import TorchNN

@testable import Downstream

private var store: DeviceStore {
  DeviceStore(pixels: RandomStream(seed: 1).integers([5, 32, 32, 3], in: 0..<256).to(.uint8))
}

private func network(_ text: String) throws -> Backbone {
  try BackboneSpec(text, imageSize: 32).make(random: RandomStream(seed: 1))
}

@Test func patchFeaturesAreTheNetworksInUse() throws {
  for (text, channels, side) in [("resnet18:width=4", 32, 4), ("vit-micro:patch=8", 96, 4)] {
    let backbone = try network(text)
    let features = try store.patchFeatures(
      of: [4, 0, 2], imageSize: 32, precision: nil, batch: 2, backbone: backbone)
    #expect(features.count == 3 && features.height == side && features.width == side)
    #expect(features.rows.shape == [3 * side * side, channels] && features.rows.dtype == .float16)
    #expect(backbone.isTraining)
    backbone.train(false)
    let map = withoutGradient {
      backbone.spatialFeatures(store.evaluationBatch(indices: [0], size: 32))
    }
    let own = map[0].flattened(from: 1).transposed()
    #expect((features.places(of: 1) - own).abs().max().scalar < 1e-2 * own.abs().max().scalar)
  }
}

@Test("An earlier stage has a finer map of fewer channels, and the last is the feature map")
func stagesAreFiner() throws {
  for (text, places, channels) in [
    ("resnet18:width=4", [32, 16, 8, 4], [4, 8, 16, 32]),
    ("convnext-atto:width=4", [16, 8, 4, 2], [4, 8, 16, 32]),
  ] {
    let backbone = try network(text)
    for stage in 1...4 {
      let features = try store.patchFeatures(
        of: [0], imageSize: 32, precision: nil, stage: stage, backbone: backbone)
      #expect(features.height == places[stage - 1] && features.width == places[stage - 1])
      #expect(features.rows.size(1) == channels[stage - 1])
    }
    let last = try store.patchFeatures(of: [0], imageSize: 32, precision: nil, backbone: backbone)
    let fourth = try store.patchFeatures(
      of: [0], imageSize: 32, precision: nil, stage: 4, backbone: backbone)
    #expect(last.rows.floats == fourth.rows.floats)
  }
}

@Test func stagesAndSizesThatANetworkLacksAreRefused() throws {
  let (resnet, vit) = (try network("resnet18:width=4"), try network("vit-micro:patch=8"))
  func refusal(
    _ backbone: Backbone, size: Int = 32, stage: Int? = nil, limit: Int = 1 << 30
  ) -> String {
    do {
      _ = try store.patchFeatures(
        of: [0], imageSize: size, precision: nil, stage: stage, limit: limit, backbone: backbone)
    } catch {
      return "\(error)"
    }
    return ""
  }
  #expect(refusal(vit, stage: 3).contains("leave the stage"))
  #expect(refusal(resnet, stage: 5).contains("give 1 to 4"))
  #expect(refusal(vit, size: 30).contains("give a multiple of 8"))
  #expect(refusal(resnet, limit: 100).contains("a later stage"))
  #expect(refusal(resnet, stage: 4, limit: 16 * 32 * 2).isEmpty)
}
