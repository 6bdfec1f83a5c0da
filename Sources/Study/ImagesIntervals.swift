/// The intervals over test images that parts have of their comparisons, to be joined.
struct ImagesIntervals {
  private struct Place: Hashable {
    var method: String
    var reference: String
    var size: Int
  }

  private let parts: [OverviewPart]
  /// By part, of every pair that it has tested.
  private let known: [[Place: Interval]]

  init(_ parts: [OverviewPart]) {
    self.parts = parts
    known = parts.map { part in
      var known: [Place: Interval] = [:]
      for one in part.summary.comparisons {
        known[Place(method: one.method, reference: one.reference, size: one.pretrainImages)] =
          one.imagesInterval
      }
      for one in part.summary.pairs {
        known[Place(method: one.method, reference: one.reference, size: one.pretrainImages)] =
          one.imagesInterval
      }
      return known
    }
  }

  /// The interval of method minus reference, the mean over the parts of the mean over their sizes.
  ///
  /// The sizes of a set share its test images, so their half-widths are averaged as if they moved
  /// together; test images of two sets are drawn apart, so the squares of theirs add up.
  ///
  /// - Parameter seeds: those of the difference.
  /// - Returns: `nil` where a part has not tested the pair, or has on other seeds: that would be the
  ///   interval of another difference.
  func joined(_ method: String, _ reference: String, seeds: Set<Int>) -> Interval? {
    var (middle, squares) = (0.0, 0.0)
    for place in parts.indices {
      let sizes = parts[place].sizes
      let intervals = sizes.compactMap { interval(method, reference, at: $0, place, seeds) }
      guard intervals.count == sizes.count else { return nil }
      let count = Double(intervals.count)
      middle += intervals.reduce(0) { $0 + ($1.lower + $1.upper) / 2 } / count
      let half = intervals.reduce(0) { $0 + ($1.upper - $1.lower) / 2 } / count
      squares += half * half
    }
    let count = Double(parts.count)
    let half = squares.squareRoot() / count
    return Interval(lower: middle / count - half, upper: middle / count + half)
  }

  /// The interval of a pair at a size, whichever way round it was tested.
  private func interval(
    _ method: String, _ reference: String, at size: Int, _ part: Int, _ seeds: Set<Int>
  ) -> Interval? {
    func made(_ name: String) -> Set<Int> {
      Set(parts[part].summary.row(name, at: size)?.bySeed.keys.map { $0 } ?? [])
    }
    guard made(method).intersection(made(reference)) == seeds else { return nil }
    return known[part][Place(method: method, reference: reference, size: size)]
      ?? known[part][Place(method: reference, reference: method, size: size)]?.negated
  }
}
