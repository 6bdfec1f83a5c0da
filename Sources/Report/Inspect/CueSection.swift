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
    let heads: [Markup] = inspection.networks.map { #"<th class="number">\#($0.name)</th>"# }
    let rows: [Markup] = findings.cues.indices.map { place in
      let cells: [Markup] = findings.readings.map {
        InspectionPieces.percent($0[place], remark: kept($0[place], of: $0[0]))
      }
      return """
        <tr><td>\(Self.title(findings.cues[place]))<img class="example" \
        alt="\(Self.title(findings.cues[place]))" \
        src="\(InspectionStyle.address(findings.examples[place].picture))"/></td>\(cells)</tr>
        """
    }
    return """
      <div class="scroll"><table><thead><tr><th>Images</th>\(heads)</tr></thead><tbody>\(rows)\
      </tbody></table></div><p class="note">Accuracy in percent of a linear probe fitted on clean \
      images (\(Wording.grouped(findings.trainingImages))), on \
      \(Wording.grouped(findings.testImages)) held-out images of which cues were taken, with the 95% \
      interval over them, and how much is kept of what the clean images' accuracy has above chance. \
      Always naming the most frequent class gives \
      \(Wording.percent(findings.chance)). A silhouette is only found where things are brighter or \
      darker than their surroundings.</p>
      """
  }
}
