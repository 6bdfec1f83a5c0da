import Foundation
import Torch

/// The blur of a camera that moves, in a direction of −45° to 45° for each image.
enum MotionBlur {
  /// ImageMagick's `MotionBlurImage`: the pixel and those on a line to one side of it, at whole
  /// places, with the weights of half a Gaussian; the border's pixels are repeated. (Written from
  /// memory of ImageMagick 6 and not compared with it.)
  static func apply(
    _ levels: Tensor, _ strength: Strength, _ streams: some Sequence<RandomStream>
  ) -> Tensor {
    let radius = strength.pixels([6, 6, 6, 8, 9], [10, 15, 15, 15, 20])
    let sigma = strength.pixels([1, 1.5, 2, 2, 2.5], [3, 5, 8, 12, 15])
    let taps = 2 * Int(radius.rounded(.up)) + 1
    let half = (0..<taps).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = half.reduce(0, +)
    let padded = padded(levels, by: taps)
    let result = Tensor.empty(levels.shape, device: levels.device)
    for (number, stream) in streams.enumerated() {
      let angle = stream.uniform([1], from: -45, to: 45).scalar * .pi / 180
      var blurred = Tensor.zeros([1], device: levels.device)
      for (tap, weight) in half.enumerated() {
        let x = Int((Double(tap) * cos(angle) - 0.5).rounded(.up))
        let y = Int((Double(tap) * sin(angle) - 0.5).rounded(.up)) + taps
        let moved = padded[number].sliced(y..<y + strength.height, along: 1)
          .sliced(x..<x + strength.width, along: 2)
        blurred += moved * (weight / sum)
      }
      result[number].assign(blurred)
    }
    return result
  }

  /// Images with `margin` more pixels above, below and to the right.
  private static func padded(_ levels: Tensor, by margin: Int) -> Tensor {
    func places(_ range: Range<Int>, _ count: Int) -> Tensor {
      Tensor(range.map { Weights.Border.nearest.fold($0, count) }).to(levels.device)
    }
    let (height, width) = (levels.size(2), levels.size(3))
    return levels.rows(places(-margin..<height + margin, height), along: 2)
      .rows(places(0..<width + margin, width), along: 3)
  }
}
