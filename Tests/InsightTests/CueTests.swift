import Foundation
import Insight
import TestSupport
import Testing
import Torch

@Suite struct PatchShuffleTests {
  let images = RandomStream(seed: 1).uniform([3, 3, 8, 12])

  @Test func squaresKeepTheirPixelsAndChangePlaces() {
    let shuffled = shuffledPatches(images, grid: 4, seed: 1)
    #expect(shuffled.shape == images.shape && shuffled.bytes != images.bytes)
    func squares(_ image: Tensor) -> Set<[Float]> {
      var found: Set<[Float]> = []
      for row in 0..<4 {
        for column in 0..<4 {
          let square = image.sliced(2 * row..<2 * row + 2, along: 1)
            .sliced(3 * column..<3 * column + 3, along: 2)
          found.insert(square.floats)
        }
      }
      return found
    }
    for image in 0..<3 { #expect(squares(images[image]) == squares(shuffled[image])) }
  }

  @Test func theSeedDecidesAndImagesDiffer() {
    let draws = [1, 1, 2].map { shuffledPatches(images, grid: 2, seed: $0).bytes }
    #expect(draws[0] == draws[1] && draws[0] != draws[2])
    let copies = concatenated([images[0..<1], images[0..<1], images[0..<1]])
    let orders = shuffledPatches(copies, grid: 4, seed: 1)
    #expect(orders[0].bytes != orders[1].bytes || orders[0].bytes != orders[2].bytes)
    #expect(shuffledPatches(images, grid: 1, seed: 1).bytes == images.bytes)
  }
}

@Suite struct FrequencyTests {
  /// A wave of `length` pixels along a line of 240.
  private func wave(_ length: Double) -> Tensor {
    let line = (0..<240).map { 0.5 + 0.5 * cos(2 * .pi * (Double($0) + 0.5) / length) }
    return Tensor(line, shape: [1, 1, 1, 240]).expanded(1, 1, 20, 240)
  }

  @Test("waves keep the height of a Gaussian's transform", arguments: [5.0, 12, 48])
  func heights(_ length: Double) {
    let sigma = 2.0
    let kept = exp(-2 * .pi * .pi * sigma * sigma / (length * length))
    let low = lowPass(wave(length), sigma: sigma).sliced(60..<180, along: 3)
    let swing = low.max().scalar - low.min().scalar
    // Of the wave itself, as pixels sample it.
    let whole = wave(length).max().scalar - wave(length).min().scalar
    #expect(abs(swing / whole - kept) < 1e-3)
    let high = highPass(wave(length), sigma: sigma).sliced(60..<180, along: 3)
    #expect(abs((high.max().scalar - high.min().scalar) / whole - (1 - kept)) < 1e-3)
  }

  @Test func evenImagesStayAndHaveNoDetail() {
    let even = Tensor.full([2, 3, 9, 7], 0.25)
    #expect(isClose(lowPass(even, sigma: 5), even))
    #expect(isClose(highPass(even, sigma: 5), .full([2, 3, 9, 7], 0.5)))
    #expect(isClose(lowPass(.full([1, 1, 1, 4], 0.5), sigma: 1), .full([1, 1, 1, 4], 0.5)))
  }
}

@Suite struct SilhouetteImageTests {
  @Test func greyscaleWeighsAsLuminance() {
    let image = Tensor([1, 0.5, 0.25] as [Float], shape: [1, 3, 1, 1])
    let expected = 0.299 + 0.587 * 0.5 + 0.114 * 0.25
    #expect(isClose(greyscale(image), .full([1, 3, 1, 1], expected)))
    let grey = RandomStream(seed: 1).uniform([2, 1, 4, 4])
    #expect(greyscale(grey).bytes == grey.bytes)
  }

  @Test("a shape is black on white, brighter or darker than its ground", arguments: [0.2, 0.9])
  func shapes(_ level: Double) {
    let noise = RandomStream(seed: 1).uniform([1, 3, 16, 16], from: -0.05, to: 0.05)
    var ground = [Float](repeating: 0.55, count: 256)
    for row in 5..<11 { for column in 3..<9 { ground[16 * row + column] = Float(level) } }
    let images = noise + Tensor(ground, shape: [1, 1, 16, 16])
    let shapes = silhouettes(images)
    #expect(shapes.shape == [1, 3, 16, 16])
    #expect(shapes.sum().scalar == 3 * (256 - 36))
    #expect(shapes[0][1].sliced(5..<11).sliced(3..<9, along: 1).max().scalar == 0)
  }

  @Test func anImageOfOneBrightnessIsAllWhite() {
    #expect(silhouettes(.full([1, 1, 6, 6], 0.3)).min().scalar == 1)
  }
}
