import Foundation
import Study

/// The page of an overview.
struct OverviewPage {
  private let overview: StudyOverview
  private let context: OverviewReport.Context
  private let figures: OverviewFigures

  init(_ overview: StudyOverview, _ context: OverviewReport.Context) {
    self.overview = overview
    self.context = context
    figures = OverviewFigures(context.parts)
  }

  var text: String {
    let sections = OverviewSections(overview)
    let groups: [Markup] = overview.groups.indices.map { index in
      HTMLPage.section(
        overview.groups[index].title, sections.group(index),
        id: "joint-\(index)")
    }
    let content: Markup = """
      \(header)
      \(HTMLPage.section("Results at the largest size", results, id: "results"))
      \(HTMLPage.section("Learning curves", PartCharts(context).markup, id: "curves"))
      \(groups)
      \(HTMLPage.section("Families by backbone", sections.families, id: "families"))
      \(HTMLPage.section("Equal epochs beside equal steps", sections.arms, id: "arms"))
      \(HTMLPage.section("Beside published figures", published, id: "published"))
      \(HTMLPage.section("The parts", parts, id: "parts"))
      \(HTMLPage.section("What this does not show", HTMLPage.list(overview.limits)))
      \(HTMLPage.section("Make it again", .when(
        !context.command.isEmpty, #"<pre class="command">\#(context.command)</pre>"#)))
      """
    return HTMLPage(
      title: context.title, gleanVersion: context.gleanVersion, style: PartCharts.style,
      content: content,
      footer: "Made by Glean \(context.gleanVersion), \(context.madeAt.formatted(.iso8601))."
    ).text
  }

  private var header: Markup {
    func count(_ names: [String], _ noun: String) -> String {
      Wording.count(Set(names).count, noun)
    }
    let setting = [
      count(overview.parts.map(\.dataset), "data set"),
      count(overview.parts.map(\.backbone), "backbone"),
      count(overview.parts.map(\.budget), "budget"),
      Wording.count(overview.parts.count, "study").replacing("studys", with: "studies"),
    ]
    let links: [Markup] = StudyReport.besides.map {
      #" · <a href="\#($0.address)">\#($0.title)</a>"#
    }
    func items(_ sentences: [StudyOverview.Sentence]) -> Markup {
      let items: [Markup] = sentences.map {
        "<li>\(HTMLPage.linked($0.text, to: $0.anchor))</li>"
      }
      return .when(!sentences.isEmpty, "<ul>\(items)</ul>")
    }
    let details = overview.verdict.filter(\.isDetail)
    let more: Markup = """
      <details><summary>What this rests on, families and budgets</summary>\(items(details))</details>
      """
    let first: Markup =
      overview.verdict.first.map { HTMLPage.linked($0.text, to: $0.anchor) } ?? ""
    return """
      <header><h1>\(context.title)</h1>\
      <p class="setting">\(setting.joined(separator: " · "))\(links)</p>\
      <div class="verdict"><p class="headline">\(first)</p>\
      \(items(overview.verdict.dropFirst().filter { !$0.isDetail }))\
      \(Markup.when(!details.isEmpty, more))</div></header>
      """
  }

  private var published: Markup {
    overview.published.map { PublishedSection($0, overview, context.parts).markup } ?? ""
  }

  private var results: Markup {
    let heads: [Markup] = context.parts.enumerated().map { index, part in
      """
      <th scope="col" class="number">\(part.summary.dataset)<small>\(part.backbone)</small>\
      <small>\(overview.parts[index].budget)</small><small>N = \(figures.size(part))</small></th>
      """
    }
    let rows: [Markup] = figures.rows.map { row in
      """
      <tr><th scope="row">\(row.title)<small>\(row.family ?? "baseline")</small></th>\
      \(row.figures.map(HTMLPage.cell))</tr>
      """
    }
    return """
      \(HTMLPage.table(
        #"<th scope="col">Method</th>\#(heads)"#, "<tbody>\(rows)</tbody>", style: "sticky"))\
      <p class="note">\(figures.legend) Each part's own tests are in its report, below.</p>
      """
  }

  private var parts: Markup {
    let rows: [Markup] = overview.parts.enumerated().map { index, part in
      let made = part.plannedRuns - part.missingRuns - part.failedRuns
      let failed = part.failedRuns == 0 ? "" : ", \(part.failedRuns) failed"
      return """
        <tr><th scope="row"><a href="\(context.address(index))">\(part.dataset)</a>\
        <small>\(part.backbone) · \(part.budget)</small></th>\
        <td>\(part.sizes.map(Wording.grouped).joined(separator: ", "))</td>\
        <td>\(part.seeds.map(String.init).joined(separator: ", "))</td>\
        <td class="number">\(String(made))<small>of \(String(part.plannedRuns))\(failed)</small></td>\
        <td class="message">\(part.headline)</td></tr>
        """
    }
    let head: Markup = """
      \(HTMLPage.column("Part", isNumber: false))\(HTMLPage.column("N", isNumber: false))\
      \(HTMLPage.column("Seeds", isNumber: false))\(HTMLPage.column("Runs made"))\
      \(HTMLPage.column("Its own answer", isNumber: false))
      """
    return HTMLPage.table(head, "<tbody>\(rows)</tbody>", style: "parts")
  }
}
