import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@Suite("Backbones")
struct BackboneTests {
  static let texts = [
    "resnet18:width=4", "resnet50:width=2", "vit-tiny:patch=8", "convnext-atto:width=4",
    "convnext-tiny:width=4,stem=standard", "vit-micro:patch=8,registers=2,layerscale=0.1",
  ]

  private func make(_ text: String, seed: UInt64 = 1) throws -> Backbone {
    try BackboneSpec(text, imageSize: 16).make(random: RandomStream(seed: seed))
  }

  @Test("a permuted batch gives permuted features in use", arguments: texts)
  func permutation(_ text: String) throws {
    let network = try make(text)
    network.train(false)
    let images = RandomStream(seed: 2).normal([5, 3, 16, 16])
    let order = Tensor([3, 0, 4, 1, 2])
    withoutGradient {
      #expect(isClose(network(images.rows(order)), network(images).rows(order), tolerance: 1e-5))
    }
  }

  @Test("the same seed makes the same network, another seed another", arguments: texts)
  func seeds(_ text: String) throws {
    let (a, b, c) = (try make(text), try make(text), try make(text, seed: 2))
    #expect(zip(a.state, b.state).allSatisfy { $0.tensor.bytes == $1.tensor.bytes })
    #expect(a.state[0].tensor.bytes != c.state[0].tensor.bytes)
  }

  @Test("every parameter gets a gradient, in bf16 too", arguments: texts)
  func gradients(_ text: String) throws {
    let network = try make(text)
    network.useChannelsLast()
    let images = RandomStream(seed: 2).normal([4, 3, 16, 16]).channelsLast()
    let weights = RandomStream(seed: 3).normal([4, network.features])
    for dtype in [DType.float32, .bfloat16] {
      let features = withAutocast(dtype, on: .cpu) { network(images) }
      #expect(features.shape == [4, network.features])
      (features.to(.float32) * weights).sum().backward()
      for (name, parameter) in network.parameters {
        let size = parameter.value.gradient?.norm().scalar ?? .nan
        #expect(size.isFinite && size > 0, "\(name)")
        parameter.value.gradient = nil
      }
    }
  }

  @Test(
    "a ConvNet's feature map has the places that its spec says, and pools to the feature",
    arguments: [
      ("resnet18:width=4,stem=standard", 64, 2), ("resnet18:width=4,stem=small", 64, 8),
      ("resnet18:width=4,stem=standard", 40, 2), ("convnext-atto:width=4,stem=standard", 64, 2),
      ("convnext-atto:width=4,stem=small", 64, 4), ("convnext-atto:width=4,stem=standard", 60, 1),
      ("convnext-atto:width=4,stem=standard", 12, 1),
    ])
  func featureMap(_ text: String, _ size: Int, _ side: Int) throws {
    let spec = try BackboneSpec(text, imageSize: size)
    let network = try #require(spec.make(random: RandomStream(seed: 1)) as? ConvNet)
    network.train(false)
    let images = RandomStream(seed: 2).normal([2, 3, size, size])
    let map = network.featureMap(images)
    #expect(spec.places(along: size) == side)
    #expect(map.shape == [2, 32, side, side])
    #expect(isClose(network.feature(of: map), network(images)))
  }
}

@Suite("Vision transformers in parts")
struct VisionTransformerTests {
  private let random = RandomStream(seed: 2)

  private func make(_ pooling: String = "class") throws -> VisionTransformer {
    let spec = try BackboneSpec("vit-tiny:patch=4,pooling=\(pooling)", imageSize: 16)
    return try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
  }

  @Test("the parts add up to the whole, with either pooling")
  func parts() throws {
    let images = random.normal([2, 3, 16, 16])
    let (first, mean) = (try make(), try make("mean"))
    let tokens = first.encode(first.withClassToken(first.embed(images)))
    #expect(tokens.shape == [2, 17, 192])
    #expect(isClose(first(images), tokens.selected(0, along: 1)))
    #expect(isClose(mean(images), tokens.sliced(1..<17, along: 1).mean(over: 1)))
  }

  @Test("a part of the tokens can be encoded, and their order does not matter")
  func subset() throws {
    let network = try make()
    let tokens = network.embed(random.normal([2, 3, 16, 16]))
    let some = network.encode(network.withClassToken(tokens.rows(Tensor([1, 7, 12]), along: 1)))
    let same = network.encode(network.withClassToken(tokens.rows(Tensor([12, 1, 7]), along: 1)))
    #expect(some.shape == [2, 4, 192])
    #expect(isClose(some.selected(0, along: 1), same.selected(0, along: 1)))
    #expect(isClose(some.selected(1, along: 1), same.selected(2, along: 1)))
  }

  @Test("other image sizes resample the positions, with gradients; a constant stays one")
  func sizes() throws {
    let network = try make()
    #expect(network.embed(random.normal([1, 3, 24, 8])).shape == [1, 12, 192])
    network(random.normal([2, 3, 24, 24])).sum().backward()
    let positions = try #require(network.parameters.first { $0.name == "pos_embed" }).parameter
    #expect((positions.value.gradient?.norm().scalar ?? 0) > 0)
    positions.replace(.full([1, 17, 192], 3))
    #expect(isClose(network.positions(rows: 6, columns: 2), .full([1, 12, 192], 3)))
  }

  @Test("patches are numbered row by row")
  func order() throws {
    let network = try make()
    let zero = network.embed(.zeros([1, 3, 16, 16]))
    let images = Tensor.zeros([1, 3, 16, 16])
    // The patch in row 1, column 2 of 4 × 4 alone is not empty.
    images.sliced(4..<8, along: 2).sliced(8..<12, along: 3).assign(.ones([1, 3, 4, 4]))
    let change = (network.embed(images) - zero).norm(over: 0, 2)
    #expect(change.argmax(along: 0).ints == [6])
    #expect(change.floats.filter { $0 > 0 }.count == 1)
  }
}
