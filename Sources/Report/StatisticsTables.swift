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
      \(point.referenceTitle)</th><td class="number">\(estimate(point))</td>\
      <td class="number">\(range(point))</td></tr>
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

  private func estimate(_ point: CrossingPoint) -> String {
    switch point.outcome {
    case .passes: point.estimate.map { "about \(Wording.about($0))" } ?? "–"
    case .aheadThroughout: "all sizes"
    case .notAhead: "none of the sizes"
    }
  }

  private func range(_ point: CrossingPoint) -> String {
    guard point.hasInterval else { return "no interval" }
    let lower = point.lower.map(Wording.about) ?? "below the smallest"
    let upper = point.upper.map(Wording.about) ?? "beyond the largest"
    return "\(lower) to \(upper)"
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
    guard let ranking = summary.ranking else { return "" }
    let rows: [Markup] = ranking.rows.map { row in
      """
      <tr><th scope="row">\(row.title)</th>\
      <td class="number">\(String(format: "%.2f", row.averageRank))</td></tr>
      """
    }
    let left =
      ranking.leftOut.isEmpty
      ? "" : " Left out, since not at every size: \(Wording.list(ranking.leftOut))."
    return """
      <div class="scroll"><table><thead><tr><th scope="col">Row</th>\
      <th scope="col" class="number">Average rank</th></tr></thead><tbody>\(rows)</tbody></table>\
      </div><p class="note">Over \(Wording.count(ranking.blocks, "block")) (sizes and data sets), \
      1 is the best. \(ranking.note)\(left)</p>
      """
  }
}
