import Insight
import Study

/// First filters, attention, activation and the colours of parts.
struct MapSection {
  let inspection: Inspection
  let findings: MapFindings

  init(_ inspection: Inspection, _ findings: MapFindings) {
    self.inspection = inspection
    self.findings = findings
  }

  var markup: Markup {
    let names: [Markup] = findings.labels.map { "<span>\($0)</span>" }
    let networks: [Markup] = zip(inspection.networks, findings.figures).map { network, one in
      let strips: [Markup] = one.strips.map { "<h4>\($0.title)</h4>\(Self.strip($0))" }
      let filters: Markup =
        one.filters.map { picture in
          """
          <h4>First filters\(Markup.when(one.filterCount > 96, ", 96 of \(String(one.filterCount))"))\
          </h4><img class="filters" alt="First filters of \(network.name)" \
          width="\(String(picture.width))" height="\(String(picture.height))" \
          style="height: auto" src="\(InspectionStyle.address(picture))"/>
          """
        } ?? ""
      return "<h3>\(network.name)</h3>\(strips)\(filters)"
    }
    return """
      \(Self.strip(findings.originals))\
      \(Markup.when(!findings.labels.isEmpty, #"<div class="names">\#(names)</div>"#))\(networks)\
      <p class="note">The same held-out images for every network. Heat: from black (least in the \
      image) to pale yellow (most). Directions as colours: places of the same colour are alike to \
      the network; colours are each network's own. Filters: a weight of 0 is mid-grey.</p>
      """
  }

  static func strip(_ strip: MapFindings.Strip) -> Markup {
    """
    <img class="strip" alt="\(strip.title)" width="\(String(strip.picture.width))" \
    height="\(String(strip.picture.height))" src="\(InspectionStyle.address(strip.picture))"/>
    """
  }
}
