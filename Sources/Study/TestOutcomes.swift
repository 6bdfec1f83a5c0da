import Downstream

/// Whether each test image was named rightly, for the intervals over test images.
///
/// Seeds say how far figures would vary had the methods been trained another time; they share the
/// test images, so they do not say how far other test images would move a difference. A paired
/// bootstrap does: it draws test images with replacement, the same ones for both methods and all
/// their seeds, and takes the networks as they are.
public struct TestOutcomes: Sendable {
  /// The class of each test image; empty if not known, which only balanced accuracy needs.
  public var labels: [Int]
  /// By the run's hash and the protocol, in the order of the test set.
  public var correct: [String: [EvaluationProtocol: [Bool]]]

  /// What is known.
  public init(labels: [Int] = [], correct: [String: [EvaluationProtocol: [Bool]]] = [:]) {
    self.labels = labels
    self.correct = correct
  }

  /// By image, how much more often `first` names it rightly than `second`, in −1...1: the mean over
  /// the seeds that both have. nil where any of them has no outcomes, or of other images.
  func difference(_ first: Cell, _ second: Cell) -> [Double]? {
    let seeds = Set(first.runs.keys).intersection(second.runs.keys)
    var sums: [Double] = []
    for seed in seeds {
      guard let one = outcome(first, seed), let other = outcome(second, seed),
        one.count == other.count, sums.isEmpty || sums.count == one.count
      else { return nil }
      if sums.isEmpty { sums = Array(repeating: 0, count: one.count) }
      for image in one.indices where one[image] != other[image] {
        sums[image] += one[image] ? 1 : -1
      }
    }
    return sums.isEmpty ? nil : sums.map { $0 / Double(seeds.count) }
  }

  private func outcome(_ cell: Cell, _ seed: Int) -> [Bool]? {
    cell.runs[seed].flatMap { correct[$0.record.id]?[cell.headlineProtocol] }
  }

  /// The 95% intervals of differences over the same resamples of the images; nil for those that are
  /// not known, and for metrics that do not follow from whether each image was named rightly.
  func intervals(of differences: [[Double]?], _ metric: Metric) -> [Interval?] {
    let images = differences.lazy.compactMap { $0?.count }.first ?? 0
    let isUsable = metric == .accuracy || metric == .balancedAccuracy && labels.count == images
    let used = differences.indices.filter { isUsable && differences[$0]?.count == images }
    var result = [Interval?](repeating: nil, count: differences.count)
    guard !used.isEmpty else { return result }
    let known = used.compactMap { differences[$0] }
    let intervals = Bootstrap().intervals(images: images) { drawn in
      let weights = shares(drawn, metric)
      return known.map { difference in
        var sum = 0.0
        for image in weights.indices { sum += weights[image] * difference[image] }
        return sum
      }
    }
    for (index, interval) in zip(used, intervals) {
      result[index] = Interval(lower: interval.lowerBound, upper: interval.upperBound)
    }
    return result
  }

  /// What each image counts for, given how often it was drawn: all alike, or the classes alike.
  private func shares(_ drawn: [Double], _ metric: Metric) -> [Double] {
    guard metric == .balancedAccuracy else {
      let total = Double(drawn.count)
      return drawn.map { $0 / total }
    }
    var totals = [Double](repeating: 0, count: (labels.max() ?? 0) + 1)
    for (label, count) in zip(labels, drawn) where label >= 0 { totals[label] += count }
    // A class of which no image was drawn has no share, as in the metric itself.
    let classes = Double(totals.count { $0 > 0 })
    return zip(labels, drawn).map { label, count in
      count == 0 || label < 0 ? 0 : count / (totals[label] * classes)
    }
  }
}
