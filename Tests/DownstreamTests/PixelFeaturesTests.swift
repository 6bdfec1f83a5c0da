import Augment
import Testing
import Torch

@testable import Downstream

/// Images of noise, with a stripe for every second.
private func store(_ count: Int, side: Int, channels: Int = 3) -> DeviceStore {
  let pixels = RandomStream(seed: 4).integers([count, side, side, channels], in: 0..<200)
  for image in stride(from: 0, to: count, by: 2) {
    pixels[image].sliced(0..<side / 4).assign(Tensor.full([], 255))
  }
  return DeviceStore(pixels: pixels.to(.uint8))
}

@Test func allComponentsKeepEveryDistance() throws {
  let store = store(40, side: 12)
  let training = Array(0..<40)
  let pixels = try PixelFeatures(store, training: training)
  // 40 images span 39 directions about their mean.
  #expect(pixels.dimensions == 39)
  let features = pixels.features(of: training)
  let raw = store.evaluationBatch(indices: training, size: 12).flattened(from: 1)
  #expect(features.mean(over: 0).abs().max().scalar < 1e-4)
  for (a, b) in [(0, 1), (3, 17), (20, 39)] {
    let expected = (raw[a] - raw[b]).norm().scalar
    #expect(abs((features[a] - features[b]).norm().scalar / expected - 1) < 1e-4)
  }
  let variances = features.square().mean(over: 0).floats
  #expect(zip(variances, variances.dropFirst()).allSatisfy { $0 >= $1 * 0.999 })
}

@Test func componentsAndPixelsAreLimited() throws {
  let many = try PixelFeatures(store(600, side: 12), training: Array(0..<600))
  #expect(many.dimensions == 256)
  // 48 × 48 is reduced to 32 × 32.
  let large = store(20, side: 48, channels: 1)
  let features = try PixelFeatures(large, training: Array(0..<20)).features(of: [0, 1])
  let raw = large.evaluationBatch(indices: [0, 1], size: 32).flattened(from: 1)
  let expected = (raw[0] - raw[1]).norm().scalar
  #expect(abs((features[0] - features[1]).norm().scalar / expected - 1) < 1e-4)
  #expect(throws: ProbeError.noLabels(part: "training")) {
    try PixelFeatures(large, training: [])
  }
}

@Test func testImagesDoNotReachTheComponents() throws {
  let honest = store(60, side: 12)
  let training = Array(0..<40)
  let spoiled = honest.pixels.copy()
  spoiled[40..<60].assign(Tensor.full([], 0))
  // The same channel statistics, which are of the training images too.
  let other = DeviceStore(pixels: spoiled, training: training)
  let first = try PixelFeatures(
    DeviceStore(pixels: honest.pixels, training: training), training: training)
  let second = try PixelFeatures(other, training: training.reversed())
  #expect(first.features(of: training).floats == second.features(of: training).floats)
}

@Test func probesTellPixelsApart() throws {
  let pixels = try PixelFeatures(store(200, side: 12), training: Array(0..<150))
  let result = try LinearProbe().evaluate(
    features: pixels.features(of: Array(0..<200)), labels: (0..<200).map { $0 % 2 },
    split: EvaluationSplit(train: Array(0..<150), test: Array(150..<200)), classes: 2, seed: 0)
  #expect(result.accuracy > 0.95)
}
