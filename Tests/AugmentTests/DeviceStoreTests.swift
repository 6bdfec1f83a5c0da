import TestSupport
import Testing
import Torch

@testable import Augment

@Suite struct DeviceStoreTests {
  @Test func `mean and deviation are those of the training images`() {
    let store = sampleStore(count: 5, height: 6, width: 4)
    let chosen = [1, 3, 4]
    let trained = DeviceStore(pixels: store.pixels, training: chosen)
    let values = store.pixels.rows(Tensor(chosen)).to(.float64) / 255
    let mean = values.mean(over: 0, 1, 2)
    let deviation = values.variance(over: 0, 1, 2, correction: 0).sqrt()
    #expect(isClose(Tensor(trained.mean), mean.to(.float32), tolerance: 1e-6))
    #expect(isClose(Tensor(trained.deviation), deviation.to(.float32), tolerance: 1e-6))
    #expect(trained.mean != store.mean)
  }

  @Test func `a constant channel is not divided by zero`() {
    let store = DeviceStore(pixels: Tensor.full([2, 4, 4, 1], 40, dtype: .uint8))
    #expect(store.deviation == [1])
    #expect(store.evaluationBatch(indices: [0], size: 4).abs().max().scalar < 1e-6)
  }

  @Test func `borrowed bytes are not copied, and their owner lives on`() {
    final class Owner {
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 48, alignment: 1)
      deinit { bytes.deallocate() }
    }
    var owner: Owner? = Owner()
    weak let watched = owner
    owner?.bytes.initializeMemory(as: UInt8.self, repeating: 7)
    var store = owner.map {
      DeviceStore(
        borrowing: UnsafeRawBufferPointer($0.bytes), owner: $0, count: 1, height: 4, width: 4,
        channels: 3)
    }
    owner?.bytes[0] = 9
    owner = nil
    #expect(watched != nil)
    #expect(store?.pixels.ints.first == 9)
    #expect(store?.images.shape == [1, 3, 4, 4] && store?.images.isChannelsLast == true)
    store = nil
    #expect(watched == nil)
  }

  @Test func `evaluation of a square image of the view's size is the image, normalised`() {
    let store = sampleStore(count: 2, height: 8, width: 8)
    let batch = store.evaluationBatch(indices: [1, 0], size: 8)
    #expect(batch.shape == [2, 3, 8, 8] && batch.isChannelsLast && batch.dtype == .float32)
    let expected = store.pixels.rows(Tensor([1, 0])).floats.map { $0 / 255 }
    #expect(difference(values(batch, of: store), expected) < 1e-6)
  }

  @Test func `evaluation takes the centre of the original proportions`() {
    // 24 × 40 stored, not squashed: the middle 24 columns.
    let store = sampleStore(height: 24, width: 40)
    let centre = store.pixels[0].sliced(8..<32, along: 1).floats.map { $0 / 255 }
    #expect(
      difference(values(store.evaluationBatch(indices: [0], size: 24), of: store), centre) < 1e-6)
    // The same pixels as a squashed square: everything, resized.
    let square = sampleStore(height: 24, width: 40, aspectRatios: [1])
    let whole = square.resizedCrops(
      indices: [0], boxes: [CropBox(x: 0, y: 0, width: 40, height: 24)], size: 24)
    #expect(
      difference(
        values(square.evaluationBatch(indices: [0], size: 24), of: square),
        whole.permuted(0, 2, 3, 1).floats.map { $0 / 255 }) < 1e-6)
  }
}
