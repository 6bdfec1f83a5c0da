import Insight
import Study

/// What is near to what: retrieval, hubs, outliers, hard images, near-duplicates.
struct NeighbourSection {
  let inspection: Inspection
  let findings: NeighbourFindings
  private let tiles: [Int: Int]

  init(_ inspection: Inspection, _ findings: NeighbourFindings) {
    self.inspection = inspection
    self.findings = findings
    tiles = Dictionary(
      findings.thumbnails.images.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
  }

  var markup: Markup {
    let sheets: [Markup] = zip(inspection.networks, findings.figures).map(network)
    let names = inspection.networks.map(\.name)
    let mutual: Markup =
      names.count < 2
      ? ""
      : """
      <h3>Do networks name the same neighbours?</h3>\
      \(InspectionPieces.matrix(findings.mutual, names: names))<p class="note">The mean share of an \
      image's \(String(findings.k)) nearest that both networks name.</p>
      """
    return "\(table)\(mutual)\(sheets)"
  }

  private var table: Markup {
    let rows: [Markup] = zip(inspection.networks, findings.figures).map { network, one in
      """
      <tr><td>\(network.name)</td>\(InspectionPieces.percent(one.agreement))\
      <td class="number">\(InspectionPieces.number(one.hubness, digits: 2))</td>\
      <td class="number">\(Wording.number(one.orphans))</td></tr>
      """
    }
    return """
      <div class="scroll"><table><thead><tr><th>Network</th>\
      <th class="number">Neighbours of the same class, %</th><th class="number">Hubness</th>\
      <th class="number">Nobody's neighbour, %</th></tr></thead><tbody>\(rows)</tbody></table></div>\
      <p class="note">The \(String(findings.k)) nearest by cosine similarity among \
      \(Wording.grouped(findings.images)) images; 95% interval over \
      \(InspectionPieces.drawn(inspection)). Hubness: the skewness of \
      how often an image is among them; above 1 or so, few images are near to very many.</p>
      """
  }

  private func network(_ network: Inspection.Network, _ one: NeighbourFindings.Figures) -> Markup {
    let rows: [Markup] = one.queries.map { query in
      let own = label(query.image)
      let nearest: [Markup] = zip(query.nearest, query.similarities).map { image, similarity in
        let mark: Markup =
          own == nil || label(image) == nil ? "" : label(image) == own ? " yes" : " no"
        return tile(image, mark, note: InspectionPieces.number(Double(similarity), digits: 3))
      }
      let padding: [Markup] = (nearest.count..<max(nearest.count, 8)).map { _ in "<span></span>" }
      return "\(tile(query.image, " query"))\(nearest)\(padding)"
    }
    return """
      <h3>\(network.name)</h3><h4>Some images, and those nearest to each</h4>\
      <div class="sheet">\(rows)</div>\
      \(list("Hubs: among the \(findings.k) nearest of the most images, and of how many", one.hubs) { "\(Int($0)) ×" })\
      \(list("Outliers: farthest from their neighbours, by mean cosine distance", one.outliers) {
        InspectionPieces.number($0, digits: 3) })\
      \(list("Hardest: most neighbours of another class", one.hardest) {
        "\(Wording.number($0, digits: 0))%" })\
      \(pairs(one.pairs))
      """
  }

  private func list(
    _ title: String, _ finds: [NeighbourFindings.Find], _ words: (Double) -> String
  ) -> Markup {
    if finds.isEmpty { return "" }
    let tiles: [Markup] = finds.map { find in
      let name: Markup = name(find.image).map { "<small>\($0)</small>" } ?? ""
      return "<div>\(tile(find.image, ""))\(name)<small>\(words(find.value))</small></div>"
    }
    return #"<h4>\#(title)</h4><div class="row">\#(tiles)</div>"#
  }

  private func pairs(_ pairs: [ImagePair]) -> Markup {
    if pairs.isEmpty { return "" }
    let items: [Markup] = pairs.map { pair in
      let differ = label(pair.first) != label(pair.second)
      let mark: Markup = differ ? " no" : ""
      return """
        <div class="pair">\(tile(pair.first, mark))\(tile(pair.second, mark))\
        <span>\(InspectionPieces.number(Double(pair.similarity), digits: 4))</span></div>
        """
    }
    return """
      <h4>Near-duplicates: the pairs that are most alike, with their cosine similarity\
      \(Markup.when(inspection.classes.count > 1, "; marked where their classes differ"))</h4>\
      <div class="pairs">\(items)</div>
      """
  }

  private func tile(_ image: Int, _ mark: Markup, note: String = "") -> Markup {
    guard let place = tiles[image] else { return "<span></span>" }
    let text = [findings.thumbnails.paths[place], name(image) ?? "", note].filter { !$0.isEmpty }
    return """
      <span class="t tn\(mark)" style="\(InspectionStyle.position(place, of: findings.thumbnails))" \
      title="\(text.joined(separator: ", "))"></span>
      """
  }

  private func label(_ image: Int) -> Int? {
    tiles[image].flatMap { findings.thumbnails.labels[$0] }
  }

  private func name(_ image: Int) -> String? {
    label(image).flatMap { inspection.classes.indices.contains($0) ? inspection.classes[$0] : nil }
  }
}
