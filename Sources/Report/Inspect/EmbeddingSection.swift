import Insight
import Study

/// All images in the plane, by t-SNE and by principal components.
struct EmbeddingSection {
  let inspection: Inspection
  let findings: EmbeddingFindings

  init(_ inspection: Inspection, _ findings: EmbeddingFindings) {
    self.inspection = inspection
    self.findings = findings
  }

  private var isLabelled: Bool { inspection.classes.count > 1 }
  private static let side = 420.0

  var markup: Markup {
    let drawings: [Markup] = zip(inspection.networks, findings.figures).map { network, one in
      let explained = Wording.number(one.explained.reduce(0, +), digits: 0)
      return """
        <h3>\(network.name)</h3><div class="maps"><figure>\(drawing(one.tsne, one, "t-SNE"))\
        <figcaption>t-SNE</figcaption></figure><figure>\(drawing(one.pca, one, "PCA"))\
        <figcaption>First two principal components: \(explained)% of the variance</figcaption>\
        </figure></div>
        """
    }
    let names =
      isLabelled ? inspection.classes : (0..<findings.clusterCount).map { "cluster \($0 + 1)" }
    let legend: [Markup] = names.enumerated().map {
      #"<li><span class="dot k\#(String($0.offset))"></span> \#($0.element)</li>"#
    }
    return """
      \(table)<ul class="legend classes">\(legend)</ul>\(drawings)\
      <p class="note">\(Wording.grouped(findings.thumbnails.images.count)) images, sampled by class, the \
      same for every network. Rest the pointer on one to see it, and where it lies elsewhere. \
      Distances between far groups of t-SNE mean little.</p>
      """
  }

  private var table: Markup {
    let rows: [Markup] = zip(inspection.networks, findings.figures).map { network, one in
      let cells: [Markup] = [
        one.mutualInformation, one.randIndex, one.classSilhouette, one.clusterSilhouette,
        one.trustworthiness,
      ].map { #"<td class="number">\#(InspectionPieces.number($0, digits: 2))</td>"# }
      return "<tr><td>\(network.name)</td>\(cells)</tr>"
    }
    return """
      <div class="scroll"><table><thead><tr><th>Network</th><th class="number">NMI</th>\
      <th class="number">ARI</th><th class="number">Silhouette of classes</th>\
      <th class="number">Silhouette of clusters</th><th class="number">Trust in t-SNE</th></tr>\
      </thead><tbody>\(rows)</tbody></table></div><p class="note">NMI and ARI: how far \
      \(String(findings.clusterCount)) clusters by k-means agree with the classes, from 0 to 1; ARI \
      is corrected for chance. Silhouette: from −1 to 1, higher where groups are compact and apart. \
      Trust: 1 where neighbours in the drawing are neighbours among the features.</p>
      """
  }

  private func drawing(
    _ places: [[Float]], _ one: EmbeddingFindings.Figures, _ title: String
  ) -> Markup {
    func scale(_ axis: Int) -> Scale {
      let values = places.map { Double($0[axis]) }
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      return Scale(
        domain: low...max(high, low + 1e-9), start: axis == 0 ? 10 : Self.side - 10,
        end: axis == 0 ? Self.side - 10 : 10)
    }
    let (x, y) = (scale(0), scale(1))
    let points: [Markup] = places.indices.map { index in
      let group = isLabelled ? findings.thumbnails.labels[index] : one.clusters[index]
      let colour: Markup = group.map { "k\(String($0))" } ?? "none"
      return """
        <circle class="\(colour)" cx="\(x(Double(places[index][0])))" \
        cy="\(y(Double(places[index][1])))" r="2.6"/>
        """
    }
    return """
      <svg class="points" viewBox="0 0 \(Self.side) \(Self.side)" role="img" \
      aria-label="\(title)">\(points)</svg>
      """
  }
}
