import Augment
import Downstream
import Foundation
import Images
import Torch
import Testing

@testable import Insight

@Suite struct FactorTests {
  /// Reddish noise of which no hue is clamped.
  private let images =
    RandomStream(seed: 3, "red").uniform([400, 3, 6, 6], from: -0.05, to: 0.05)
    + Tensor([0.65, 0.45, 0.45] as [Float], shape: [1, 3, 1, 1])
  private let split = EvaluationSplit(train: Array(0..<250), test: Array(250..<400))

  @Test func hueIsReadFromFeaturesThatHoldIt() throws {
    let levels = MadeFactor.hue.draw(400, seed: 1)
    let changed = MadeFactor.hue.apply(images, levels: levels)
    let colours = changed.mean(over: 2, 3)
    let figure = try #require(readAccuracy(colours, levels, split, classes: 3, seed: 0))
    #expect(figure.value > 0.95)
  }

  @Test func aMadeHueIsReadAmongImagesOfAllHues() throws {
    // Each of another hue, so that a turn by some angle would leave no trace.
    let hues = (0..<400).map { 2 * Float.pi * Float($0 * 37 % 400) / 400 }
    let colours = hues.flatMap { hue in [0, 1, 2].map { 0.1 * cos(hue - 2 * .pi * $0 / 3) } }
    let coloured =
      images.mean(over: 1, keepingAxes: true) + Tensor(colours, shape: [400, 3, 1, 1])
    let levels = MadeFactor.hue.draw(400, seed: 2)
    let changed = MadeFactor.hue.apply(coloured, levels: levels)
    let figure = try #require(
      readAccuracy(changed.mean(over: 2, 3), levels, split, classes: 3, seed: 0))
    #expect(figure.value > 0.95)
    #expect((greyscale(changed) - greyscale(coloured)).abs().max().scalar < 1e-5)
  }

  @Test func hueIsAtChanceInFeaturesWithoutIt() throws {
    let levels = MadeFactor.hue.draw(400, seed: 1)
    let changed = MadeFactor.hue.apply(images, levels: levels)
    let grey = greyscale(changed).sliced(0..<1, along: 1).flattened(from: 1)
    let figure = try #require(readAccuracy(grey, levels, split, classes: 3, seed: 0))
    #expect(try #require(figure.interval).contains(1.0 / 3))
  }

  @Test func aNumberIsReadFromFeaturesThatHoldIt() throws {
    let features = RandomStream(seed: 5, "numbers").normal([400, 4])
    let numbers = features.sliced(0..<1, along: 1).array(of: Float.self).map { 2 * Double($0) + 1 }
    let strange = RandomStream(seed: 6, "others").normal([400, 4])
    let read = try #require(readNumbers(features, [numbers], split, seed: 0))
    let blind = try #require(readNumbers(strange, [numbers], split, seed: 0))
    #expect(read.value > 0.99)
    #expect(blind.value < 0.1)
  }

  @Test func fourQuarterTurnsAreNone() {
    var turned = images
    for _ in 0..<4 {
      turned = MadeFactor.rotation.apply(turned, levels: Array(repeating: 1, count: 400))
    }
    #expect((turned - images).abs().max().scalar == 0)
    let half = MadeFactor.rotation.apply(images, levels: Array(repeating: 2, count: 400))
    #expect((half - images.flipped(2, 3)).abs().max().scalar == 0)
  }

  @Test(arguments: MadeFactor.allCases) func everyLevelIsAnotherImage(factor: MadeFactor) {
    let image = RandomStream(seed: 4, "image").uniform([1, 3, 32, 32])
    let one = image.expanded(factor.levels, -1, -1, -1).contiguous()
    let made = factor.apply(one, levels: Array(0..<factor.levels))
    #expect(made.shape == one.shape)
    for first in 0..<factor.levels {
      for second in 0..<first {
        #expect((made[first] - made[second]).abs().max().scalar > 1e-3)
      }
    }
  }

  @Test func viewsSayWhatIsIgnored() {
    let simCLR = ViewPlan.two(size: 32, .simCLRForSmallImages)
    #expect(MadeFactor.ignored(by: simCLR) == [.flip, .position, .hue, .brightness])
    #expect(MadeFactor.ignored(by: .one(size: 32)).isEmpty)
  }

  @Test func aRunsFiguresAreRead() throws {
    let lines = (1...500).map { "\($0),0.1,\(1000 - $0),\($0 * 2),-1" }
    let text = (["step,epoch,loss,effective_rank,uniformity"] + lines).joined(separator: "\n")
    let history = try #require(TrainingHistory(csv: text))
    #expect(history.steps.count == TrainingHistory.most)
    #expect(history.steps.first == 1 && history.steps.last == 500)
    #expect(history.effectiveRank.last == 1000 && history.loss.last == 500)
    #expect(TrainingHistory(csv: "step,loss\n1,2\n2,3") == nil)
  }

  @Test func aGapGrowsOnlyWhereItClearlyDoes() throws {
    func gap(_ heldOut: [Double]) throws -> LossGap {
      let lines = heldOut.enumerated().map { "\($0.offset),1,\($0.element)" }
      let text = (["step,training_loss,held_out_loss"] + lines).joined(separator: "\n")
      return try #require(LossGap(csv: text))
    }
    #expect(try gap([1, 1.1, 1, 1.2, 1.4, 1.5, 1.8, 2, 2.1]).isGrowing)
    // Noise, one that shrinks, one below 0, and too few points.
    #expect(try !gap([1, 1.5, 0.9, 1.2, 1.1, 1.3, 1.4, 0.8, 1.5]).isGrowing)
    #expect(try !gap([2, 1.9, 1.8, 1.5, 1.4, 1.2, 1.1, 1, 1]).isGrowing)
    #expect(try !gap([0.1, 0.1, 0.1, 0.4, 0.5, 0.5, 0.8, 0.9, 0.9]).isGrowing)
    #expect(try !gap([1, 1, 2, 2]).isGrowing)
    // Three standard errors, of two points each.
    #expect(try !gap([1, 1.2, 1.3, 1.2, 1.5, 1.4]).isGrowing)
  }
}
