import Insight
import Study

/// First filters, attention, activation, the colours of parts, reconstructions and prototypes.
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
      return """
        <h3>\(network.name)</h3>\(strips)\(one.prototypes.map(prototypes) ?? "")\(filters)
        """
    }
    return """
      \(Self.strip(findings.originals))\
      \(Markup.when(!findings.labels.isEmpty, #"<div class="names">\#(names)</div>"#))\(networks)\
      <p class="note">The same held-out images for every network. Heat: from black (least in the \
      image) to pale yellow (most). Directions as colours: places of the same colour are alike to \
      the network; colours are each network's own. Filters: a weight of 0 is mid-grey.</p>
      """
  }

  /// The prototypes with most images, each with its nearest ones.
  private func prototypes(_ found: PrototypeFindings) -> Markup {
    let used = found.sizes.count { $0 > 0 }
    let sheets: [Markup] = found.largest.map { one in
      let name = one.commonestClass.flatMap {
        inspection.classes.indices.contains($0) ? inspection.classes[$0] : nil
      }
      let most: Markup =
        name.map { ", \(Wording.percent(one.share ?? 0)) of them \($0)" } ?? ""
      let title: Markup = "\(Wording.count(one.images, "image"))\(most)"
      return """
        <figure><figcaption>\(title)</figcaption>\
        \(Self.image(one.picture, of: "The nearest images of a prototype"))</figure>
        """
    }
    return """
      <h4>Prototypes with most images, and the images nearest to each</h4>\
      <div class="prototypes">\(sheets)</div>\
      <p class="note">Each of \(Wording.grouped(found.images)) images falls to the nearest of \
      \(Wording.grouped(found.sizes.count)) prototypes; \(Wording.grouped(used)) hold any.</p>
      """
  }

  static func strip(_ strip: MapFindings.Strip) -> Markup {
    let note: Markup = strip.note.map { #"<p class="note">\#($0)</p>"# } ?? ""
    return "\(image(strip.picture, of: strip.title))\(note)"
  }

  private static func image(_ picture: Picture, of title: String) -> Markup {
    """
    <img class="strip" alt="\(title)" width="\(String(picture.width))" \
    height="\(String(picture.height))" src="\(InspectionStyle.address(picture))"/>
    """
  }
}
