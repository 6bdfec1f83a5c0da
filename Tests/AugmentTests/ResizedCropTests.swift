import Testing
import Torch

@testable import Augment

@Suite struct ResizedCropTests {
  /// torchvision 0.29's `v2.functional.resized_crop` of the uint8 sample of 9 × 11 pixels. Processors
  /// without AVX2 take another path there too, which may round otherwise.
  @Test func `reductions are those of torchvision`() {
    let store = sampleStore(height: 9, width: 11)
    let crops = store.resizedCrops(
      indices: [0], boxes: [CropBox(x: 2, y: 1, width: 7, height: 6)], size: 4)
    #expect(
      crops.permuted(0, 2, 3, 1).ints == [
        126, 95, 135, 156, 165, 84, 139, 129, 150, 102, 114, 99, 92, 138, 175, 149, 127,
        130, 141, 149, 112, 142, 98, 142, 136, 151, 143, 98, 119, 144, 155, 158, 121, 110,
        147, 147, 118, 130, 99, 103, 137, 146, 117, 120, 129, 142, 190, 109,
      ])
    let whole = store.resizedCrops(
      indices: [0], boxes: [CropBox(x: 0, y: 0, width: 11, height: 9)], size: 3)
    #expect(
      whole.permuted(0, 2, 3, 1).ints == [
        124, 140, 144, 141, 126, 126, 130, 138, 130, 116, 132, 124, 126, 140, 136, 137,
        124, 127, 120, 139, 139, 119, 128, 131, 129, 146, 131,
      ])
  }

  @Test func `enlargements are those of torchvision`() {
    let store = sampleStore(height: 9, width: 11)
    let crops = store.resizedCrops(
      indices: [0], boxes: [CropBox(x: 1, y: 3, width: 4, height: 3)], size: 6)
    #expect(
      Array(crops.permuted(0, 2, 3, 1).ints.prefix(36)) == [
        219, 16, 69, 137, 62, 115, 69, 122, 175, 130, 183, 236, 191, 116, 169, 236, 33,
        86, 164, 25, 78, 114, 71, 124, 78, 131, 174, 139, 192, 192, 168, 125, 146, 181,
        42, 95,
      ])
  }

  @Test func `a crop of the view's size is copied`() {
    let store = sampleStore(count: 3, height: 9, width: 11)
    let crops = store.resizedCrops(
      indices: [2], boxes: [CropBox(x: 3, y: 2, width: 5, height: 5)], size: 5)
    let expected = store.pixels[2].sliced(2..<7, along: 0).sliced(3..<8, along: 1)
    #expect(crops.permuted(0, 2, 3, 1).ints == expected.ints)
  }

  /// Crops of 8%, 30% and all of the area, reduced and enlarged; 24 × 40 pixels stored.
  @Test(arguments: [1, 3], [7, 20, 48])
  func `matrix products agree with the native kernel within a grey level`(
    channels: Int, size: Int
  ) {
    let store = sampleStore(count: 4, height: 24, width: 40, channels: channels)
    let boxes = [
      CropBox(x: 7, y: 3, width: 11, height: 7), CropBox(x: 13, y: 8, width: 18, height: 16),
      CropBox(x: 0, y: 0, width: 40, height: 24), CropBox(x: 39, y: 23, width: 1, height: 1),
    ]
    let native = store.resizedCrops(indices: [3, 0, 2, 1], boxes: boxes, size: size)
    let matrix = store.resizedCropsByMatrix(indices: [3, 0, 2, 1], boxes: boxes, size: size)
    #expect(native.isChannelsLast && matrix.isChannelsLast)
    #expect(native.shape == [4, channels, size, size] && matrix.shape == native.shape)
    #expect(difference(native.floats, matrix.floats) < 1.01)
  }
}
