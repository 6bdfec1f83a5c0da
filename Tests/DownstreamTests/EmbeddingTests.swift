import Testing
import Torch

@testable import Downstream

private struct Missing: Error {}

@Test func everyImageIsEmbeddedOnceInOrder() {
  var ranges: [Range<Int>] = []
  let features = embed(count: 7, batch: 3) { range in
    ranges.append(range)
    return Tensor.range(Double(range.lowerBound), to: Double(range.upperBound), dtype: .float32)
  } network: { images in
    images.unsqueezed(1) * Tensor([Float(1), 10])
  }
  #expect(ranges == [0..<3, 3..<6, 6..<7])
  #expect(features.floats == (0..<7).flatMap { [Float($0), Float($0) * 10] })
}

@Test func embeddingRecordsNoGradientAndPassesErrorsOn() {
  let weight = Tensor.ones([2, 2]).requiringGradient()
  let features = embed(count: 3, batch: 2) {
    Tensor.ones([$0.count, 2])
  } network: {
    $0.matmul(weight).to(.bfloat16)
  }
  #expect(!features.requiresGradient && features.dtype == .float32)
  #expect(throws: Missing.self) {
    _ = try embed(count: 3, batch: 2) { _ throws(Missing) -> Tensor in
      throw Missing()
    } network: {
      $0
    }
  }
}
