import Foundation
import TestSupport
import Testing
import Torch

@testable import Augment

@Suite struct ColorTests {
  /// The sample's colours after a change, as height × width × channels in 0...1.
  private func changed(
    _ change: ColorChange, channels: Int = 3, height: Int = 2, width: Int = 3
  ) -> [Float] {
    let store = sampleStore(height: height, width: width, channels: channels)
    return values(store.colored(store.images, [change]), of: store)
  }

  private func original(_ height: Int = 2, _ width: Int = 3, _ channels: Int = 3) -> [Float] {
    sampleStore(height: height, width: width, channels: channels).pixels.floats.map { $0 / 255 }
  }

  /// The grey of one pixel.
  private func luma(_ pixel: ArraySlice<Float>) -> Float {
    zip(pixel, [0.299, 0.587, 0.114]).map(*).reduce(0, +)
  }

  @Test func `no change leaves the colours`() {
    #expect(difference(changed(ColorChange()), original()) < 1e-6)
  }

  @Test func `brightness multiplies, then clamps`() {
    let expected = original().map { min(1, 1.4 * $0) }
    #expect(difference(changed(ColorChange(brightness: 1.4)), expected) < 1e-6)
  }

  @Test func `contrast moves from the mean grey, computed by hand`() {
    let x = original()
    let greys = stride(from: 0, to: x.count, by: 3).map { luma(x[$0..<$0 + 3]) }
    let mean = greys.reduce(0, +) / Float(greys.count)
    #expect(
      difference(changed(ColorChange(contrast: 0.6)), x.map { 0.6 * $0 + 0.4 * mean }) < 1e-6)
  }

  @Test func `saturation moves from each pixel's grey, computed by hand`() {
    let x = original()
    let expected = x.indices.map { i in
      0.5 * x[i] + 0.5 * luma(x[i / 3 * 3..<i / 3 * 3 + 3])
    }
    #expect(difference(changed(ColorChange(saturation: 0.5)), expected) < 1e-6)
  }

  /// Within 0...1 the folded changes are those of torchvision, whose grey weights sum to 0.9999.
  @Test(arguments: [0, 5, 12, 17, 23])
  func `without clamps or hue, any order agrees with torchvision's`(order: Int) {
    let change = ColorChange(brightness: 0.9, contrast: 0.5, saturation: 0.6, order: order)
    let store = sampleStore(height: 5, width: 7)
    let exact = values(store.exactlyColored(store.images, [change]), of: store)
    #expect(difference(changed(change, height: 5, width: 7), exact) < 3e-4)
  }

  @Test func `grayscale makes the channels equal`() {
    let grey = changed(ColorChange(isGray: true))
    let x = original()
    for pixel in stride(from: 0, to: grey.count, by: 3) {
      #expect(
        abs(grey[pixel] - grey[pixel + 1]) < 1e-6 && abs(grey[pixel] - grey[pixel + 2]) < 1e-6)
      #expect(abs(grey[pixel] - luma(x[pixel..<pixel + 3])) < 1e-6)
    }
  }

  /// The mix of a pixel, before any clamp, without normalisation: A·p.
  private func mixed(_ change: ColorChange, _ pixel: [Float]) -> [Float] {
    var numbers: [Float] = []
    ColorMix(change).append(to: &numbers, mean: [0, 0, 0], deviation: [1, 1, 1])
    return (0..<3).map { row in
      (0..<3).map { numbers[3 * row + $0] * 255 * pixel[$0] }.reduce(0, +)
    }
  }

  @Test(arguments: [-0.5, -0.2, 0.1, 0.25] as [Float])
  func `hue keeps luma and greys`(turns: Float) {
    let change = ColorChange(hue: turns)
    for pixel: [Float] in [[0.8, 0.1, 0.3], [0, 1, 0], [0.2, 0.3, 0.9]] {
      let turned = mixed(change, pixel)
      #expect(abs(luma(turned[...]) - luma(pixel[...])) < 1e-5)
      #expect(difference(turned, pixel) > 0.05)
    }
    #expect(difference(mixed(change, [0.4, 0.4, 0.4]), [0.4, 0.4, 0.4]) < 1e-5)
  }

  @Test func `hue turns from red to green to blue, and back`() {
    let green = mixed(ColorChange(hue: 1.0 / 3), [1, 0, 0])
    #expect(green[1] > green[0] && green[1] > green[2])
    let blue = mixed(ColorChange(hue: -1.0 / 3), [1, 0, 0])
    #expect(blue[2] > blue[0] && blue[2] > blue[1])
    let half = ColorChange(hue: 0.5)
    #expect(difference(mixed(half, mixed(half, [0.6, 0.2, 0.1])), [0.6, 0.2, 0.1]) < 1e-5)
  }

  @Test func `grey images take brightness and contrast, and skip the rest`() {
    let x = original(2, 3, 1)
    let mean = x.reduce(0, +) / Float(x.count)
    let change = ColorChange(
      brightness: 1.2, contrast: 0.5, saturation: 3, hue: 0.3, order: 0, isGray: true)
    let expected = x.map { min(1, 0.5 * 1.2 * $0 + 0.5 * 1.2 * mean) }
    #expect(difference(changed(change, channels: 1), expected) < 1e-5)
  }

  @Test(arguments: [1, 3])
  func `the matrix product agrees with the native pass`(channels: Int) {
    // Neither 7 × 5 nor 7 × 5 × 3 is a whole number of vectors.
    let store = sampleStore(count: 3, height: 7, width: 5, channels: channels)
    var numbers: [Float] = []
    for change in [
      ColorChange(), ColorChange(brightness: 1.3, contrast: 0.4, hue: 0.1, order: 7),
      ColorChange(contrast: 1.6, saturation: 0.2, order: 20, isGray: true),
    ] {
      ColorMix(change).append(to: &numbers, mean: store.mean, deviation: store.deviation)
    }
    let (low, high) = store.normalizedBounds
    let native = store.images.mixingChannels(numbers, low: low, high: high)
    #expect(native.isChannelsLast)
    #expect(isClose(native, store.mixedByMatrix(store.images, numbers)))
  }

  @Test func `jitter draws each factor in its range, and only sometimes`() {
    let jitter = ColorJitter(
      brightness: 0.4, contrast: 1.5, saturation: 0.2, hue: 0.1, probability: 0.8)
    let uniform = RandomStream(seed: 2).uniform([2000, 6]).floats
    let changes = (0..<2000).map { jitter.change(uniform[(6 * $0)..<(6 * $0 + 6)]) }
    let active = changes.filter { $0 != ColorChange() }
    #expect(abs(Double(active.count) / 2000 - 0.8) < 0.03)
    #expect(active.allSatisfy { (0.6...1.4).contains($0.brightness) })
    #expect(active.allSatisfy { (0...2.5).contains($0.contrast) })
    #expect(active.allSatisfy { (-0.1...0.1).contains($0.hue) })
    #expect(Set(active.map(\.order)).count == 24 && Set(ColorChange.orders).count == 24)
  }
}
