import Foundation

/// From how many images on a method is better than a baseline: where its learning curve passes the
/// baseline's.
///
/// Between the sizes of a study every run's figure is interpolated linearly in log N, and the
/// difference is tested on the interpolated figures as it is at the sizes themselves (the pooled
/// variance within blocks). The interval is the test inverted: the sizes at which the 95% interval of
/// the difference holds 0. It is not adjusted for the number of baselines.
public struct CrossingPoint: Encodable, Sendable {
  /// How the curves lie.
  public enum Outcome: String, Encodable, Sendable {
    /// The method falls behind or is level at a size, and is ahead at all larger ones.
    case passes
    /// The method is ahead at every size: it passes, if at all, below the smallest.
    case aheadThroughout = "ahead-throughout"
    /// The method is not ahead at the largest size.
    case notAhead = "not-ahead"
  }

  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// The baseline's name.
  public var reference: String
  /// Its name for readers.
  public var referenceTitle: String
  /// How the mean curves lie.
  public var outcome: Outcome
  /// The N from which on the mean curve is ahead, if it passes within the sizes.
  public var estimate: Int?
  /// Whether there is an interval; there is none with one seed, or without spread.
  public var hasInterval: Bool
  /// Up to this N the method is significantly worse; left out if it is so nowhere, and the crossing
  /// may lie below the smallest size.
  public var lower: Int?
  /// From this N on the method is significantly better; left out if it is not so at the largest
  /// size, and the crossing may lie beyond it.
  public var upper: Int?
}

extension CrossingPoint {
  /// Every method against every baseline, where the method has two sizes or more.
  static func all(_ cells: [Cell], options: SummaryOptions) -> [CrossingPoint] {
    let comparable = cells.filter { $0.backbone == options.backbone }
    let curves = comparable.grouped(by: \.place.method).map {
      RunCurve($0.members, options.primaryMetric)
    }
    let methods = curves.indices.filter { !curves[$0].isBaseline && curves[$0].sizes.count > 1 }
    let baselines = curves.indices.filter { curves[$0].isBaseline }
    let sizes = Set(curves.flatMap(\.sizes)).sorted()
    guard !methods.isEmpty, !baselines.isEmpty else { return [] }
    let models = grid(sizes).map { size in
      (size: size, model: BlockModel(curves.map { $0.values(at: size) }))
    }
    return methods.flatMap { method in
      baselines.compactMap { baseline in
        let points = models.compactMap { size, model in
          model.difference(method, baseline).map { (size: size, difference: $0.estimate) }
        }
        return CrossingPoint(
          curves[method].method, curves[baseline].method, along: points, options: options)
      }
    }
  }

  /// Points between two neighbouring sizes.
  private static let steps = 40

  /// The sizes, and between any two of them so many more, evenly in log N.
  private static func grid(_ sizes: [Int]) -> [Double] {
    zip(sizes, sizes.dropFirst()).flatMap { low, high in
      (0..<steps).map { step in
        Double(low) * exp(Double(step) / Double(steps) * log(Double(high) / Double(low)))
      }
    } + sizes.suffix(1).map(Double.init)
  }

  /// Reads the crossing off the differences by size; nil if there are none.
  private init?(
    _ method: String, _ reference: String, along points: [(size: Double, difference: Estimate)],
    options: SummaryOptions
  ) {
    guard let largest = points.indices.last, largest > 0 else { return nil }
    self.method = method
    title = options.title(of: method)
    self.reference = reference
    referenceTitle = options.title(of: reference)
    let behind = points.lastIndex { $0.difference.mean <= 0 }
    switch behind {
    case nil: outcome = .aheadThroughout
    case largest: outcome = .notAhead
    case .some(let place):
      outcome = .passes
      let (before, after) = (points[place], points[place + 1])
      let share = before.difference.mean / (before.difference.mean - after.difference.mean)
      estimate = Int((before.size * pow(after.size / before.size, share)).rounded())
    }
    hasInterval = points.allSatisfy { $0.difference.interval != nil }
    guard hasInterval else { return }
    let worse = points.lastIndex { ($0.difference.interval?.upper ?? 0) < 0 }
    lower = worse.map { Int(points[$0].size.rounded()) }
    let unsure = points.lastIndex { ($0.difference.interval?.lower ?? 0) <= 0 }
    if unsure != largest {
      upper = Int(points[unsure.map { $0 + 1 } ?? 0].size.rounded())
    }
  }
}

/// A row's figures of every run, over the sizes.
private struct RunCurve {
  let method: String
  let isBaseline: Bool
  /// Ascending.
  let sizes: [Int]
  /// By size, then by seed.
  private var figures: [Int: [Int: Double]] = [:]
  /// By seed, of a row that does not depend on the size.
  private var constant: [Int: Double] = [:]

  /// - Parameter cells: the row's, at least one.
  init(_ cells: [Cell], _ metric: Metric) {
    (method, isBaseline) = (cells[0].place.method, cells[0].place.isBaseline)
    for cell in cells {
      let values = cell.headlines(metric)
      if let size = cell.place.pretrainImages { figures[size] = values } else { constant = values }
    }
    sizes = figures.keys.sorted()
  }

  /// By seed, interpolated between the sizes beside it; none beyond the row's own sizes.
  func values(at size: Double) -> [Int: Double] {
    if sizes.isEmpty { return constant }
    guard let high = sizes.first(where: { Double($0) >= size }) else { return [:] }
    if abs(Double(high) - size) < 1e-9 * size { return figures[high] ?? [:] }
    guard let low = sizes.last(where: { Double($0) < size }), let before = figures[low],
      let after = figures[high]
    else { return [:] }
    let share = log(size / Double(low)) / log(Double(high) / Double(low))
    var values: [Int: Double] = [:]
    for (seed, value) in before {
      if let next = after[seed] { values[seed] = value + (next - value) * share }
    }
    return values
  }
}
