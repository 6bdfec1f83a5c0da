import Foundation

/// How fast a method's learning curve rises at its end.
public struct CurveGrowth: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// The second largest N.
  public var from: Int
  /// The largest N.
  public var to: Int
  /// The rise for each doubling of N between the two, paired by seed.
  public var perDoubling: Estimate
}

extension CurveGrowth {
  /// Of every method with two sizes or more.
  static func all(_ cells: [Cell], options: SummaryOptions) -> [CurveGrowth] {
    let methods = cells.filter {
      $0.backbone == options.backbone && !$0.place.isBaseline && $0.place.pretrainImages != nil
    }
    return methods.grouped(by: \.place.method).compactMap { method, cells in
      let ends = cells.suffix(2)
      guard ends.count == 2, let before = ends.first,
        let after = ends.last, let from = before.place.pretrainImages,
        let to = after.place.pretrainImages, to > from
      else { return nil }
      let (low, high) = (
        before.headlines(options.primaryMetric), after.headlines(options.primaryMetric)
      )
      let doublings = log2(Double(to) / Double(from))
      let rises = low.keys.sorted().compactMap { seed in
        high[seed].map { ($0 - (low[seed] ?? 0)) / doublings }
      }
      return Estimate(rises).map {
        CurveGrowth(
          method: method, title: options.title(of: method), from: from, to: to, perDoubling: $0)
      }
    }
  }
}
