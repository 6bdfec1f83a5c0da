import Foundation
import TestSupport
import Testing
import Torch

@testable import Augment

/// Soft waves, different in each channel and image, with a hard-edged square: `[count, channels,
/// height, width]` in 0...1.
private func scene(count: Int, channels: Int = 3, height: Int, width: Int) -> Tensor {
  var values: [Float] = []
  for n in 0..<count {
    let turn = Double(n) * 2.4
    for c in 0..<channels {
      for y in 0..<height {
        for x in 0..<width {
          let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
          let across = u * cos(turn + 1.3) + v * sin(turn + 1.3)
          let along = u * cos(turn) + v * sin(turn)
          let wave = sin(14 * along + Double(c)) + sin(37 * across + turn)
          let isInside = abs(u - 0.5) < 0.2 && abs(v - 0.4) < 0.2
          values.append(Float(0.45 + 0.12 * wave + (isInside ? 0.25 : 0)))
        }
      }
    }
  }
  return Tensor(values, shape: [count, channels, height, width])
}

private func squaredError(_ a: Tensor, _ b: Tensor) -> Double { (a - b).square().mean().scalar }

@Suite struct CorruptionTests {
  @Test func `names are those that a person types`() {
    #expect(Corruption.allCases.count == 12)
    for corruption in Corruption.allCases {
      #expect(corruption.rawValue.allSatisfy { $0.isLowercase || $0 == "-" })
      let words = corruption.title.lowercased().replacingOccurrences(of: " ", with: "-")
      #expect(corruption.rawValue == words)
    }
  }

  @Test(arguments: Corruption.allCases)
  func `an image is corrupted alike in any batch and place`(corruption: Corruption) {
    let images = scene(count: 5, height: 24, width: 20)
    let indices = [50, 3, 17, 0, 9]
    func corrupted(_ rows: [Int], seed: UInt64 = 7, severity: Int = 4) -> [[Float]] {
      let batch = corruption.apply(
        to: images.rows(Tensor(rows)), severity: severity, indices: rows.map { indices[$0] },
        seed: seed)
      return rows.indices.map { batch[$0].floats }
    }
    let whole = corrupted([0, 1, 2, 3, 4])
    #expect(corrupted([3, 1]) == [whole[3], whole[1]])
    #expect(corrupted([4]) == [whole[4]])
    let random: [Corruption] = [
      .gaussianNoise, .shotNoise, .impulseNoise, .motionBlur, .elasticTransform,
    ]
    #expect((corrupted([0], seed: 8) != [whole[0]]) == random.contains(corruption))
  }

  @Test(arguments: Corruption.allCases)
  func `the same picture under two indices gets two draws`(corruption: Corruption) {
    let picture = scene(count: 1, height: 24, width: 24)
    let pair = concatenated([picture, picture])
    let both = corruption.apply(to: pair, severity: 3, indices: [1, 2], seed: 0)
    let random: [Corruption] = [
      .gaussianNoise, .shotNoise, .impulseNoise, .motionBlur, .elasticTransform,
    ]
    #expect((both[0].floats != both[1].floats) == random.contains(corruption))
  }

  /// Not so elastic transforms: their mild severities move the whole image, their strong ones its
  /// parts. Pixels that are kept whole or not make neighbours among pixelations change places.
  @Test(arguments: Corruption.allCases.filter { $0 != .elasticTransform }, [40, 128])
  func `severities are in order`(corruption: Corruption, size: Int) {
    let indices = Array(0..<16)
    let images = scene(count: 16, height: size, width: size)
    let severities = corruption == .pixelate ? [1, 3, 5] : Array(Corruption.severities)
    let errors = severities.map {
      squaredError(
        corruption.apply(to: images, severity: $0, indices: indices, seed: 1), images)
    }
    #expect(zip(errors, errors.dropFirst()).allSatisfy { $0 < $1 }, "\(errors)")
    #expect(errors[0] > 1e-6)
  }

  @Test(
    arguments: Corruption.allCases, [[1, 8, 8], [3, 8, 8], [3, 7, 13], [1, 33, 18], [3, 1, 2]])
  func `any size and one or three channels give whole levels in range`(
    corruption: Corruption, shape: [Int]
  ) {
    let images = scene(count: 2, channels: shape[0], height: shape[1], width: shape[2])
    for severity in [1, 5] {
      let changed = corruption.apply(to: images, severity: severity, indices: [4, 8], seed: 3)
      #expect(changed.shape == images.shape)
      #expect(changed.isFinite().to(.float32).min().scalar == 1)
      #expect(changed.min().scalar >= 0 && changed.max().scalar <= 1)
      let levels = changed * 255
      #expect((levels - levels.round()).abs().max().scalar < 1e-3)
    }
  }

  @Test(arguments: [
    Corruption.defocusBlur, .gaussianBlur, .motionBlur, .zoomBlur, .contrast, .elasticTransform,
    .pixelate,
  ])
  func `what moves or mixes pixels leaves an even image alone`(corruption: Corruption) {
    for (level, size) in [(77.0, 9), (128, 40), (255, 60)] {
      let even = Tensor.full([2, 3, size, size + 3], level / 255)
      for severity in Corruption.severities {
        let changed = corruption.apply(to: even, severity: severity, indices: [0, 1], seed: 5)
        #expect(isClose(changed, even, tolerance: 1e-6))
      }
    }
  }

  @Test func `noise has the spread that its severity says`() {
    let indices = Array(0..<8)
    let grey = Tensor.full([8, 3, 32, 32], 0.5)
    func deviation(_ corruption: Corruption, _ severity: Int) -> Double {
      corruption.apply(to: grey, severity: severity, indices: indices, seed: 1).variance().scalar
        .squareRoot()
    }
    // 24,576 values: a deviation is known to 0.5%, a share of 0.03 to 0.001.
    let level = 128.0 / 255
    for (severity, sigma) in [(1, 0.04), (3, 0.08), (5, 0.1)] {
      #expect(abs(deviation(.gaussianNoise, severity) / sigma - 1) < 0.03)
    }
    for (severity, photons) in [(1, 500.0), (3, 100), (5, 50)] {
      let expected = (level / photons).squareRoot()
      #expect(abs(deviation(.shotNoise, severity) / expected - 1) < 0.03)
    }
    let hit = Corruption.impulseNoise.apply(to: grey, severity: 3, indices: indices, seed: 1)
    let black = (hit .== 0).to(.float32).mean().scalar
    let white = (hit .== 1).to(.float32).mean().scalar
    #expect(abs(black - 0.015) < 0.004 && abs(white - 0.015) < 0.004)
    #expect(abs(hit.filled(where: hit .== 0, with: level).min().scalar - level) < 1e-6)
  }

  @Test func `strengths are the published ones at 32 and 224 pixels, and between them between`() {
    func strength(_ size: Int) -> Double {
      Strength(severity: 2, height: size, width: size + 9)([1, 2, 3, 4, 5], [1, 12, 3, 4, 5])
    }
    #expect(strength(32) == 2 && strength(8) == 2 && strength(224) == 12 && strength(500) == 12)
    // The geometric mean of 32 and 224 is 84.7.
    #expect(abs(strength(85) - 7) < 0.05)
    let large = Strength(severity: 1, height: 448, width: 600)
    #expect(large.pixels([1, 0, 0, 0, 0], [3, 0, 0, 0, 0]) == 6)
  }

  @Test func `a dot out of focus is a disk`() {
    let image = Tensor.zeros([1, 1, 224, 224])
    image[0][0][100].sliced(60..<61).assign(Tensor.ones([1]))
    let blurred = Corruption.defocusBlur.apply(to: image, severity: 1, indices: [0], seed: 0)
    // Radius 3: 29 pixels, which share 255 levels.
    let lit = (blurred * 255).round().nonzero()
    #expect(lit.size(0) == 29)
    #expect(abs(blurred.sum().scalar * 255 - 29 * 9) < 0.01)
    #expect(
      lit.ints.enumerated().allSatisfy { abs($1 - [0, 0, 100, 60][$0 % 4]) <= 3 })
  }

  @Test func `brightness keeps hue and saturation`() {
    let image = Tensor([0.2, 0.4, 0.1, 0, 0, 0] as [Float], shape: [2, 3, 1, 1])
    let brighter = Corruption.brightness.apply(to: image, severity: 3, indices: [0, 1], seed: 0)
    // 51, 102 and 25 (of 25.5, rounded) become 140.25 of 102; black becomes grey.
    #expect((brighter * 255).round().ints == [70, 140, 36, 38, 38, 38])
  }

  @Test(arguments: [1, 3])
  func `a store gives the same corrupted images, normalised`(channels: Int) {
    let store = sampleStore(count: 6, height: 20, width: 26, channels: channels)
    let indices = [5, 1, 2]
    let clean = store.denormalized(store.evaluationBatch(indices: indices, size: 16)) / 255
    for corruption in [Corruption.shotNoise, .gaussianBlur, .jpegCompression] {
      let batch = store.evaluationBatch(
        indices: indices, size: 16, corruption: corruption, severity: 5, seed: 2)
      #expect(batch.shape == [3, channels, 16, 16] && batch.isChannelsLast)
      let expected = corruption.apply(to: clean, severity: 5, indices: indices, seed: 2)
      #expect(isClose(store.denormalized(batch) / 255, expected, tolerance: 1e-5))
    }
  }

  @Test func `severities and shapes that are not there trap`() async {
    await #expect(processExitsWith: .failure) {
      _ = Corruption.contrast.apply(
        to: Tensor.zeros([1, 3, 8, 8]), severity: 6, indices: [0], seed: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = Corruption.contrast.apply(
        to: Tensor.zeros([2, 3, 8, 8]), severity: 1, indices: [0], seed: 0)
    }
  }
}
