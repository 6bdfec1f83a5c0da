import TestSupport
import Testing
import Torch
import TorchNN

@testable import Backbones

@Suite("Features of layers")
struct LayerFeatureTests {
  private func make(_ text: String) throws -> Backbone {
    let network = try BackboneSpec(text, imageSize: 16).make(random: RandomStream(seed: 1))
    network.train(false)
    return network
  }

  @Test(
    "the last layer is the feature, and every layer has a row an image",
    arguments: BackboneTests.texts + ["vit-micro:patch=8,pooling=mean"])
  func last(_ text: String) throws {
    let network = try make(text)
    let images = RandomStream(seed: 2).normal([5, 3, 16, 16])
    withoutGradient {
      let layers = network.layerFeatures(of: images)
      #expect(layers.last?.name == LayerFeature.last)
      #expect(layers.last.map { isClose($0.values, network(images), tolerance: 1e-6) } == true)
      #expect(layers.allSatisfy { $0.values.rank == 2 && $0.values.size(0) == 5 })
      #expect(Set(layers.map(\.name)).count == layers.count)
    }
  }

  @Test(
    "a ConvNet has a stem and four stages, as wide as their channels",
    arguments: [
      ("resnet18:width=4", [4, 4, 8, 16, 32, 32]), ("resnet50:width=2", [2, 8, 16, 32, 64, 64]),
      ("convnext-atto:width=4", [4, 4, 8, 16, 32, 32]),
    ])
  func convolutional(_ text: String, _ widths: [Int]) throws {
    let layers = try make(text).layerFeatures(of: .zeros([2, 3, 16, 16]))
    #expect(
      layers.map(\.name) == ["stem", "stage1", "stage2", "stage3", "stage4", LayerFeature.last])
    #expect(layers.map { $0.values.size(1) } == widths)
  }

  @Test("a ResNet's last stage is the feature; a stem's is the mean of its map")
  func residual() throws {
    let network = try make("resnet18:width=4")
    let images = RandomStream(seed: 2).normal([2, 3, 16, 16])
    withoutGradient {
      let layers = network.layerFeatures(of: images)
      #expect(layers[4].values.bytes == layers[5].values.bytes)
    }
  }

  @Test("a ViT has the class token and the mean patch of each block")
  func transformer() throws {
    let network = try #require(try make("vit-micro:patch=4,registers=2") as? VisionTransformer)
    let images = RandomStream(seed: 2).normal([3, 3, 16, 16])
    withoutGradient {
      let layers = network.layerFeatures(of: images)
      #expect(layers.count == 13 && layers.allSatisfy { $0.values.shape == [3, 96] })
      #expect(layers[0].name == "block1.class" && layers[11].name == "block6.patches")
      let outputs = network.blockOutputs(network.withClassToken(network.embed(images)), last: 6)
      #expect(isClose(layers[4].values, outputs[2].selected(0, along: 1)))
      let patches = outputs[5].sliced(3..<19, along: 1)
      #expect(isClose(layers[11].values, patches.mean(over: 1)))
    }
  }
}

@Suite("Attention")
struct AttentionTests {
  @Test("attention weights mix the values to what the fused attention gives")
  func weights() {
    let random = RandomStream(seed: 1)
    let attention = SelfAttention(12, heads: 3, random: random)
    let tokens = random.normal([2, 5, 12])
    withoutGradient {
      let weights = attention.weights(tokens)
      #expect(weights.shape == [2, 3, 5, 5])
      #expect(isClose(weights.sum(over: 3), .ones([2, 3, 5])))
      let values = attention.qkv(tokens).sliced(24..<36, along: 2).reshaped(2, 5, 3, 4)
      let mixed = weights.matmul(values.transposed(1, 2)).transposed(1, 2).reshaped(2, 5, 12)
      #expect(isClose(attention.proj(mixed), attention(tokens)))
    }
  }

  @Test("a ViT gives the attention of its last blocks over all its tokens")
  func blocks() throws {
    let spec = try BackboneSpec("vit-micro:patch=8,registers=2", imageSize: 16)
    let network = VisionTransformer(spec, random: RandomStream(seed: 1))
    network.train(false)
    let images = RandomStream(seed: 2).normal([2, 3, 16, 16])
    withoutGradient {
      let all = network.attentions(images, last: 99)
      #expect(all.count == 6 && all.allSatisfy { $0.shape == [2, 3, 7, 7] })
      let last = network.attentions(images, last: 1)
      #expect(last.count == 1 && last[0].bytes == all[5].bytes)
    }
  }
}
