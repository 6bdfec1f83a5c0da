import Downstream

/// Whether each test image was named rightly, for the intervals over test images.
///
/// Seeds say how far figures would vary had the methods been trained another time; they share the
/// test images, so they do not say how far other test images would move a difference. A paired
/// bootstrap does: it draws test images with replacement (whole groups of them, where they come in
/// such), the same ones for both methods and all their seeds, and takes the networks as they are.
public struct TestOutcomes: Sendable {
  /// The class of each test image; empty if not known, which only balanced accuracy needs.
  public var labels: [Int]
  /// The group of each test image (patient, slide, flight); `nil` where they come in none, or it is not
  /// known.
  public var groups: [Int]?
  /// By the run's hash and the protocol, in the order of the test set.
  public var correct: [String: [EvaluationProtocol: [Bool]]]

  /// What is known.
  public init(
    labels: [Int] = [], groups: [Int]? = nil,
    correct: [String: [EvaluationProtocol: [Bool]]] = [:]
  ) {
    self.labels = labels
    self.groups = groups
    self.correct = correct
  }

  /// A row under the seeds that it shares with another.
  private struct Row: Hashable {
    var place: Cell.Place
    var seeds: Set<Int>
  }

  /// The 95% intervals of how much more often the first of each pair names images rightly than the
  /// second, as the mean over the seeds that both have. nil where either has no outcomes or those of
  /// other images, and for metrics that do not follow from whether each image was named rightly.
  func intervals(of pairs: [(first: Cell, second: Cell)], _ metric: Metric) -> [Interval?] {
    var columns: [Row: Int?] = [:]
    var rates: [[Double]] = []
    func column(_ cell: Cell, _ seeds: Set<Int>) -> Int? {
      let row = Row(place: cell.place, seeds: seeds)
      if let known = columns[row] { return known }
      let found = self.rates(of: cell, seeds)
      let column = found.map { _ in rates.count }
      columns[row] = .some(column)
      if let found { rates.append(found) }
      return column
    }
    let places = pairs.map { pair -> (Int, Int)? in
      let seeds = Set(pair.first.runs.keys).intersection(pair.second.runs.keys)
      guard let one = column(pair.first, seeds), let other = column(pair.second, seeds) else {
        return nil
      }
      return (one, other)
    }
    return intervals(of: places, rates, metric)
  }

  /// The 95% intervals of differences over the same resamples of the images.
  /// - Parameters:
  ///   - pairs: the first and the second among `rates`.
  ///   - rates: by row and image, how often it is named rightly, in 0...1.
  func intervals(
    of pairs: [(first: Int, second: Int)?], _ rates: [[Double]], _ metric: Metric
  ) -> [Interval?] {
    var result = [Interval?](repeating: nil, count: pairs.count)
    func count(_ pair: (first: Int, second: Int)?) -> Int? {
      guard let pair, rates[pair.first].count == rates[pair.second].count else { return nil }
      return rates[pair.first].count
    }
    guard let images = pairs.lazy.compactMap({ count($0) }).first,
      metric == .accuracy || metric == .balancedAccuracy && labels.count == images
    else { return result }
    let used = pairs.indices.filter { count(pairs[$0]) == images }
    let known = used.compactMap { pairs[$0] }
    // The metrics are sums over images, so that of a difference is the difference of the rows': each row
    // is measured once on a resample, not each pair. Rows of other images are in no pair.
    let byImage = (0..<images).map { image in
      rates.map { $0.count == images ? $0[image] : 0 }
    }
    let groups = groups.flatMap { $0.count == images ? $0 : nil }
    let intervals = Bootstrap().intervals(images: images, groups: groups) { drawn in
      var sums = [Double](repeating: 0, count: rates.count)
      for (share, rates) in zip(shares(drawn, metric), byImage) where share > 0 {
        for row in sums.indices { sums[row] += share * rates[row] }
      }
      return known.map { sums[$0.first] - sums[$0.second] }
    }
    for (pair, interval) in zip(used, intervals) {
      result[pair] = Interval(lower: interval.lowerBound, upper: interval.upperBound)
    }
    return result
  }

  /// By image, the share of the seeds under which a row names it rightly; nil where it is not known
  /// of every seed.
  private func rates(of cell: Cell, _ seeds: Set<Int>) -> [Double]? {
    var sums: [Double] = []
    for seed in seeds {
      guard let run = cell.runs[seed], let flags = correct[run.record.id]?[cell.headlineProtocol],
        sums.isEmpty || sums.count == flags.count
      else { return nil }
      if sums.isEmpty { sums = Array(repeating: 0, count: flags.count) }
      for image in flags.indices where flags[image] { sums[image] += 1 }
    }
    return sums.isEmpty ? nil : sums.map { $0 / Double(seeds.count) }
  }

  /// What each image counts for, given how often it was drawn: all alike, or the classes alike.
  private func shares(_ drawn: [Double], _ metric: Metric) -> [Double] {
    guard metric == .balancedAccuracy else {
      // Groups are of different sizes: not every resample has as many images.
      let total = drawn.reduce(0, +)
      return drawn.map { $0 / total }
    }
    var totals: [Int: Double] = [:]
    for (label, count) in zip(labels, drawn) where label >= 0 { totals[label, default: 0] += count }
    // A class of which no image was drawn has no share, as in the metric itself.
    let classes = Double(totals.values.count { $0 > 0 })
    return zip(labels, drawn).map { label, count in
      count == 0 || label < 0 ? 0 : count / ((totals[label] ?? 1) * classes)
    }
  }
}
