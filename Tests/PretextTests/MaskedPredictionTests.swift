import Augment
import TorchNN
import Backbones
import TestSupport
import Testing
import Torch

@testable import Pretext

/// The losses and masks of methods that predict what is hidden.
@Suite struct MaskedPredictionTests {
  /// Two images of two patches of one number; the second patch of the first and the first of the
  /// second are hidden.
  private let hidden = Tensor([0, 1, 1, 0] as [Float], shape: [2, 2, 1])
  private let zeros = Tensor.zeros([2, 2, 1])
  private let errors = Tensor([9, 1, -3, 9] as [Float], shape: [2, 2, 1])

  @Test func simMIMTakesTheDistanceOfHiddenPixelsOnly() {
    #expect(simMIMLoss(errors, zeros, hidden: hidden).scalar == 2)
    // A constant shift of everything is that much distance.
    let pixels = RandomStream(seed: 1).normal([2, 2, 5])
    #expect(isClose(simMIMLoss(pixels + 0.5, pixels, hidden: hidden), .full([], 0.5)))
  }

  @Test func smoothL1IsAParabolaBelowBetaAndALineAbove() {
    let x = Tensor([0, 1, -2, 3] as [Float])
    #expect(smoothL1(x, beta: 2).floats == [0, 0.25, 1, 2])
    #expect(smoothL1(x, beta: 1).floats == [0, 0.5, 1.5, 2.5])
  }

  @Test func data2VecRegressesTheAverageOfStandardisedLayers() {
    // Standardised, both layers are (−1, 1) at every token, and so is their average.
    let layers = [
      Tensor([0, 2, 1, 5, 0, 2, 1, 5] as [Float], shape: [2, 2, 2]),
      Tensor([-3, 7, 2, 4, -3, 7, 2, 4] as [Float], shape: [2, 2, 2]),
    ]
    let target = Tensor([-1, 1, -1, 1, -1, 1, -1, 1] as [Float], shape: [2, 2, 2])
    func loss(_ predicted: Tensor) -> Double {
      data2VecLoss(predicted, layers, hidden: hidden, beta: 2).scalar
    }
    #expect(loss(target) < 1e-6)
    // One off everywhere: 1² / 2β.
    #expect(abs(loss(target + 1) - 0.25) < 1e-3)
  }

  @Test func iJEPAComparesWithStandardisedFeatures() {
    let features = RandomStream(seed: 1).normal([2, 3, 8])
    let standardised = features.layerNorm([8])
    #expect(iJEPALoss(standardised, features).scalar < 1e-9)
    #expect(abs(iJEPALoss(standardised + 3, features * 5 + 1).scalar - 2.5) < 1e-3)
  }

  @Test(arguments: [(8, 2, 40), (7, 2, 30), (2, 2, 3)])
  func unitsHideTheStatedShareInSquares(side: Int, unit: Int, hiddenPatches: Int) {
    let mask = PatchMask.units(
      count: 3, side: side, unit: unit, ratio: 0.6, random: RandomStream(seed: 1), device: .cpu)
    #expect(mask.hidden.shape == [3, side * side, 1])
    #expect(
      mask.hidden.sum(over: 1, 2).floats == Array(repeating: Float(hiddenPatches), count: 3))
    if side == 8 {
      // Every unit of 2 × 2 patches is hidden or seen as a whole.
      let sums = mask.hidden.reshaped(3, 4, 2, 4, 2).sum(over: 2, 4)
      #expect(sums.floats.allSatisfy { $0 == 0 || $0 == 4 })
    }
  }

  @Test(arguments: [2, 4, 8, 14]) func blocksHideAtMostTheStatedShare(side: Int) {
    let mask = PatchMask.blocks(
      count: 20, side: side, ratio: 0.4, random: RandomStream(seed: 1), device: .cpu)
    let counts = mask.hidden.sum(over: 1, 2).floats
    let goal = Float((Double(side * side) * 0.4).rounded())
    #expect(counts.allSatisfy { 1...goal ~= $0 }, "\(counts)")
    #expect(counts.reduce(0, +) > 0.7 * 20 * goal, "\(counts)")
  }

  @Test func onlyHiddenPatchesBecomeTheMaskToken() throws {
    let spec = try BackboneSpec("vit-micro:patch=8", imageSize: 16)
    let vit = try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
    let images = RandomStream(seed: 2).normal([1, 3, 16, 16])
    let mask = PatchMask([[false, true, false, false]], device: .cpu)
    let token = Tensor.full([1, 1, vit.features], 3)
    let tokens = vit.embed(images, hiding: mask.hidden .> 0.5, behind: token)
    let places = vit.positions(rows: 2, columns: 2)
    #expect(isClose(tokens.selected(1, along: 1), places.selected(1, along: 1) + 3))
    #expect(
      isClose(tokens.sliced(2..<4, along: 1), vit.embed(images).sliced(2..<4, along: 1)))
  }

  @Test(arguments: [2, 4, 8, 14]) func aContextSharesNoPatchWithItsTargets(side: Int) {
    let mask = JEPAMask(
      count: 6, side: side, targets: 4, random: RandomStream(seed: 3), device: .cpu)
    #expect(mask.targets.size(1) == 4 && mask.context.size(1) >= 1)
    let all = mask.context.ints + mask.targets.ints
    #expect(all.allSatisfy { 0..<side * side ~= $0 })
    // On the smallest grids there may be no room for both.
    if side < 8 { return }
    for image in 0..<6 {
      let context = Set(mask.context[image].ints)
      #expect(context.isDisjoint(with: mask.targets[image].ints))
      #expect(context.count == mask.context.size(1))
    }
  }

  @Test func aPrefixSeesItselfAndTheRestWhatComesBefore() {
    let mask = prefixAttention(Tensor([1]), length: 4)
    #expect(mask.shape == [1, 1, 4, 4])
    let expected: [Float] = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1]
    #expect(mask.to(.float32).floats == expected)
  }

  @Test func aimSeesNoPatchThatItPredicts() throws {
    let spec = try BackboneSpec("vit-micro:patch=8", imageSize: 16)
    let vit = try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
    let images = RandomStream(seed: 2).normal([1, 3, 16, 16])
    var tokens = vit.withClassToken(vit.embed(images))
    let mask = prefixAttention(Tensor([1]), length: 5)
    let before = vit.encode(tokens, mask: mask)
    // Patches 2 and 3, tokens 3 and 4, change; what stands before them does not.
    let other = -tokens.sliced(3..<5, along: 1)
    tokens = concatenated([tokens.sliced(0..<3, along: 1), other], along: 1)
    let after = vit.encode(tokens, mask: mask)
    #expect(isClose(before.sliced(0..<3, along: 1), after.sliced(0..<3, along: 1)))
    #expect(!isClose(before.selected(4, along: 1), after.selected(4, along: 1)))
  }

  @Test func theLastBlocksOutputIsWhatTheNormSees() throws {
    let spec = try BackboneSpec("vit-micro:patch=8", imageSize: 16)
    let vit = try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
    let tokens = vit.embed(RandomStream(seed: 2).normal([2, 3, 16, 16]))
    let outputs = vit.blockOutputs(tokens, last: 2)
    #expect(outputs.count == 2 && vit.blockOutputs(tokens, last: 99).count == 6)
    // Of a fresh network the norm has scale 1 and shift 0.
    #expect(isClose(outputs[1].layerNorm([vit.features], epsilon: 1e-6), vit.encode(tokens)))
  }
}
