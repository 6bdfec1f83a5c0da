import Augment
import Backbones
import TorchNN
import Foundation
import TestSupport
import Testing
import Torch

@testable import Pretext

/// Colourisation's colours, and the context encoder's regions.
@Suite struct ColorizationTests {
  private func lab(_ red: Float, _ green: Float, _ blue: Float) -> [Float] {
    LabColors.lab(of: Tensor([red, green, blue], shape: [1, 3, 1, 1])).floats
  }

  @Test func knownColoursHaveTheirLab() {
    func isNear(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 0.05 } }
    #expect(isNear(lab(1, 1, 1), [100, 0, 0]))
    #expect(isNear(lab(0, 0, 0), [0, 0, 0]))
    #expect(isNear(lab(1, 0, 0), [53.24, 80.09, 67.20]))
    #expect(isNear(lab(0, 0, 1), [32.30, 79.19, -107.86]))
  }

  @Test func greyHasTheSameLightnessAndNoColour() {
    let colors = RandomStream(seed: 1).uniform([2, 3, 4, 4])
    let grey = LabColors.grey(of: colors)
    let found = LabColors.lab(of: grey.expanded(-1, 3, -1, -1))
    let lightness = LabColors.lab(of: colors).sliced(0..<1, along: 1)
    #expect(isClose(found.sliced(0..<1, along: 1), lightness, tolerance: 1e-3))
    #expect(found.sliced(1..<3, along: 1).abs().max().scalar < 0.1)
  }

  @Test func theGamutHas261SquaresOfTen() {
    let bins = LabColors.bins()
    #expect(bins.shape == [261, 2])
    #expect(bins.min(over: 0).floats == [-90, -110] && bins.max(over: 0).floats == [100, 90])
  }

  @Test func coloursAreSharedOutToTheNearest() {
    let bins = Tensor([0, 0, 10, 0, 20, 0, 90, 0] as [Float], shape: [4, 2])
    let codes = colorCodes(
      Tensor([2, 0] as [Float], shape: [1, 2]), bins: bins, neighbours: 3, sigma: 5)
    let raw = [4.0, 64, 324].map { exp(-$0 / 50) }
    let expected = raw.map { Float($0 / raw.reduce(0, +)) } + [0]
    #expect(zip(codes.floats, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func rareColoursCountMoreAndTheMeanIsOne() {
    let frequencies = Tensor([0.7, 0.2, 0.1, 0] as [Float])
    let weights = colorWeights(frequencies, mixing: 0.5)
    let raw = [0.7, 0.2, 0.1, 0].map { 1 / (0.5 * $0 + 0.125) }
    let mean = zip(raw, [0.7, 0.2, 0.1, 0]).map { $0 * $1 }.reduce(0, +)
    #expect(zip(weights.floats, raw).allSatisfy { abs(Double($0) - $1 / mean) < 1e-5 })
    #expect(isClose(colorWeights(frequencies, mixing: 1), .ones([4])))
  }

  @Test func theLossWeighsPlacesByTheirNearestColour() {
    let codes = Tensor([1, 0, 0, 1] as [Float], shape: [2, 2])
    let loss = colorizationLoss(.zeros([2, 2]), codes, weights: Tensor([1, 3] as [Float]))
    #expect(abs(loss.scalar - 2 * log(2)) < 1e-6)
  }

  @Test(arguments: [16, 32, 224]) func aQuarterOfTheImageIsMissing(size: Int) {
    let region = missingRegion(size: size, ratio: 0.25, regions: 8, random: RandomStream(seed: 1))
    #expect(region.shape == [1, 1, size, size])
    #expect(abs(region.mean().scalar - 0.25) < 1e-3)
  }

  @Test func onlyMissingPixelsCount() {
    let missing = Tensor([1, 0] as [Float], shape: [1, 1, 1, 2])
    let decoded = Tensor([2, 9, 4, 9] as [Float], shape: [2, 1, 1, 2])
    #expect(contextEncoderLoss(decoded, .zeros([2, 1, 1, 2]), missing: missing).scalar == 10)
  }
}
