/// What the methods of one family reached at one size: the mean over its methods. It speaks for the
/// methods that were run, not for the family at large.
public struct FamilySummary: Encodable, Sendable {
  /// The family.
  public var family: String
  /// N.
  public var pretrainImages: Int
  /// L.
  public var labelledImages: Int
  /// Its methods for readers. SupCon, which uses labels, is in no family.
  public var methods: [String]
  /// Over the seeds that all its methods have, the mean of their means; the interval is cut at 0 and 1.
  public var estimate: Estimate
}

extension FamilySummary {
  /// The families by size. Only pretraining from scratch on the set itself counts, and only with the
  /// study's own backbone.
  static func all(_ cells: [Cell], options: SummaryOptions) -> [FamilySummary] {
    var groups: [(family: String, cells: [Cell])] = []
    for cell in cells where cell.backbone == options.backbone && !cell.place.isBaseline {
      let row = StudyRow(cell.place.method)
      guard let family = cell.family, row.source == nil, !row.isFromGeneral,
        cell.place.pretrainImages != nil
      else { continue }
      let place = groups.firstIndex {
        $0.family == family && $0.cells[0].place.pretrainImages == cell.place.pretrainImages
          && $0.cells[0].place.labelledImages == cell.place.labelledImages
      }
      if let place { groups[place].cells.append(cell) } else { groups.append((family, [cell])) }
    }
    return groups.compactMap { family, cells in
      let figures = cells.map { $0.headlines(options.primaryMetric) }
      let seeds = figures[0].keys.sorted().filter { seed in
        figures.allSatisfy { $0[seed] != nil }
      }
      let means = seeds.map { seed in
        figures.reduce(0) { $0 + ($1[seed] ?? 0) } / Double(figures.count)
      }
      guard var estimate = Estimate(means), let size = cells[0].place.pretrainImages else {
        return nil
      }
      if options.primaryMetric.isShare {
        estimate.interval = estimate.interval?.clamped(to: 0...1)
      }
      return FamilySummary(
        family: family, pretrainImages: size, labelledImages: cells[0].place.labelledImages,
        methods: cells.map { options.title(of: $0.place.method) }, estimate: estimate)
    }.sorted { ($0.pretrainImages, $0.family) < ($1.pretrainImages, $1.family) }
  }
}
