import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

@Suite struct WMSETests {
  @Test func whitenedRowsHaveTheIdentityAsCovariance() {
    let random = RandomStream(seed: 1)
    let mixing = Tensor.identity(5) + random.normal([5, 5], deviation: 0.2)
    let z = random.normal([200, 5]).matmul(mixing) + 3
    let white = whitened(z, shrinkage: 0)
    #expect(isClose(white.mean(over: 0), .zeros([5]), tolerance: 1e-4))
    #expect(isClose(white.transposed().matmul(white) / 199, .identity(5), tolerance: 1e-3))
    // Whatever the scale, also with shrinkage.
    #expect(
      isClose(whitened(z * 100, shrinkage: 0.1), whitened(z, shrinkage: 0.1), tolerance: 1e-3))
  }

  /// Or the network solves the task by one dimension, beside which the others vanish.
  @Test func aLargeDimensionDoesNotHideTheOthers() {
    let z =
      RandomStream(seed: 5).normal([200, 3]) * Tensor([3000, 1, 1] as [Float], shape: [1, 3])
    let white = whitened(z, shrinkage: WMSE.Options().shrinkage)
    #expect(isClose(white.transposed().matmul(white) / 199, .identity(3), tolerance: 2e-2))
  }

  @Test func shrinkageWhitensEvenWhatHasFewerRowsThanDimensions() {
    let white = whitened(RandomStream(seed: 2).normal([4, 6]), shrinkage: 1e-2)
    #expect(white.isFinite().to(.float32).min().scalar == 1)
  }

  @Test func viewsThatAreLinearImagesOfEachOtherHaveNoLossOnlyIfWhitenedAlike() {
    let random = RandomStream(seed: 3)
    let z = random.normal([64, 4])
    #expect(abs(wMSELoss([z, z * 3 - 1], slice: 64).scalar) < 1e-4)
    // A lower triangular image has the same whitened rows.
    let lower = (Tensor.identity(4) * 2 + random.normal([4, 4])).upperTriangle().transposed()
    let diagonal = lower * Tensor.identity(4)
    let positive = lower - diagonal + diagonal.abs() + Tensor.identity(4) * 0.5
    let image = z.matmul(positive.transposed())
    #expect(abs(wMSELoss([z, image], slice: 64).scalar) < 1e-3)
    #expect(wMSELoss([z, random.normal([64, 4])], slice: 64).scalar > 1)
  }

  @Test func averagesAllPairsOfViewsAndWhitensSliceBySlice() {
    let random = RandomStream(seed: 4)
    let views = (0..<3).map { _ in random.normal([48, 4]) }
    let pairs = [(0, 1), (0, 2), (1, 2)].map { wMSELoss([views[$0], views[$1]], slice: 16) }
    #expect(isClose(wMSELoss(views, slice: 16), stacked(pairs).mean()))
    // Slices of one size weigh the same.
    let slices = (0..<3).map { index in
      wMSELoss(views.map { $0[index * 16..<(index + 1) * 16] }, slice: 16)
    }
    #expect(isClose(wMSELoss(views, slice: 16), stacked(slices).mean()))
  }

  @Test func theEmbeddingIsAtMostHalfASlice() throws {
    let task = try WMSE(WMSE.Options(), tinyContext())
    // A batch of 8: four dimensions.
    #expect(task.state.first { $0.name == "projector.3.weight" }?.tensor.size(0) == 4)
    task.loss(noiseViews(2), firstStep).value.backward()
    #expect(task.parameters.allSatisfy { $0.parameter.value.gradient != nil })
  }
}
