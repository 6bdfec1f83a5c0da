import Backbones
import Insight
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct AttentionMapTests {
  private func make(_ text: String) throws -> VisionTransformer {
    let network = VisionTransformer(
      try BackboneSpec(text, imageSize: 16), random: RandomStream(seed: 1))
    network.train(false)
    return network
  }

  let images = RandomStream(seed: 2).normal([2, 3, 16, 24])

  @Test func theClassTokensAttentionLiesWhereThePatchesDo() throws {
    let network = try make("vit-micro:patch=8,registers=2")
    let maps = attentionMaps(network, images)
    #expect(maps.shape == [2, 3, 2, 3])
    let weights = network.attentions(images, last: 1)[0]
    // Patch of row 1, column 2: the class token and two registers come first.
    #expect(maps[1][0][1][2].scalar == weights[1][0][0][3 + 5].scalar)
    #expect(rolloutMaps(network, images).shape == [2, 1, 2, 3])
  }

  @Test func withoutAClassTokenInTheFeatureThePatchesLook() throws {
    let network = try make("vit-micro:patch=8,pooling=mean")
    let weights = network.attentions(images, last: 1)[0]
    let expected = weights.sliced(1..<7, along: 2).mean(over: 2).sliced(1..<7, along: 2)
    #expect(isClose(attentionMaps(network, images).flattened(from: 2), expected))
  }

  @Test func rolloutMultipliesHalfAttentionAndHalfIdentity() {
    let random = RandomStream(seed: 3)
    let attentions = (0..<3).map { _ in random.normal([2, 4, 5, 5]).softmax() }
    let rollout = attentionRollout(attentions)
    #expect(isClose(rollout.sum(over: 2), .ones([2, 5])))
    // By the sum over all paths through the blocks, token by token.
    func flow(_ block: Int, _ i: Int, _ j: Int) -> Double {
      attentions[block][1].mean(over: 0)[i][j].scalar / 2 + (i == j ? 0.5 : 0)
    }
    var sum = 0.0
    for a in 0..<5 { for b in 0..<5 { sum += flow(2, 4, a) * flow(1, a, b) * flow(0, b, 2) } }
    #expect(abs(rollout[1][4][2].scalar - sum) < 1e-5)
  }
}

@Suite struct ComponentMapTests {
  @Test func placesThatDifferAlongTheFirstComponentDifferInRed() {
    let random = RandomStream(seed: 1)
    let noise = random.normal([2, 6, 4, 4], deviation: 0.1)
    let side = Tensor([0, 0, 5, 5] as [Float], shape: [1, 1, 1, 4]).expanded(2, 6, 4, 4)
    let maps = componentMaps(noise + side)
    #expect(maps.shape == [2, 3, 4, 4] && maps.min().scalar >= 0 && maps.max().scalar <= 1)
    let red = maps.selected(0, along: 1)
    let (left, right) = (red.sliced(0..<2, along: 2), red.sliced(2..<4, along: 2))
    #expect((left.mean().scalar - right.mean().scalar).magnitude > 0.8)
    #expect(left.variance().sqrt().scalar < 0.1 && right.variance().sqrt().scalar < 0.1)
  }

  @Test func fewDimensionsLeaveColoursBlack() {
    let maps = componentMaps(RandomStream(seed: 1).normal([1, 2, 3, 3]))
    #expect(maps.selected(2, along: 1).abs().max().scalar == 0)
    #expect(componentMaps(.ones([1, 4, 2, 2])).isFinite().to(.float32).min().scalar == 1)
  }

  @Test(arguments: ["resnet18:width=4", "convnext-atto:width=4", "vit-micro:patch=4,registers=2"])
  func everyBackboneHasPlacesToMap(_ text: String) throws {
    let network = try BackboneSpec(text, imageSize: 32).make(random: RandomStream(seed: 1))
    network.train(false)
    let features = withoutGradient {
      network.spatialFeatures(RandomStream(seed: 2).normal([2, 3, 32, 32]))
    }
    #expect(componentMaps(features).shape == [2, 3, features.size(2), features.size(3)])
  }
}

@Suite struct GradCAMTests {
  @Test func ofAResNetItIsTheClassActivationMap() throws {
    // Where the pooled feature is the mean, ∂score/∂A is w / hw everywhere (Zhou et al. 2016).
    let network = ResNet(
      try BackboneSpec("resnet18:width=4", imageSize: 32), random: RandomStream(seed: 1))
    network.train(false)
    let random = RandomStream(seed: 2)
    let images = random.normal([3, 3, 32, 32])
    let weights = random.normal([32, 5])
    let maps = gradCAM(network, images, weights: weights, columns: [4, 0, 4])
    #expect(maps.shape == [3, 1, 4, 4])
    withoutGradient {
      let chosen = weights.rows(Tensor([4, 0, 4]), along: 1).transposed().reshaped(3, 32, 1, 1)
      let raw = (network.featureMap(images) * chosen).sum(over: 1, keepingAxes: true).relu()
      let expected = raw / raw.max(over: 2, 3, keepingAxes: true).clamped(from: 1e-30)
      #expect(isClose(maps, expected, tolerance: 1e-4))
    }
    #expect(network.parameters.allSatisfy { $0.parameter.value.gradient == nil })
  }

  @Test func ofAConvNeXtItGoesThroughTheLastNorm() throws {
    let network = ConvNeXt(
      try BackboneSpec("convnext-atto:width=4", imageSize: 32), random: RandomStream(seed: 1))
    network.train(false)
    let images = RandomStream(seed: 2).normal([2, 3, 32, 32])
    let weights = RandomStream(seed: 3).normal([32, 2])
    let maps = gradCAM(network, images, weights: weights, columns: [0, 1])
    let alone = gradCAM(network, images[1..<2], weights: weights, columns: [1])
    #expect(maps.shape == [2, 1, 2, 2] && isClose(maps[1..<2], alone, tolerance: 1e-4))
    // A constant added to all weights adds nothing to a normalised feature's score.
    let shifted = gradCAM(network, images, weights: weights + 3, columns: [0, 1])
    #expect(isClose(maps, shifted, tolerance: 1e-3))
  }
}

@Suite struct FirstFilterTests {
  @Test(
    arguments: [
      ("resnet18:width=4", [4, 3, 3, 3]), ("convnext-atto:width=4", [4, 3, 2, 2]),
      ("vit-micro:patch=8", [96, 3, 8, 8]),
    ])
  func areStretchedAboutGrey(_ text: String, _ shape: [Int]) throws {
    let network = try BackboneSpec(text, imageSize: 16).make(random: RandomStream(seed: 1))
    let filters = firstFilters(of: network)
    #expect(filters.shape == shape)
    let largest = (filters - 0.5).abs().max(over: 1, 2, 3)
    #expect(isClose(largest, .full([shape[0]], 0.5)))
  }
}
