import Foundation
import Study

/// Average ranks, with a critical-difference diagram where they are tested.
struct RankTable {
  let ranking: Ranking

  var markup: Markup {
    let rows: [Markup] = ranking.rows.map { row in
      """
      <tr><th scope="row">\(row.title)</th>\
      <td class="number">\(String(format: "%.2f", row.averageRank))</td></tr>
      """
    }
    let left =
      ranking.leftOut.isEmpty
      ? "" : " Left out, since not at every size: \(Wording.list(ranking.leftOut))."
    let head: Markup = """
      \(HTMLPage.column("Row", isNumber: false))\(HTMLPage.column("Average rank"))
      """
    return """
      \(RankDiagram(ranking: ranking)?.figure ?? "")\
      \(HTMLPage.table(head, "<tbody>\(rows)</tbody>"))<p class="note">Over \
      \(Wording.count(ranking.blocks, "block")) (sizes and data sets), 1 is the best. \
      \(ranking.note)\(left)</p>
      """
  }
}
