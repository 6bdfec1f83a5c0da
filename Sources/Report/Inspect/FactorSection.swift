import Insight
import Study

/// What linear probes read: networks × factors.
struct FactorSection {
  let inspection: Inspection
  let findings: FactorFindings

  init(_ inspection: Inspection, _ findings: FactorFindings) {
    self.inspection = inspection
    self.findings = findings
  }

  /// The changes that were made to images: networks × factors.
  var madeTable: Markup {
    table(findings.factors.indices.filter { findings.factors[$0].made != nil })
  }

  var markup: Markup {
    let given = findings.factors.indices.filter { findings.factors[$0].made == nil }
    return """
      \(madeTable)\(words)<p class="note">Each image was changed by a level drawn at random, and a linear \
      probe of frozen features told which: rotation (0, 90, 180, 270°), flip (mirrored or not), \
      position (which corner is shown), hue (the mean turned to red, green or blue, all places as light \
      as before), brightness (× 0.7, 1, 1.4), \
      blur (none, weak, strong). Percent of \(Wording.grouped(findings.testImages)) held-out images, \
      with the 95% interval over \(InspectionPieces.drawn(inspection)); the probes learnt from \
      \(Wording.grouped(findings.trainingImages)). †: what the method's views were to make the \
      network ignore. Rotation and flip can only be told where images have an up, a left and a right; \
      hue where they have colours.</p>\
      \(Markup.when(
        !given.isEmpty, "<h3>Factors of factors.csv</h3>\(tables(given))\(givenNote)"))
      """
  }

  private var words: Markup {
    let items: [Markup] = InspectionWords(inspection).factorSentences.map { "<li>\($0)</li>" }
    return Markup.when(
      !items.isEmpty,
      "<details><summary>In words</summary><ul class=\"words\">\(items)</ul></details>")
  }

  private let givenNote: Markup = """
    <p class="note">Of the images as they are. Words: percent of held-out images, against the share of \
    the most frequent word. Numbers: R² of ridge regression, in percent, against 0; of hues and angles, \
    which begin anew, the mean of those of their cosine and sine.</p>
    """

  /// Tables of at most six factors each: more are too wide for a phone.
  private func tables(_ places: [Int]) -> Markup {
    let count = (places.count + 5) / 6
    let tables: [Markup] = (0..<count).map { number in
      table(
        Array(places[places.count * number / count..<places.count * (number + 1) / count]))
    }
    return "\(tables)"
  }

  private func table(_ places: [Int]) -> Markup {
    let heads: [Markup] = places.map {
      let factor = findings.factors[$0]
      let unit: Markup = factor.measure == .r2 ? "R², %" : "%"
      return #"<th class="number">\#(factor.name.replacing("_", with: " ")), \#(unit)</th>"#
    }
    let chance: [Markup] = places.map {
      #"<td class="number none">\#(Wording.number(findings.factors[$0].chance))</td>"#
    }
    let rows: [Markup] = inspection.networks.indices.map { index in
      let cells: [Markup] = places.map { place in
        let made = findings.factors[place].made
        let isIgnored = made.map(findings.ignored[index].contains) ?? false
        return InspectionPieces.percent(
          findings.readings[index][place], mark: isIgnored ? "† " : "")
      }
      return "<tr><td>\(inspection.networks[index].name)</td>\(cells)</tr>"
    }
    return """
      <div class="scroll"><table class="tight"><thead><tr><th>Network</th>\(heads)</tr></thead><tbody>\(rows)\
      <tr><td class="none">chance</td>\(chance)</tr></tbody></table></div>
      """
  }
}
