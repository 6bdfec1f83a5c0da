import Insight
import Study

/// What a study's networks have learnt, in short: the chapter of its report.
struct LearntSection {
  let inspection: Inspection
  /// The rows of the study as it stands.
  let rows: [String]

  /// - Parameter summary: the study; rows that were added since the inspection are named.
  init(_ inspection: Inspection, _ summary: StudySummary) {
    self.inspection = inspection
    rows = summary.rows.filter { $0.method != Baseline.pixels }.map(\.title)
  }

  var markup: Markup {
    let words: [Markup] = InspectionWords(inspection).sentences.map { "<li>\($0)</li>" }
    let factors: Markup =
      inspection.factors.map { findings in
        """
        <h3>What can be read, in percent</h3>\(FactorSection(inspection, findings).madeTable)\
        <p class="note">How each image was changed, told by a linear probe of frozen features. †: what \
        the method’s views were to make the network ignore.</p>
        """
      } ?? ""
    let alignment: Markup =
      inspection.layers.flatMap { findings in
        findings.alignment.count < 2
          ? nil
          : """
          <h3>How alike networks see the images (linear CKA)</h3>\
          \(InspectionPieces.matrix(findings.alignment, names: inspection.networks.map(\.name)))
          """
      } ?? ""
    return """
      \(Markup.when(!words.isEmpty, "<ul>\(words)</ul>"))\(table)\(factors)\(alignment)\
      <p class="note">\(inspection.origin ?? "") \(missing)Held-out images; \
      <a href="inspect.html">inspect.html</a> has all figures and pictures, their intervals and how \
      they were made.</p>
      """
  }

  /// Rows that are not among the networks.
  private var missing: String {
    let names = Set(inspection.networks.map(\.name))
    let left = rows.filter { !names.contains($0) }.uniqued()
    if left.isEmpty { return "" }
    return "Not among them: \(Wording.list(left)); ‘glean inspect’ with the study’s folder makes "
      + "this chapter again. "
  }

  private var table: Markup {
    var columns: [(head: String, cells: [Markup])] = []
    func number(_ value: Double?, _ digits: Int) -> Markup {
      #"<td class="number">\#(InspectionPieces.number(value, digits: digits))</td>"#
    }
    if let geometry = inspection.geometry {
      columns.append(("Effective rank", geometry.map { number($0.effectiveRank, 1) }))
      columns.append(("LiDAR", geometry.map { number($0.lidar, 1) }))
    }
    if let found = inspection.neighbours, found.figures.contains(where: { $0.agreement != nil }) {
      columns.append(
        (
          "Neighbours of its class, %",
          found.figures.map { InspectionPieces.percent($0.agreement) }
        ))
    }
    if let found = inspection.layers {
      if found.figures.contains(where: { !$0.linear.isEmpty }) {
        columns.append(("Best layer, %", found.figures.map(best)))
      }
      if found.kin.contains(where: { !$0.isEmpty }) {
        columns.append(
          ("CKA with another seed", found.kin.map { InspectionPieces.share($0.first?.alignment) }))
      }
    }
    if let found = inspection.cues {
      for cue in [CueFindings.Cue.shuffled, .silhouettes] {
        guard let place = found.cues.firstIndex(of: cue) else { continue }
        columns.append(
          (
            "\(Wording.sentence(CueSection.title(cue))), %",
            found.readings.map { InspectionPieces.percent($0[place]) }
          ))
      }
    }
    if columns.isEmpty { return "" }
    let heads: [Markup] = columns.map { #"<th class="number">\#($0.head)</th>"# }
    let rows: [Markup] = inspection.networks.indices.map { index in
      let cells: [Markup] = columns.map { $0.cells[index] }
      return "<tr><td>\(inspection.networks[index].name)</td>\(cells)</tr>"
    }
    return """
      <div class="scroll"><table class="tight"><thead><tr><th>Network</th>\(heads)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }

  /// The accuracy of the layer that tells the class best, and which it is.
  private func best(_ figures: LayerFindings.Figures) -> Markup {
    let place = figures.linear.indices.max { figures.linear[$0].value < figures.linear[$1].value }
    return InspectionPieces.percent(
      place.map { figures.linear[$0] }, remark: place.map { figures.names[$0] })
  }
}
