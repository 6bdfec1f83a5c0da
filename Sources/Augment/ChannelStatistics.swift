import Torch

/// The mean and deviation of each channel, from whole-number sums: exact, and the same in any order
/// and on any device.
enum ChannelStatistics {
  /// Mean and deviation, in 0...1, of the `rows` of `pixels` (`uint8` `[N, H, W, C]`); `nil` takes
  /// all. The deviation is 1 where a channel does not vary, so that it can be divided by.
  static func of(_ pixels: Tensor, rows: [Int]?) -> (mean: [Float], deviation: [Float]) {
    let count = rows?.count ?? pixels.size(0)
    precondition(count > 0, "ChannelStatistics: no image")
    let channels = pixels.size(3)
    let area = pixels.size(1) * pixels.size(2)
    let step = Swift.max(1, 4_000_000 / (area * channels))
    var sums = [Int](repeating: 0, count: channels)
    var squares = sums
    for start in stride(from: 0, to: count, by: step) {
      let end = Swift.min(start + step, count)
      let chunk =
        rows.map { pixels.rows(Tensor(Array($0[start..<end])).to(pixels.device)) }
        ?? pixels[start..<end]
      let values = chunk.to(.int32)
      for (channel, sum) in values.sum(over: 0, 1, 2).ints.enumerated() { sums[channel] += sum }
      for (channel, sum) in values.square().sum(over: 0, 1, 2).ints.enumerated() {
        squares[channel] += sum
      }
    }
    let total = Double(count * area)
    let means = sums.map { Double($0) / total }
    let deviations = zip(squares, means).map { square, mean in
      let variance = Double(square) / total - mean * mean
      return variance > 1e-9 ? Float(variance.squareRoot() / 255) : 1
    }
    return (means.map { Float($0 / 255) }, deviations)
  }
}
