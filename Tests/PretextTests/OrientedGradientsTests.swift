import Augment
import Backbones
import TorchNN
import TestSupport
import Testing
import Torch

@testable import Pretext

/// MaskFeat's targets.
@Suite struct OrientedGradientsTests {
  /// One channel, brighter from left to right.
  private let ramp = Tensor.range(to: 8, dtype: .float32).reshaped(1, 1, 1, 8)
    .expanded(-1, -1, 8, -1)

  /// The only bin that holds anything, of each cell.
  private func bins(_ images: Tensor) -> [Int] {
    orientedGradients(images, bins: 9, cell: 4).argmax(along: 2).ints
  }

  @Test func everyCellsHistogramHasLengthOne() {
    let images = RandomStream(seed: 1).normal([2, 3, 8, 8])
    let histograms = orientedGradients(images, bins: 9, cell: 4)
    #expect(histograms.shape == [2, 3, 9, 2, 2])
    #expect(isClose(histograms.norm(over: 2), .ones([2, 3, 2, 2])))
    #expect(histograms.min().scalar >= 0)
  }

  @Test func aRampHasOneDirection() {
    // Along the rows the angle is a quarter turn: half of nine bins is in the fifth.
    #expect(bins(ramp) == [4, 4, 4, 4])
    #expect(bins(ramp.transposed()) == [0, 0, 0, 0])
    #expect(orientedGradients(ramp, bins: 9, cell: 4).max(over: 2).floats == [1, 1, 1, 1])
  }

  @Test func theSignAndTheStrengthOfEdgesDoNotMatter() {
    let images = RandomStream(seed: 1).normal([1, 3, 8, 8])
    let histograms = orientedGradients(images, bins: 9, cell: 4)
    #expect(
      isClose(orientedGradients(images * -3 + 5, bins: 9, cell: 4), histograms, tolerance: 1e-4))
  }

  @Test func flatImagesHaveNone() {
    let flat = orientedGradients(.ones([1, 1, 8, 8]), bins: 9, cell: 4)
    #expect(flat.abs().max().scalar == 0)
  }
}
