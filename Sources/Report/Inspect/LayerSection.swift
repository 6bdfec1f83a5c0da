import Insight
import Study

/// What is known at which depth, and how alike layers and networks see images.
struct LayerSection {
  let inspection: Inspection
  let findings: LayerFindings

  init(_ inspection: Inspection, _ findings: LayerFindings) {
    self.inspection = inspection
    self.findings = findings
  }

  var markup: Markup {
    // Networks with the same layers share a chart.
    let groups = findings.figures.indices.grouped { findings.figures[$0].names }.map(\.members)
    let charts: [Markup] = groups.filter { !findings.figures[$0[0]].linear.isEmpty }.map { group in
      """
      <figure>\(chart(group) { $0.linear })<figcaption>Accuracy of a linear probe of each layer's \
      pooled features, with 95% intervals over test \(InspectionPieces.drawn(inspection)); dashed: \
      kNN.</figcaption></figure>
      """
    }
    let own: [Markup] = zip(inspection.networks, findings.figures).map { network, one in
      """
      <details><summary>Layers of \(network.name)</summary>\
      \(InspectionPieces.matrix(one.alignment, names: one.names))</details>
      """
    }
    let names = inspection.networks.map(\.name)
    let between: Markup =
      names.count < 2
      ? ""
      : """
      <h3>How alike networks see the images</h3>\
      \(InspectionPieces.matrix(findings.alignment, names: names))\(kin)
      """
    return """
      \(charts)\(between)<h3>How alike layers see the images</h3>\(own)\
      <p class="note">Linear CKA of held-out images, unbiased: 1 where features are the same up to \
      rotation and scale, about 0 where they are unrelated; below it the 95% interval over \
      \(InspectionPieces.drawn(inspection)), by the jackknife. \(probing)</p>
      """
  }

  /// How alike each network and its relatives see the images; nothing without relatives.
  private var kin: Markup {
    var differences: [String] = []
    for one in findings.kin.joined() where !differences.contains(one.difference) {
      differences.append(one.difference)
    }
    if differences.isEmpty { return "" }
    let heads: [Markup] = differences.map { #"<th class="number">\#($0)</th>"# }
    let rows: [Markup] = zip(inspection.networks, findings.kin).compactMap { network, kin in
      if kin.isEmpty { return nil }
      let cells: [Markup] = differences.map { difference in
        InspectionPieces.share(kin.first { $0.difference == difference }?.alignment)
      }
      return "<tr><td>\(network.name)</td>\(cells)</tr>"
    }
    return """
      <h3>The same training with</h3><div class="scroll"><table class="tight"><thead><tr>\
      <th>Network</th>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div><p class="note">\
      Two networks that are less alike than one is to itself under another seed, with intervals that \
      do not meet, differ by more than chance does. Networks of one seed began with the same weights, \
      which makes them look more alike than those of two seeds.</p>
      """
  }

  private var probing: String {
    if findings.figures.allSatisfy(\.linear.isEmpty) {
      return "Without classes to tell apart, layers are not probed."
    }
    return
      "Probes learnt from \(Wording.grouped(findings.trainingImages)) images and are judged on "
      + "\(Wording.grouped(findings.testImages))."
  }

  private func chart(
    _ group: [Int], _ values: (LayerFindings.Figures) -> [ReadFigure]
  ) -> Markup {
    func curve(_ index: Int, _ figures: [ReadFigure], _ kind: String, second: Bool)
      -> CurveChart.Curve
    {
      let network = inspection.networks[index].name
      let names = findings.figures[index].names
      return CurveChart.Curve(
        name: network, style: InspectionPage.style(index, inspection),
        points: figures.enumerated().map { place, figure in
          ChartPoint(
            x: Double(place), y: figure.value, interval: second ? nil : figure.interval,
            note: "\(network), \(names[place]), \(kind): \(Wording.percent(figure.value))")
        }, isSecond: second, hasMarkers: !second)
    }
    let curves = group.flatMap { index in
      [
        curve(index, findings.figures[index].linear, "linear probe", second: false),
        curve(index, findings.figures[index].knn, "kNN", second: true),
      ]
    }
    return CurveChart(
      title: "Accuracy over depth", xLabel: "layer, from the image on", yLabel: "accuracy, %",
      x: .named(findings.figures[group[0]].names), y: .percent, curves: curves
    ).markup
  }
}
