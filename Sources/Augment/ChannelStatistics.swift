import Torch

/// The mean and deviation of each channel, from whole-number sums: exact, and the same in any order
/// and on any device.
enum ChannelStatistics {
  /// Lines of pixels summed at once: 256 squares of bytes stay below 2²⁴, where `float32` is exact.
  private static let lines = 256

  /// Mean and deviation, in 0...1, of the `rows` of `pixels` (`uint8` `[N, H, W, C]`); `nil` takes
  /// all. The deviation is 1 where a channel does not vary, so that it can be divided by.
  static func of(_ pixels: Tensor, rows: [Int]?) -> (mean: [Float], deviation: [Float]) {
    let count = rows?.count ?? pixels.size(0)
    precondition(count > 0, "ChannelStatistics: no image")
    let (height, width, channels) = (pixels.size(1), pixels.size(2), pixels.size(3))
    let length = width * channels
    // A chunk stays in the processor's cache.
    let step = Swift.max(1, 250_000 / (height * length))
    var sums = Tensor.zeros([length], dtype: .float64, device: pixels.device)
    var squares = sums
    for start in stride(from: 0, to: count, by: step) {
      let end = Swift.min(start + step, count)
      let chunk =
        rows.map { pixels.rows(Tensor(Array($0[start..<end])).to(pixels.device)) }
        ?? pixels[start..<end]
      let values = chunk.to(.float32).reshaped(-1, length)
      for line in stride(from: 0, to: values.size(0), by: lines) {
        let part = values[line..<Swift.min(line + lines, values.size(0))]
        sums += part.sum(over: 0).to(.float64)
        squares += part.square().sum(over: 0).to(.float64)
      }
    }
    let total = Double(count * height * width)
    func perChannel(_ sums: Tensor) -> [Double] {
      sums.reshaped(width, channels).sum(over: 0).array(of: Double.self).map { $0 / total }
    }
    let means = perChannel(sums)
    let deviations = zip(perChannel(squares), means).map { square, mean in
      let variance = square - mean * mean
      return variance > 1e-9 ? Float(variance.squareRoot() / 255) : 1
    }
    return (means.map { Float($0 / 255) }, deviations)
  }
}
