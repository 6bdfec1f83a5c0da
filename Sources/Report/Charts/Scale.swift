import Foundation

/// Maps values to positions along an axis.
struct Scale {
  var domain: ClosedRange<Double>
  /// Position of the lower and of the upper end of the domain.
  var start: Double
  var end: Double
  var isLogarithmic = false

  func callAsFunction(_ value: Double) -> Double {
    let (low, high) = (warp(domain.lowerBound), warp(domain.upperBound))
    guard high > low else { return (start + end) / 2 }
    return start + (warp(value) - low) / (high - low) * (end - start)
  }

  private func warp(_ value: Double) -> Double { isLogarithmic ? log(value) : value }

  /// A domain that holds `values` with some air, which ends at `limits`, and the round numbers in it:
  /// about `count`, in steps of 1, 2 or 5 times a power of ten. Values beyond the limits, such as an
  /// R² below 0, are held without air.
  static func rounded(
    over values: [Double], within limits: ClosedRange<Double>, count: Int
  ) -> (domain: ClosedRange<Double>, ticks: [Double]) {
    let least = values.min() ?? limits.lowerBound
    let most = values.max() ?? limits.upperBound
    // At least 2 points of a percentage apart, so that equal values do not fill the chart; of large
    // ones as much as leaves the ends apart.
    let air = max((most - least) * 0.06, 0.01, max(abs(least), abs(most)) * 1e-6)
    let low = min(least, max(least - air, limits.lowerBound))
    let high = max(most, min(most + air, limits.upperBound))
    let rough = (high - low) / Double(max(count, 1))
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1, 2, 5].first { $0 * power >= rough } ?? 10)
    let first = Int((low / step).rounded(.down))
    let last = Int((high / step).rounded(.up))
    let ticks = (first...max(first + 1, last)).map { Double($0) * step }
    return (ticks[0]...(ticks.last ?? ticks[0]), ticks)
  }
}

/// Places labels side by side along a line without overlap.
enum LabelPlacement {
  /// Moves `wanted` centres as little as a simple pass can, so that neighbours are at least
  /// `spacing` apart and all stay within `bounds` if there is room; in the order given.
  static func spread(
    _ wanted: [Double], spacing: Double, within bounds: ClosedRange<Double>
  ) -> [Double] {
    var placed = wanted
    let order = wanted.indices.sorted { wanted[$0] < wanted[$1] }
    // Neighbours that collide form a block, centred on the mean of its wishes and kept within bounds,
    // where it may collide anew.
    func makeBlock(of members: [Int]) -> (members: [Int], centre: Double) {
      let centre = members.map { wanted[$0] }.reduce(0, +) / Double(members.count)
      let half = Double(members.count - 1) / 2 * spacing
      guard bounds.upperBound - bounds.lowerBound >= 2 * half else { return (members, centre) }
      return (members, min(max(centre, bounds.lowerBound + half), bounds.upperBound - half))
    }
    var blocks: [(members: [Int], centre: Double)] = []
    for index in order {
      var block = makeBlock(of: [index])
      while let last = blocks.last,
        block.centre - last.centre
          < Double(block.members.count + last.members.count) / 2 * spacing
      {
        blocks.removeLast()
        block = makeBlock(of: last.members + block.members)
      }
      blocks.append(block)
    }
    for block in blocks {
      for (offset, index) in block.members.enumerated() {
        placed[index] =
          block.centre + (Double(offset) - Double(block.members.count - 1) / 2) * spacing
      }
    }
    return placed
  }
}
