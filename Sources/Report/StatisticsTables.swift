import Foundation
import Study

/// What the study says beyond single differences: where curves cross, families and ranks.
struct StatisticsTables {
  let summary: StudySummary

  /// Where each method's curve passes each baseline's; empty if there are no curves.
  var crossings: Markup {
    let rows: [Markup] = summary.crossings.map { point in
      """
      <tr><th scope="row">\(point.title) <span class="against">against</span> \
      \(point.referenceTitle)</th>\
      <td class="number" data-sort="\(point.sortKey)">\(point.where)</td>\
      <td class="number">\(point.range)</td></tr>
      """
    }
    return Markup.when(
      !rows.isEmpty,
      """
      <div class="scroll"><table><thead><tr><th scope="col">Method against baseline</th>\
      <th scope="col" class="number">Ahead from N</th>\
      <th scope="col" class="number">95% interval</th></tr></thead><tbody>\(rows)</tbody></table>\
      </div><p class="note">Every run is interpolated linearly in log N between the sizes, and the \
      difference tested there as at the sizes themselves. The interval holds the N at which the 95% \
      interval of the difference holds 0; at its upper end and beyond the method is significantly \
      better, without a correction for the number of baselines.</p>
      """)
  }

  /// The means of the families by size; empty with fewer than two families.
  var families: Markup {
    let rows: [Markup] = summary.families.map { family in
      """
      <tr><th scope="row">\(family.family)<small>\(Wording.list(family.methods))</small></th>\
      <td class="number">\(Wording.grouped(family.pretrainImages))</td>\
      <td class="number">\(Wording.number(family.estimate.mean))\
      <small>\(family.estimate.interval.map(Wording.range) ?? "no interval")</small></td></tr>
      """
    }
    return Markup.when(
      Set(summary.families.map(\.family)).count > 1,
      """
      <div class="scroll"><table><thead><tr><th scope="col">Family</th>\
      <th scope="col" class="number">N</th><th scope="col" class="number">Mean</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div><p class="note">The mean over the methods of the family \
      that were run, over the seeds that all of them have; 95% Student-t interval over these seeds. \
      It speaks for these methods, not for the family; families are not tested against each other. \
      Supervised contrast is in no family.</p>
      """)
  }

  /// The average ranks; empty with fewer than two rows at every size.
  var ranks: Markup {
    summary.ranking.map { RankTable(ranking: $0).markup } ?? ""
  }
}

extension CrossingPoint {
  /// "about 1,400", "all sizes"; it may be ahead at smaller sizes than the largest.
  var `where`: String {
    switch outcome {
    case .passes: estimate.map { "about \(Wording.about($0))" } ?? "–"
    case .aheadThroughout: "all sizes"
    case .notAhead: "not at the largest"
    }
  }

  /// "950 to 2,600".
  var range: String {
    guard hasInterval else { return "no interval" }
    let lower = lower.map(Wording.about) ?? "below the smallest"
    let upper = upper.map(Wording.about) ?? "beyond the largest"
    return "\(lower) to \(upper)"
  }

  /// By what tables are sorted: what is not ahead at the largest size comes last.
  var sortKey: String {
    switch outcome {
    case .passes: "\(estimate ?? 0)"
    case .aheadThroughout: "0"
    case .notAhead: "\(Int.max)"
    }
  }
}
