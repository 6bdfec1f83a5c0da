import Study

/// Differences with their intervals, drawn on one scale.
struct DifferenceTable {
  struct Row {
    /// "SimCLR", and what it is compared with.
    var title: String
    var reference: String
    var difference: Estimate
    var imagesInterval: Interval?
    var adjustedP: Double?
    var result: TestResult
  }

  /// Rows under headings; an empty heading is left out.
  var groups: [(title: String, rows: [Row])]

  var markup: Markup {
    let ends = groups.flatMap(\.rows).flatMap {
      [$0.difference.interval?.lower, $0.difference.interval?.upper, $0.difference.mean]
        .compactMap { $0 }
    }
    // One scale for all rows, with 0 in it; the intervals of very few seeds may leave it.
    let low = max(min(ends.min() ?? 0, -0.01), -1)
    let high = min(max(ends.max() ?? 0, 0.01), 1)
    let scale = Scale(domain: low...high, start: 8, end: 132)
    let bodies: [Markup] = groups.map { title, rows in
      let head: Markup = .when(
        !title.isEmpty,
        #"<tr class="group"><th scope="rowgroup" colspan="5">\#(title)</th></tr>"#)
      return "<tbody>\(head)\(rows.map { row($0, scale) })</tbody>"
    }
    return HTMLPage.table(
      """
      <th scope="col">Method against reference</th>\
      <th scope="col" class="number">Difference, points</th><th class="drawing"></th>\
      <th scope="col" class="number">Holm p</th><th scope="col">Result</th>
      """, "\(bodies)", style: "differences")
  }

  private func row(_ row: Row, _ scale: Scale) -> Markup {
    let difference = row.difference
    let style: SeriesStyle = row.result.isSignificant ? .method(0) : .baseline(0)
    let whisker = difference.interval.map {
      Whisker.horizontal(
        scale(max($0.lower, scale.domain.lowerBound)),
        scale(min($0.upper, scale.domain.upperBound)), 11, style)
    }
    let range = difference.interval.map(Wording.range) ?? "no interval"
    let images: Markup =
      row.imagesInterval.map { "<small>images: \(Wording.range($0))</small>" } ?? ""
    return """
      <tr><th scope="row">\(row.title) <span class="against">against</span> \
      \(row.reference)</th>\
      <td class="number">\(Wording.signed(difference.mean))<small>\(range)</small>\
      \(images)</td>\
      <td class="drawing"><svg width="140" height="22" viewBox="0 0 140 22" aria-hidden="true">\
      <line class="zero" x1="\(scale(0))" y1="0" x2="\(scale(0))" y2="22"/>\(whisker ?? "")\
      \(style.marker(scale(difference.mean), 11, radius: 3.5))</svg></td>\
      <td class="number">\(row.adjustedP.map(Wording.p) ?? "–")</td>\
      <td>\(row.result.title)</td></tr>
      """
  }
}
