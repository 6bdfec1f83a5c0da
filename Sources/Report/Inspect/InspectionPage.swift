public import Foundation
public import Insight
import Study

/// The page of `glean inspect`: one HTML file that needs nothing else, which shows what networks have
/// learnt. It is well-formed XML too.
public enum InspectionPage {
  /// Where a page comes from.
  public struct Settings: Sendable {
    /// The command that makes it again.
    public var command: String
    /// The release of Glean.
    public var gleanVersion: String
    /// When it was made.
    public var madeAt: Date

    /// All of it.
    public init(command: String, gleanVersion: String, madeAt: Date = Date()) {
      self.command = command
      self.gleanVersion = gleanVersion
      self.madeAt = madeAt
    }
  }

  /// The page.
  public static func render(_ inspection: Inspection, settings: Settings) -> String {
    let title = "What was learnt: \(inspection.dataset)"
    let content: Markup = """
      \(header(inspection, title))
      \(section("Geometry", inspection.geometry.map { GeometrySection(inspection, $0).markup }))
      \(section("Neighbours", inspection.neighbours.map { NeighbourSection(inspection, $0).markup }))
      \(section("All images in the plane", inspection.embedding.map {
        EmbeddingSection(inspection, $0).markup }))
      \(section("What networks look at", inspection.maps.map { MapSection(inspection, $0).markup }))
      \(section("Layers", inspection.layers.map { LayerSection(inspection, $0).markup }))
      \(section("What can be read", inspection.factors.map { FactorSection(inspection, $0).markup }))
      \(section("Texture or shape", inspection.cues.map { CueSection(inspection, $0).markup }))
      \(section("Left out", omissions(inspection)))
      \(section("Make it again", "<pre>\(settings.command)</pre>"))
      """
    let made: Markup = """
      Made by Glean \(settings.gleanVersion), \(settings.madeAt.formatted(.iso8601)). \
      \(durations(inspection))
      """
    return HTMLPage(
      title: title, gleanVersion: settings.gleanVersion, style: InspectionStyle.sheet(inspection),
      content: content, footer: made,
      end: inspection.embedding.map(InspectionStyle.script) ?? ""
    ).text
  }

  /// Writes the page to `path`, whole or not at all.
  ///
  /// - Throws: ``ReportError`` if the file cannot be written.
  public static func write(
    _ inspection: Inspection, settings: Settings, to path: String
  ) throws(ReportError) {
    try ReportFile.write(render(inspection, settings: settings), to: path)
  }

  private static func section(_ title: String, _ content: Markup?) -> Markup {
    HTMLPage.section(title, content ?? "")
  }

  private static func header(_ inspection: Inspection, _ title: String) -> Markup {
    let setting = [
      Wording.count(inspection.trainingImages, "image"),
      "\(Wording.grouped(inspection.heldOutImages)) more held out"
        + (inspection.heldOutGroups.map { ", of \(Wording.count($0, "group"))" } ?? ""),
      inspection.classes.isEmpty
        ? "no labels"
        : Wording.count(inspection.classes.count, "class").replacing("classs", with: "classes"),
      Wording.count(inspection.networks.count, "network"),
    ]
    let words = InspectionWords(inspection).sentences
    let items: [Markup] = words.map { "<li>\($0)</li>" }
    let rows: [Markup] = inspection.networks.enumerated().map { index, network in
      """
      <tr><td>\(ChartSeries(name: network.name, style: style(index, inspection), points: []).swatch) \
      \(network.name)</td><td>\(network.method ?? "–")</td><td>\(network.backbone)</td>\
      <td class="number">\(String(network.imageSize))</td>\
      <td class="number">\(Wording.grouped(network.features))</td></tr>
      """
    }
    let origin: Markup = inspection.origin.map { #"<p class="note">\#($0)</p>"# } ?? ""
    return """
      <header><h1>\(title)</h1><p class="setting">\(setting.joined(separator: " · "))</p>\
      \(Markup.when(!words.isEmpty, #"<div class="verdict"><p class="headline">In words</p><ul>\#(items)</ul></div>"#))\
      <section><div class="scroll"><table><thead><tr><th>Network</th><th>Method</th>\
      <th>Backbone</th><th class="number">Pixels</th><th class="number">Features</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div>\(origin)</section></header>
      """
  }

  /// Networks have the palette's colours in order; random weights are a grey baseline.
  static func style(_ index: Int, _ inspection: Inspection) -> SeriesStyle {
    let names = inspection.networks.map(\.name)
    let before = names.prefix(index).count { $0.hasPrefix("random") }
    return names[index].hasPrefix("random") ? .baseline(before) : .method(index - before)
  }

  private static func omissions(_ inspection: Inspection) -> Markup? {
    if inspection.omissions.isEmpty { return nil }
    let items: [Markup] = inspection.omissions.map {
      let part: Markup = $0.part.map { ", \($0)" } ?? ""
      return "<li>\(Wording.sentence($0.chapter.rawValue))\(part): \($0.reason).</li>"
    }
    return "<ul>\(items)</ul>"
  }

  private static func durations(_ inspection: Inspection) -> String {
    let parts = inspection.durations.map { "\($0.part) \(Wording.duration($0.seconds))" }
    return parts.isEmpty ? "" : "It took: \(parts.joined(separator: ", "))."
  }
}

/// Pieces that sections share.
enum InspectionPieces {
  /// A figure in percent after a mark and, below it, its interval and a remark.
  static func percent(
    _ figure: ReadFigure?, mark: String = "", remark: String? = nil
  ) -> Markup {
    guard let figure else { return #"<td class="number none">–</td>"# }
    let lines: [Markup] = [figure.interval.map(Self.range), remark].compactMap { $0 }
      .map { "<small>\($0)</small>" }
    return #"<td class="number">\#(mark)\#(Wording.number(figure.value))\#(lines)</td>"#
  }

  /// A figure of 0...1 and, below it, its interval.
  static func share(_ figure: ReadFigure?) -> Markup {
    guard let figure else { return #"<td class="number none">–</td>"# }
    let interval: Markup = figure.interval.map { "<small>\(span($0))</small>" } ?? ""
    return #"<td class="number">\#(number(figure.value, digits: 2))\#(interval)</td>"#
  }

  /// What intervals are over: what would be others in another sample.
  static func drawn(_ inspection: Inspection) -> String {
    inspection.heldOutGroups == nil ? "images" : "whole groups of images"
  }

  /// "49.8–51.2", in percent.
  static func range(_ interval: ClosedRange<Double>) -> String {
    joined(interval) { Wording.number($0) }
  }

  /// "0.83–0.87".
  static func span(_ interval: ClosedRange<Double>) -> String {
    joined(interval) { number($0, digits: 2) }
  }

  /// Both ends; a dash would be read as a minus beside another.
  private static func joined(
    _ interval: ClosedRange<Double>, _ text: (Double) -> String
  ) -> String {
    let (low, high) = (text(interval.lowerBound), text(interval.upperBound))
    return low.hasPrefix("−") ? "\(low) to \(high)" : "\(low)–\(high)"
  }

  /// A number with some digits, and a true minus.
  static func number(_ value: Double?, digits: Int) -> String {
    guard let value, value.isFinite else { return "–" }
    let text = String(format: "%.\(digits)f", abs(value))
    return (value < 0 && text.contains { "1"..."9" ~= $0 } ? "−" : "") + text
  }

  /// A table of numbers of 0...1, the darker the larger, without intervals.
  static func matrix(_ values: [[Double]], names: [String]) -> Markup {
    matrix(values.map { $0.map { ($0, nil) } }, names: names)
  }

  /// A table of figures of 0...1, the darker the larger.
  static func matrix(_ figures: [[ReadFigure]], names: [String]) -> Markup {
    matrix(figures.map { $0.map { ($0.value, $0.interval) } }, names: names)
  }

  private static func matrix(
    _ figures: [[(value: Double, interval: ClosedRange<Double>?)]], names: [String]
  ) -> Markup {
    // So many that only upright heads, and no intervals, leave room for the numbers.
    let areMany = names.count > 9
    let heads: [Markup] = names.map { "<th>\($0)</th>" }
    let rows: [Markup] = zip(names, figures).map { name, row in
      let cells: [Markup] = row.map { figure in
        let share = Int((max(0, min(1, figure.value)) * 100).rounded())
        let interval: Markup =
          areMany
          ? "" : figure.interval.map { "<small>\(span($0))</small>" } ?? ""
        return """
          <td class="shade" style="background: color-mix(in srgb, var(--accent) \
          \(String(share * 6 / 10))%, transparent)">\(number(figure.value, digits: 2))\
          \(interval)</td>
          """
      }
      return #"<tr><th>\#(name)</th>\#(cells)</tr>"#
    }
    return """
      <div class="scroll"><table class="matrix\(Markup.when(areMany, " many"))"><thead><tr><th></th>\
      \(heads)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }
}
