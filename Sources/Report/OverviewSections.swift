import Foundation
import Study

/// The sections of an overview that join its parts.
struct OverviewSections {
  private let overview: StudyOverview

  init(_ overview: StudyOverview) { self.overview = overview }

  /// One backbone and arm: means and differences over its data sets, ranks, crossings.
  func group(_ index: Int) -> Markup {
    let group = overview.groups[index]
    guard !group.rows.isEmpty else {
      return "<p>No row has a result on every data set yet.</p>"
    }
    let ranks: Markup? = group.ranking.map {
      #"<h3 id="ranks-\#(String(index))">Average ranks</h3>\#(RankTable(ranking: $0).markup)"#
    }
    return """
      \(means(group))\(differences(group))\(ranks ?? "")\(crossings(group, id: "crossings-\(index)"))
      """
  }

  private func means(_ group: JointAnalysis) -> Markup {
    let rows: [Markup] = group.rows.map { row in
      """
      <tr><th scope="row">\(row.title)<small>\(row.family ?? "baseline")</small></th>\
      \(HTMLPage.cell(row.estimate))<td class="number">\(String(row.estimate.n))</td></tr>
      """
    }
    let head: Markup = """
      \(HTMLPage.column("Row", isNumber: false))\(HTMLPage.column("Mean over data sets"))\
      \(HTMLPage.column("Seeds"))
      """
    return """
      \(HTMLPage.table(head, "<tbody>\(rows)</tbody>"))<p class="note">\(places(group)) Mean over the \
      data sets, which weigh alike, of the mean over their sizes; Student-t interval over the seeds \
      that have all blocks.</p>
      """
  }

  private func places(_ group: JointAnalysis) -> String {
    let sets = group.datasets.map { set in
      let seeds = set.seeds.map(String.init).joined(separator: ", ")
      return "\(set.name) at N = \(Wording.list(set.sizes.map(Wording.grouped))), seeds \(seeds)"
    }
    return "\(Wording.sentence(Wording.count(group.blocks, "block"))) of data set, size and seed: "
      + sets.joined(separator: "; ") + "."
  }

  private func differences(_ group: JointAnalysis) -> Markup {
    guard !group.comparisons.isEmpty else { return "" }
    let rows = group.comparisons.map { one in
      DifferenceTable.Row(
        title: one.title, reference: one.referenceTitle, difference: one.difference,
        imagesInterval: one.imagesInterval, adjustedP: one.adjustedP,
        result: one.result)
    }
    let spread = group.deviation.map { ", deviation \(Wording.points($0))" } ?? ""
    let degrees =
      group.degreesOfFreedom > 0
      ? "\(Wording.count(group.degreesOfFreedom, "degree")) of freedom\(spread)"
      : "no degrees of freedom, no test"
    return """
      <h3>Joint differences</h3>\(DifferenceTable(groups: [("", rows)]).markup)\
      <p class="note">Paired within blocks of data set, size and seed. Blocks of one seed are not \
      independent (its subsets are nested, its initial weights the same on every set, and some \
      baselines are the same run at every size), so they are averaged by seed, and value = seed + row \
      is tested with the residual variance pooled over all \(String(group.rows.count)) rows: \(degrees). \
      Each method is compared with each baseline, and the one with the highest mean with the others; \
      which has it is known only afterwards, so p-values are adjusted by Holm over all pairs of methods \
      too, \(Wording.count(overview.adjustedOver, "comparison")) of this page; the published orders are a \
      family of their own. The second interval is over test images, from the parts' \
      bootstraps, where all parts have it of the same seeds; a difference is called significant only if \
      both agree, where there are both.</p>
      """
  }

  /// By baseline, each method on each data set.
  private func crossings(_ group: JointAnalysis, id: String) -> Markup {
    let points = group.crossings.flatMap { $0 }
    guard !points.isEmpty else { return "" }
    let methods = points.uniqued(on: \.method)
    let bodies: [Markup] = points.uniqued(on: \.reference).map { baseline in
      let rows: [Markup] = methods.map { method in
        let cells: [Markup] = group.crossings.map { points in
          cell(points.first { $0.method == method.method && $0.reference == baseline.reference })
        }
        return #"<tr><th scope="row">\#(method.title)</th>\#(cells)</tr>"#
      }
      let columns = String(group.datasets.count + 1)
      return """
        <tbody><tr class="group"><th scope="rowgroup" colspan="\(columns)">ahead of \
        \(baseline.referenceTitle)</th></tr>\(rows)</tbody>
        """
    }
    let heads: [Markup] = group.datasets.map { HTMLPage.column($0.name) }
    return """
      <h3 id="\(id)">Where curves cross</h3>\
      \(HTMLPage.table(
        "\(HTMLPage.column("Method", isNumber: false))\(heads)", "\(bodies)", style: "sticky"))\
      <p class="note">The number of images pretrained on from which the mean curve is ahead, below it \
      the 95% interval, interpolated between the sizes and not adjusted, as in each part's report.</p>
      """
  }

  private func cell(_ point: CrossingPoint?) -> Markup {
    guard let point else { return #"<td class="number none">–</td>"# }
    let range: Markup = "<small>\(point.range)</small>"
    return """
      <td class="number" data-sort="\(point.sortKey)">\(point.where)\
      \(Markup.when(point.outcome == .passes, range))</td>
      """
  }

  /// A column for each backbone, apart for each arm.
  var families: Markup {
    let backbones = overview.families.flatMap(\.byBackbone.keys)
    let columns = overview.groups.map(\.backbone).filter(backbones.contains).uniqued()
    guard Set(overview.families.map(\.family)).count > 1 else { return "" }
    let bodies: [Markup] = overview.families.grouped(by: \.arm).map { arm, families in
      let rows: [Markup] = families.map { family in
        """
        <tr><th scope="row">\(family.family)<small>\(Wording.list(family.methods))</small></th>\
        \(columns.map { HTMLPage.cell(family.byBackbone[$0]) })</tr>
        """
      }
      return """
        <tbody><tr class="group"><th scope="rowgroup" colspan="\(String(columns.count + 1))">\
        \(arm.rawValue) arm</th></tr>\(rows)</tbody>
        """
    }
    let heads: [Markup] = columns.map { HTMLPage.column($0) }
    return """
      \(HTMLPage.table("\(HTMLPage.column("Family", isNumber: false))\(heads)", "\(bodies)"))\
      <p class="note">Joint means, as above, of the methods that every backbone of the arm has. The \
      backbones saw the same images, but are networks of different size and kind: compare the order of \
      the families within a column, not figures across columns. Where a backbone has several tables \
      above, they are of the first. Families are not tested against each \
      other, and a figure speaks for these methods only.</p>
      """
  }

  var arms: Markup {
    guard !overview.arms.isEmpty else { return "" }
    let groups = overview.armsByPlace.map { here in
      let rows = here.map { arm in
        DifferenceTable.Row(
          title: "\(arm.title), epochs (\(Wording.number(arm.epochs.mean)))",
          reference: "steps (\(Wording.number(arm.steps.mean)))", difference: arm.difference,
          adjustedP: arm.adjustedP, result: arm.result)
      }
      let title =
        "\(here[0].network) · \(Wording.list(here[0].datasets)) · \(Wording.list(here[0].budgets))"
      return (title, rows)
    }
    return """
      \(DifferenceTable(groups: groups).markup)<p class="note">The same method, images, sizes and seeds \
      under both budgets, paired and tested as the joint differences; in the epochs arm larger sets get \
      more optimiser steps. There is no interval over test images here.</p>
      """
  }
}
