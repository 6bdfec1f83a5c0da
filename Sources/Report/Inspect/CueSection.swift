import Insight
import Study

/// What accuracy is left when cues are taken.
struct CueSection {
  let inspection: Inspection
  let findings: CueFindings

  init(_ inspection: Inspection, _ findings: CueFindings) {
    self.inspection = inspection
    self.findings = findings
  }

  static func title(_ cue: CueFindings.Cue) -> String {
    switch cue {
    case .clean: "as they are"
    case .shuffled: "squares shuffled"
    case .lowPass: "without detail"
    case .highPass: "detail alone"
    case .grey: "without colour"
    case .silhouettes: "silhouettes"
    }
  }

  /// How much of what the network knows above chance is kept, where it knows more than that.
  private func kept(_ figure: ReadFigure, of clean: ReadFigure) -> String? {
    guard findings.cues.first == .clean, figure != clean, let interval = clean.interval,
      interval.lowerBound > findings.chance
    else { return nil }
    let share = max(0, figure.value - findings.chance) / (clean.value - findings.chance)
    return "keeps \(Wording.number(share, digits: 0))%"
  }

  var markup: Markup {
    let examples: [Markup] = findings.cues.indices.map { place in
      """
      <figure><figcaption>\(Wording.sentence(Self.title(findings.cues[place])))</figcaption>\
      \(MapSection.strip(findings.examples[place]))</figure>
      """
    }
    let heads: [Markup] = findings.cues.map { #"<th class="number">\#(Self.title($0))</th>"# }
    let rows: [Markup] = zip(inspection.networks, findings.readings).map { network, readings in
      let cells: [Markup] = readings.map {
        InspectionPieces.percent($0, remark: kept($0, of: readings[0]))
      }
      return "<tr><td>\(network.name)</td>\(cells)</tr>"
    }
    return """
      <div class="cues">\(examples)</div><div class="scroll"><table class="tight"><thead><tr>\
      <th>Network</th>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>\
      <p class="note">Accuracy in percent of a linear probe fitted on clean \
      images (\(Wording.grouped(findings.trainingImages))), on \
      \(Wording.grouped(findings.testImages)) held-out images of which cues were taken, with the 95% \
      interval over \(InspectionPieces.drawn(inspection)), and how much is kept of what the clean images' accuracy has above chance. \
      Always naming the most frequent class gives \
      \(Wording.percent(findings.chance)). A silhouette is only found where things are brighter or \
      darker than their surroundings.</p>
      """
  }
}
