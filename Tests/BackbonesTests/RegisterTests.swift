import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@Suite("Register tokens")
struct RegisterTests {
  private let images = RandomStream(seed: 2).normal([2, 3, 16, 16])

  private func make(_ fields: String) throws -> VisionTransformer {
    let spec = try BackboneSpec("vit-micro:patch=4,\(fields)", imageSize: 16)
    return try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
  }

  @Test("class token, registers and patches follow each other, and only patches have positions")
  func layout() throws {
    let network = try make("registers=3")
    let state = Dictionary(uniqueKeysWithValues: network.state.map { ($0.name, $0.tensor) })
    #expect(state["reg_token"]?.shape == [1, 3, 96] && state["pos_embed"]?.shape == [1, 16, 96])
    let embedded = network.embed(images)
    let tokens = network.withClassToken(embedded)
    #expect(network.prefixLength == 4 && tokens.shape == [2, 20, 96])
    let prefix = concatenated(
      [try #require(state["cls_token"]), try #require(state["reg_token"])], along: 1)
    #expect(isClose(tokens.sliced(0..<4, along: 1), prefix.expanded(2, -1, -1)))
    #expect(isClose(network.patchTokens(of: tokens), embedded))
  }

  @Test("the mean of a network with registers is that of its patches")
  func pooling() throws {
    let network = try make("registers=3,pooling=mean")
    #expect(
      isClose(network(images), network.tokens(images).sliced(4..<20, along: 1).mean(over: 1)))
  }

  @Test("registers are seen by the class token")
  func attention() throws {
    let network = try make("registers=2")
    let before = network(images)
    let registers = try #require(network.parameters.first { $0.name == "reg_token" }).parameter
    registers.replace(RandomStream(seed: 3).normal([1, 2, 96]))
    #expect(!isClose(network(images), before, tolerance: 1e-3))
  }

  @Test("sines and cosines leave out a class position that is not there")
  func sineCosine() throws {
    for (fields, count) in [("registers=2", 16), ("registers=0", 17)] {
      let network = try make(fields)
      network.useSineCosinePositions()
      let positions = try #require(network.parameters.first { $0.name == "pos_embed" }).parameter
      #expect(positions.value.shape == [1, count, 96] && !positions.value.requiresGradient)
      #expect(
        isClose(
          network.positions(rows: 4, columns: 4),
          VisionTransformer.sineCosinePositions(side: 4, width: 96)))
    }
  }

  @Test("a layer scale of 1 changes nothing, and a small one leaves the branches nearly out")
  func layerScale() throws {
    let (plain, whole, small) = (
      try make(""), try make("layerscale=1"), try make("layerscale=1e-8")
    )
    let tokens = plain.embed(images)
    #expect(isClose(whole.encode(tokens), plain.encode(tokens)))
    #expect(!isClose(small.encode(tokens), plain.encode(tokens), tolerance: 1e-2))
    #expect(isClose(small.encode(tokens), tokens.layerNorm([96], epsilon: 1e-6), tolerance: 1e-4))
  }
}
