import Backbones
import Foundation
import Testing
import Torch
import TorchNN

@testable import Downstream

@Suite struct LayerDecayTests {
  /// How far some parameters are from the head.
  private static let distances: [(network: String, deepest: Int, known: [String: Int])] = [
    (
      "resnet18:width=2", 5,
      [
        "conv1.weight": 5, "bn1.bias": 5, "layer1.0.conv1.weight": 4,
        "layer2.0.downsample.0.weight": 3,
        "layer3.1.bn2.weight": 2, "layer4.1.conv2.weight": 1,
      ]
    ),
    (
      "convnext-atto:width=4", 5,
      [
        "stem.0.weight": 5, "stem.1.bias": 5, "stages.0.blocks.1.gamma": 4,
        "stages.3.downsample.1.weight": 1, "stages.3.blocks.0.mlp.fc1.weight": 1,
        "head.norm.weight": 0,
      ]
    ),
    (
      "vit-micro:patch=4,registers=2", 7,
      [
        "cls_token": 7, "reg_token": 7, "pos_embed": 7, "patch_embed.proj.weight": 7,
        "blocks.0.attn.qkv.weight": 6, "blocks.5.mlp.fc2.bias": 1, "norm.weight": 0,
      ]
    ),
  ]

  @Test("Every parameter is stepped once, at the rate of its depth", arguments: distances.indices)
  func ratesFallWithDepth(_ index: Int) throws {
    let (text, deepest, known) = Self.distances[index]
    let network = FineTunedNetwork(
      copying: try MadeUpImages.network(text), present: [0, 1], classes: 2, seed: 1, device: .cpu)
    let recipe = FineTuningRecipe(
      source: "test", optimizer: .sgd(weightDecay: 0), learningRate: 1, layerDecay: 0.5)
    let optimizer = recipe.makeOptimizer(of: network)
    let before = network.parameters.map { $0.parameter.value.detached().copy() }
    for (_, parameter) in network.parameters {
      parameter.value.gradient = parameter.value.detached() * 0 + 1
    }
    optimizer.step(learningRate: 1)
    var found: Set<Int> = []
    for (old, (name, parameter)) in zip(before, network.parameters) {
      let steps = old - parameter.value.detached()
      let (low, high) = (steps.min().scalar, steps.max().scalar)
      #expect(high - low < 1e-5, "\(name)")
      let distance = Int((-log2(high)).rounded())
      #expect(abs(high - pow(0.5, Double(distance))) < 1e-5, "\(name) moved by \(high)")
      found.insert(distance)
      let own = name.hasPrefix("backbone.") ? known[String(name.dropFirst(9))] : 0
      if let own { #expect(distance == own, "\(name)") }
    }
    #expect(
      known.keys.allSatisfy { name in
        network.parameters.contains { $0.name == "backbone.\(name)" }
      })
    #expect(found == Set(0...deepest))
  }

  @Test func recipesAreThoseOfTheBackbonesKind() throws {
    func recipe(_ text: String) throws -> FineTuningRecipe {
      .standard(for: try BackboneSpec(text, imageSize: 12), batch: 64)
    }
    #expect(try recipe("resnet18").layerDecay == 1)
    #expect(try recipe("convnext-atto").layerDecay == 0.9)
    #expect(try recipe("vit-micro").layerDecay == 0.75)
    #expect(try recipe("vit-micro").learningRate == 5e-4)
  }
}
