import TestSupport
import Testing
import Torch

@testable import Augment

@Suite struct BlurTests {
  @Test func `kernels are a tenth of the view, odd, and sum to 1`() {
    #expect([8, 29, 32, 48, 64, 96, 224].map(BlurKernel.taps) == [3, 3, 3, 5, 7, 9, 23])
    for sigma: Float in [0.1, 0.7, 2] {
      let weights = BlurKernel.weights(sigma: sigma, taps: 23)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
      #expect(weights == weights.reversed())
    }
  }

  @Test func `an impulse becomes the kernel both ways, in its channel`() {
    let image = Tensor.zeros([1, 40, 40, 3])
    image[0][20][10].assign(Tensor([0, 1, 0] as [Float]))
    let images = image.permuted(0, 3, 1, 2)
    BlurKernel.blur(images, sigmas: [1.1])
    let weights = BlurKernel.weights(sigma: 1.1, taps: 5)
    let patch = images[0][1].sliced(18..<23, along: 0).sliced(8..<13, along: 1).floats
    let expected = weights.flatMap { row in weights.map { row * $0 } }
    #expect(difference(patch, expected) < 1e-6)
    #expect(abs(images.sum().scalar - 1) < 1e-5)
    #expect(images[0][0].abs().sum().scalar == 0 && images[0][2].abs().sum().scalar == 0)
  }

  /// torchvision 0.29's `gaussian_blur` in float64.
  @Test func `blurs are those of torchvision`() {
    let small = sampleStore(height: 8, width: 8, channels: 1)
    let images = small.images.to(.float32) / 255
    BlurKernel.blur(images, sigmas: [0.8])
    #expect(
      difference(
        Array(images.floats.prefix(16)),
        [
          0.3066, 0.4929, 0.6098, 0.4426, 0.5596, 0.6765, 0.5093, 0.4556, 0.3823, 0.5113, 0.5603,
          0.461, 0.578, 0.627, 0.5277, 0.5314,
        ]) < 1e-4)
    let large = sampleStore(height: 50, width: 50, channels: 1).images.to(.float32) / 255
    BlurKernel.blur(large, sigmas: [1.3])
    let places = [(0, 0), (0, 49), (1, 25), (48, 2), (30, 30)]
    #expect(
      difference(
        places.map { Float(large[0][0][$0.0][$0.1].scalar) },
        [0.4667, 0.46013, 0.51087, 0.46412, 0.48281]) < 1e-5)
  }

  @Test(arguments: [1, 3], [12, 64, 100])
  func `matrix products agree with the native pass, on the chosen images only`(
    channels: Int, size: Int
  ) {
    let store = sampleStore(count: 3, height: size, width: size, channels: channels)
    let before = store.images.to(.float32)
    let native = before.copy()
    let matrix = before.copy()
    BlurKernel.blur(native, sigmas: [0.1, nil, 1.7])
    BlurKernel.blurByMatrix(matrix, [0, 2], [0.1, 1.7])
    #expect(isClose(native, matrix))
    #expect(native[1].floats == before[1].floats)
    #expect(difference(native[2].floats, before[2].floats) > 1)
  }
}
