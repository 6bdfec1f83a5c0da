import Insight
import Study

/// How many directions features use, in a table and charts.
struct GeometrySection {
  let inspection: Inspection
  let figures: [GeometryFigures]

  init(_ inspection: Inspection, _ figures: [GeometryFigures]) {
    self.inspection = inspection
    self.figures = figures
  }

  var markup: Markup {
    """
    \(table)\(note)<h3>Spectrum</h3><figure>\(spectrum)<figcaption>The deviation of features along \
    each of their principal directions, as a share of the largest; solid: training images, dashed: \
    held-out images. A line that falls off a cliff has collapsed dimensions; one that is flat to the \
    end uses all.</figcaption></figure>\(history)
    """
  }

  private var table: Markup {
    let rows: [Markup] = zip(inspection.networks, figures).map { network, one in
      func cell(_ value: Double?, _ digits: Int) -> Markup {
        #"<td class="number">\#(InspectionPieces.number(value, digits: digits))</td>"#
      }
      return """
        <tr><td>\(network.name)</td><td class="number">\
        \(InspectionPieces.number(one.effectiveRank, digits: 1))<small>of \
        \(Wording.grouped(network.features))</small></td>\(cell(one.heldOutRank, 1))\
        \(cell(one.lidar, 1))\(cell(one.powerLawExponent, 2))\(cell(one.alignment, 3))\
        \(cell(one.uniformity, 2))\(cell(one.deviation, 2))</tr>
        """
    }
    return """
      <div class="scroll"><table class="tight"><thead><tr><th>Network</th><th class="number">Effective rank</th>\
      <th class="number">Held-out rank</th><th class="number">LiDAR</th>\
      <th class="number">α-ReQ</th><th class="number">Alignment</th>\
      <th class="number">Uniformity</th><th class="number">Deviation</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }

  private var note: Markup {
    """
    <p class="note">Effective rank (RankMe): how many directions the features of \
    \(Wording.grouped(inspection.trainingImages)) training images really use; 1 is collapse. LiDAR: \
    how many tell images apart, seen against how much \(String(GeometryFigures.views)) augmented \
    views of one image differ. α-ReQ: how fast variance falls from direction to direction; near 1 is \
    best by its paper. Alignment: the squared distance of two views of an image, 0 is best; \
    uniformity: −4 where images fill the sphere, 0 where all are alike; views are SimCLR's, for every \
    network the same. Deviation: 1 where unit features fill the sphere, 0 in collapse.</p>
    """
  }

  private var spectrum: Markup {
    let curves = figures.indices.flatMap { index in
      [figures[index].spectrum, figures[index].heldOutSpectrum].enumerated().map { part, spectrum in
        let largest = spectrum.singularValues.first ?? 1
        let points = spectrum.singularValues.enumerated()
          .map {
            ChartPoint(x: Double($0.offset + 1), y: $0.element / max(largest, 1e-300), note: "")
          }
          .prefix { $0.y > 1e-5 }
        return CurveChart.Curve(
          name: inspection.networks[index].name, style: InspectionPage.style(index, inspection),
          points: Array(points), isSecond: part == 1)
      }
    }
    return CurveChart(
      title: "Singular values of features", xLabel: "direction, by size (log scale)",
      yLabel: "deviation, share of the largest (log scale)", x: .logarithmic, y: .logarithmic,
      curves: curves
    ).markup
  }

  /// The loss of held-out images beside that of training images, for the runs that watched it.
  private var gaps: Markup {
    let curves = figures.indices.flatMap { index -> [CurveChart.Curve] in
      guard let gap = figures[index].history?.gap else { return [] }
      let all = gap.training + gap.heldOut
      let (low, high) = (all.min() ?? 0, all.max() ?? 1)
      return [gap.training, gap.heldOut].enumerated().map { part, losses in
        CurveChart.Curve(
          name: inspection.networks[index].name, style: InspectionPage.style(index, inspection),
          points: zip(gap.steps, losses).map {
            ChartPoint(x: $0, y: high > low ? ($1 - low) / (high - low) : 0, note: "")
          }, isSecond: part == 1)
      }
    }
    if curves.isEmpty { return "" }
    let chart = CurveChart(
      title: "Loss of training and held-out images", xLabel: "step",
      yLabel: "Pretext loss, from its least (0) to its largest (1)", curves: curves)
    return """
      <figure>\(chart.markup)<figcaption>Solid: a batch of training images; dashed: a batch of others, \
      of the same views every time. A gap that grows is over-fitting to few images.</figcaption></figure>
      """
  }

  /// How figures went over training, for the networks that say.
  private var history: Markup {
    let known = figures.indices.filter { figures[$0].history != nil }
    if known.isEmpty { return "" }
    func chart(
      _ title: String, _ values: (TrainingHistory) -> [Double]
    ) -> Markup {
      let curves = known.compactMap { index in
        figures[index].history.map { history in
          CurveChart.Curve(
            name: inspection.networks[index].name, style: InspectionPage.style(index, inspection),
            points: zip(history.steps, values(history)).map { ChartPoint(x: $0, y: $1, note: "") })
        }
      }
      let chart = CurveChart(
        title: "\(title) over training", xLabel: "step", yLabel: title, curves: curves)
      return "<figure>\(chart.markup)</figure>"
    }
    return """
      <h3>Over training</h3>\
      \(chart("Effective rank of a batch") { $0.effectiveRank })\
      \(chart("Uniformity of a batch") { $0.uniformity })\
      \(chart("Loss, from its least (0) to its largest (1)") { history in
        let (low, high) = (history.loss.min() ?? 0, history.loss.max() ?? 1)
        return history.loss.map { high > low ? ($0 - low) / (high - low) : 0 }
      })\
      <p class="note">From each run's metrics.csv. Losses of different methods are not comparable, so \
      that each is stretched to its own range.</p>\(gaps)
      """
  }
}
