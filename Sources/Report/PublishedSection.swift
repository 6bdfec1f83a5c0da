import Foundation
import Study

/// Published figures beside a study's own, and whether the published orders hold in it.
struct PublishedSection {
  private let orders: PublishedOrders
  private var published: PublishedStudy { orders.study }
  private let overview: StudyOverview
  private let parts: [OverviewPart]

  init(_ orders: PublishedOrders, _ overview: StudyOverview, _ parts: [OverviewPart]) {
    self.orders = orders
    self.overview = overview
    self.parts = parts
  }

  var markup: Markup {
    """
    \(HTMLPage.list(sentences))<h3>Orders</h3>\(orderTable)<h3>Figures</h3>\(figureTable)
    """
  }

  private var sentences: [String] {
    overview.groups.enumerated().compactMap { orders.sentence(of: $0, titled: $1.title) }
  }

  private var orderTable: Markup {
    let heads: [Markup] = overview.groups.map { HTMLPage.column($0.title) }
    let rows: [Markup] = orders.orders.map { order in
      """
      <tr><th scope="row">\(title(order.upper)) <span class="against">above</span> \
      \(title(order.lower))</th>\
      <td class="number">\(Wording.signed(order.publishedMean))\
      <small>\(String(order.publishedInOrder)) of \(String(order.published))</small></td>\
      \(order.findings.map(cell))</tr>
      """
    }
    let head: Markup = """
      \(HTMLPage.column("Order", isNumber: false))\(HTMLPage.column("Published"))\(heads)
      """
    return """
      \(HTMLPage.table(head, "<tbody>\(rows)</tbody>", style: "sticky"))<p class="note">Points by which \
      the first is above the second. Published: the mean over experiments, and in how many of them it \
      is so; one run each, without intervals, methods on the network that they were published on. Here: \
      the joint difference with its 95% interval, the data sets on which it is so, and what follows \
      after Holm's correction over all orders of this table, a family of its own, and of the interval \
      over test images where there is one. Here all methods have the same network. \(judged)</p>
      """
  }

  /// How the published networks were judged, and how these.
  private var judged: String {
    let probed = orders.protocols.contains { $0 != .fineTune }
    let tuned = orders.protocols.contains(.fineTune)
    let texts = [
      "The published networks were fine-tuned, random weights too.",
      tuned
        ? "\(probed ? "Where all parts have been fine-tuned" : "Here") figures are of fine-tuning too, "
          + "and for supervised training of the network's own predictions; no interval over test images "
          + "is kept of them." : nil,
      probed
        ? "\(tuned ? "Elsewhere" : "Here") figures are of the linear probe on frozen features: an order "
          + "that differs may do so for that, and those of random weights cannot be compared, since "
          + "fine-tuning makes them supervised training." : nil,
    ]
    return texts.compactMap { $0 }.joined(separator: " ")
  }

  private func cell(_ finding: PublishedOrders.Finding?) -> Markup {
    guard let finding else { return #"<td class="number none">–</td>"# }
    let range = finding.difference.interval.map(Wording.range) ?? "no interval"
    return """
      <td class="number">\(Wording.signed(finding.difference.mean))<small>\(range)</small>\
      <small>\(String(finding.setsInOrder)) of \(Wording.count(finding.sets, "set"))</small>\
      <small>\(finding.outcome.rawValue)</small></td>
      """
  }

  /// The published rows in their order, networks of one method side by side.
  private var methods: [String] {
    published.rows.map(\.method).uniqued()
  }

  private var figureTable: Markup {
    let heads: [Markup] = methods.map { method in
      let networks = published.rows(of: method).map(\.network).joined(separator: " / ")
      return #"<th scope="col" class="number">\#(title(method))<small>\#(networks)</small></th>"#
    }
    let theirs: [Markup] = published.experiments.indices.map { experiment in
      let cells: [Markup] = methods.map { method in
        let figures = published.rows(of: method).compactMap { $0.figures[experiment] }
        let text = figures.map { String(format: "%.1f", $0) }.joined(separator: " / ")
        return text.isEmpty
          ? #"<td class="number none">–</td>"# : #"<td class="number">\#(text)</td>"#
      }
      return #"<tr><th scope="row">\#(published.experiments[experiment])</th>\#(cells)</tr>"#
    }
    let ours: [Markup] = parts.indices.filter { !parts[$0].sizes.isEmpty }.map { index in
      let part = parts[index]
      let cells: [Markup] = methods.map { method in
        let row = part.largestRow(method).flatMap { $0.otherBackbone == nil ? $0 : nil }
        return HTMLPage.cell(
          row.flatMap { row in
            let isTuned = part.isFineTuned && row.headlineProtocol != .endToEnd
            return row.estimate(
              isTuned ? .fineTune : row.headlineProtocol, part.summary.primaryMetric)
          })
      }
      let judged = part.isFineTuned ? "fine-tuned" : "linear probe"
      return """
        <tr><th scope="row">\(part.summary.dataset)\
        <small>\(overview.parts[index].backbone) · \(overview.parts[index].budget) · \(judged)</small>\
        </th>\(cells)</tr>
        """
    }
    let columns = String(methods.count + 1)
    func body(_ title: String, _ rows: [Markup]) -> Markup {
      """
      <tbody><tr class="group"><th scope="rowgroup" colspan="\(columns)">\(title)</th></tr>\
      \(rows)</tbody>
      """
    }
    return """
      \(HTMLPage.table(
        "\(HTMLPage.column("Judged on", isNumber: false))\(heads)",
        "\(body("This study", ours))\(body(published.name, theirs))", style: "sticky"))\
      <p class="note">Percent. This study: the test images at each part's largest number of images, by \
      fine-tuning or the linear probe as each part says, but for supervised training the network's own \
      predictions; mean and 95% interval over seeds. \(published.source) Compare orders, not figures. \
      \(general)</p>
      """
  }

  /// Which general weights stand in the table.
  private var general: String {
    let own = parts.compactMap(\.plan.general?.title).uniqued()
    return "The published general weights are those of supervised training on ImageNet-1k or "
      + "Places-205" + (own.isEmpty ? "." : "; here, \(Wording.list(own)).")
  }

  private func title(_ method: String) -> String {
    method == Baseline.general ? "general weights" : StudyRow(method).title
  }
}
