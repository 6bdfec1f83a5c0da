import Foundation
public import Study

/// The report of a study: one HTML file that needs nothing else, for screen, phone and print.
///
/// It is well-formed XML too, so that other programs can read its tables.
public enum HTMLReport {
  /// The most files and failed runs that are named one by one.
  private static let longestList = 200

  /// The page.
  public static func render(summary: StudySummary, settings: ReportSettings) -> String {
    let tables = ReportTables(summary: summary)
    let statistics = StatisticsTables(summary: summary)
    let content: Markup = """
      \(header(summary, settings))
      \(section(Wording.sentence(summary.primaryMetric.title), chart(summary), .curve))
      \(section("Results", "\(tables.results)\(resultsNote(summary))", .results))
      \(harder("Few labels", fewLabelsNote, summary, tables) { condition in
        switch condition { case .labelsPerClass, .percentOfLabels: true default: false }
      })
      \(harder("Robustness", robustnessNote, summary, tables) { condition in
        switch condition { case .imbalanced, .noisyLabels, .corrupted: true default: false }
      })
      \(harder("By corruption", corruptionNote, summary, tables) { condition in
        if case .corruption = condition { true } else { false }
      })
      \(Markup.when(!ResultColumn.others(of: summary).isEmpty, section(
        "Other figures", "\(tables.others)\(othersNote)")))
      \(Markup.when(!summary.comparisons.isEmpty, section(
        "Paired differences", "\(tables.comparisons)\(comparisonsNote(summary))",
        .differences)))
      \(section("Where curves cross", statistics.crossings, .crossings))
      \(section("Families", statistics.families, .families))
      \(section("Average ranks", statistics.ranks))
      \(section(
        "Runs without a result", tables.incompleteRuns(settings.missing), .incomplete))
      \(Markup.when(!summary.features.isEmpty, section(
        "Features", "\(tables.features)\(featuresNote)", .features)))
      \(section("What was learnt", settings.inspection.map {
        LearntSection($0, summary).markup } ?? ""))
      \(Markup.when(!summary.costs.isEmpty, section(
        "Cost", "\(tables.costs)\(costNote)", .cost)))
      \(section("What this does not show", HTMLPage.list(summary.limits + settings.limits)))
      \(Markup.when(!settings.facts.isEmpty, section("Data", facts(settings.facts))))
      \(Markup.when(!settings.skippedFiles.isEmpty, section(
        "Skipped files", skipped(settings))))
      \(section("Make it again", again(summary, settings)))
      """
    return HTMLPage(
      title: settings.title, gleanVersion: settings.gleanVersion, content: content,
      footer: "Made by Glean \(settings.gleanVersion), \(settings.madeAt.formatted(.iso8601))."
    ).text
  }

  /// Writes the page to `path`, whole or not at all.
  ///
  /// - Throws: ``ReportError`` if the file cannot be written.
  public static func write(
    summary: StudySummary, settings: ReportSettings, to path: String
  ) throws(ReportError) {
    try ReportFile.write(render(summary: summary, settings: settings), to: path)
  }

  private static func section(
    _ title: String, _ content: Markup, _ anchor: Verdict.Anchor? = nil
  ) -> Markup { HTMLPage.section(title, content, id: anchor?.rawValue) }

  /// A section of the columns under some conditions; nothing without such.
  private static func harder(
    _ title: String, _ note: Markup, _ summary: StudySummary, _ tables: ReportTables,
    where isWanted: (EvaluationProtocol.Condition) -> Bool
  ) -> Markup {
    let columns = ResultColumn.of(summary, where: isWanted)
    let metric: Markup = """
      <p class="note">\(Wording.sentence(summary.primaryMetric.title)) unless a column says \
      otherwise; mean over seeds, below it the 95% Student-t interval.</p>
      """
    return .when(!columns.isEmpty, section(title, "\(tables.table(columns))\(metric)\(note)"))
  }

  private static func header(_ summary: StudySummary, _ settings: ReportSettings) -> Markup {
    let design: String
    switch summary.design {
    case .allLabelled: design = "all images labelled (L = N)"
    case .fewLabels:
      let labels = summary.labelledImages.map(Wording.grouped)
      design = "few labels (L = \(Wording.list(labels)))"
    }
    let setting = [
      summary.dataset, summary.backbone, design, Wording.count(summary.seeds.count, "seed"),
    ]
    let support: [Markup] = summary.verdict.sentences.map {
      "<li>\(HTMLPage.linked($0.text, to: $0.anchor.rawValue))</li>"
    }
    return """
      <header><h1>\(settings.title)</h1>\
      <p class="setting">\(setting.joined(separator: " · "))\(links(settings))</p>\
      <div class="verdict \(summary.verdict.outcome.rawValue)">\
      <p class="headline">\(HTMLPage.linked(summary.verdict.headline, to: summary.verdict.anchor.rawValue))</p>\
      \(Markup.when(!support.isEmpty, "<ul>\(support)</ul>"))</div></header>
      """
  }

  private static func links(_ settings: ReportSettings) -> Markup {
    let links: [Markup] = settings.links.map {
      #" · <a href="\#($0.address)">\#($0.title)</a>"#
    }
    return "\(links)"
  }

  private static func chart(_ summary: StudySummary) -> Markup {
    let chart = SummaryChart(summary: summary).markup
    guard !chart.text.isEmpty else { return "<p>There are no results to draw yet.</p>" }
    let shape =
      summary.sizes.count > 1 ? "Bands (bars where a size stands alone)" : "Bars"
    return """
      <figure>\(chart)<figcaption>Mean over seeds on the test images: linear probe on frozen \
      features; for networks trained on labels, their own predictions. \(shape) are 95% Student-t \
      intervals over seeds.</figcaption></figure>
      """
  }

  private static func resultsNote(_ summary: StudySummary) -> Markup {
    let bold =
      summary.bestNote.map { "Bold: \($0)." }
      ?? "No row is bold, since none is significantly better than all that it is compared with."
    let metric =
      summary.primaryMetric == .accuracy
      ? "" : " Chart, verdict and differences rest on \(summary.primaryMetric.title)."
    let tuned =
      summary.protocols.contains { $0.probe == .fineTune }
      ? " Fine-tuning: at most \(FineTuning.Options().steps) steps, stopped early by validation "
        + "images, whatever the budget of pretraining; of random weights it is training from scratch."
      : ""
    let superseded =
      summary.supersededRuns == 0
      ? ""
      : " Left out: \(Wording.count(summary.supersededRuns, "earlier run")) of the same method, "
        + "size and seed."
    return """
      <p class="note">Percent of test images, mean over seeds; below it the 95% Student-t interval. \
      N: images pretrained on; L: labelled images. Balanced accuracy: mean over classes, under \
      the linear probe, or end-to-end where there is one. \(bold)\(metric)\(tuned)\(superseded)</p>
      """
  }

  private static let fewLabelsNote: Markup = """
    <p class="note">Few-shot: so many labels of every class, mean over ten draws that are the same for every \
    row, by logistic regression on the centred directions of the features (nothing is tuned). Shares \
    of labels: chosen by cross-validation within the share. Intervals are over seeds. Networks that \
    were trained with the labels are left out. Random weights, fine-tuned, are training from scratch.</p>
    """

  private static let robustnessNote: Markup = """
    <p class="note">Corrupted: the linear probe of clean images on corrupted test images, mean over \
    corruptions and severities; relative robustness is the share of the clean figure that is left. \
    Long-tailed: the rarest class has a hundredth of the images of the most frequent. Wrong labels: \
    so many of the training labels are replaced at random; test images are never changed in these two, \
    and networks that were trained with the true labels are left out.</p>
    """

  private static let corruptionNote: Markup = """
    <p class="note">Of the linear probe: mean over five severities (Hendrycks and Dietterich 2019); the images and the \
    noise are the same for every row. 'glean views IMAGES --corruptions' shows them.</p>
    """

  private static let othersNote: Markup = """
    <p class="note">Under each row's headline protocol; mean over seeds, below it the 95% bootstrap \
    interval over the test images (whole groups of them, where they come in such), as the mean of \
    the seeds' intervals: what other test images would change, where the intervals above show what \
    another run would. AUC: one class against the rest, mean over classes. Calibration error: 15 bins, smaller is better.</p>
    """

  private static func comparisonsNote(_ summary: StudySummary) -> Markup {
    let level = Wording.number(Significance.level, digits: 0)
    return """
      <p class="note">Differences of \(summary.primaryMetric.title) between runs with the same \
      seed and labels, with 95% Student-t intervals. \(summary.testNote) At every N, each method is \
      compared with each baseline, and the best with the other methods. Which is the best is known \
      only afterwards, so the p-values are adjusted by Holm over all pairs of methods too, \
      \(Wording.count(summary.adjustedOver, "comparison")) together. Significant: adjusted p \
      below \(level)%, so a single interval may leave out 0 and still not be significant.</p>
      """
  }

  private static let featuresNote: Markup = """
    <p class="note">Of the test images, means over seeds. Effective rank (RankMe): how many directions \
    the features use. Deviation of unit vectors: 1 fills the sphere, 0 is collapse. Uniformity: from 0 \
    (all alike) down to −4. Alignment: the distance of two augmented views of a training image, small \
    where the method made them agree.</p>
    """

  private static let costNote: Markup = """
    <p class="note">Finished runs; means, and the highest memory. Images seen count repeats.</p>
    """

  private static func facts(_ facts: [ReportSettings.Fact]) -> Markup {
    let items: [Markup] = facts.map { "<dt>\($0.name)</dt><dd>\($0.value)</dd>" }
    return "<dl>\(items)</dl>"
  }

  private static func skipped(_ settings: ReportSettings) -> Markup {
    let files = settings.skippedFiles
    let items: [Markup] = files.prefix(longestList).map {
      "<li><code>\($0.path)</code>: \($0.reason)</li>"
    }
    let rest: Markup =
      files.count > longestList
      ? "<li>and \(Wording.count(files.count - longestList, "more file"))</li>" : ""
    return """
      <p>\(Wording.count(files.count, "file")) could not be read and \
      \(files.count == 1 ? "was" : "were") left out of every run.</p>\
      <ul class="files">\(items)\(rest)</ul>
      """
  }

  private static func again(_ summary: StudySummary, _ settings: ReportSettings) -> Markup {
    let notes = settings.recipes + (summary.device.kind.map { ["Kind of device: \($0)."] } ?? [])
    return """
      <pre class="command">\(settings.command)</pre>\
      \(Markup.when(!notes.isEmpty, HTMLPage.list(notes)))\
      <details><summary>Exact settings</summary><pre>\(settings.settingsJSON)</pre></details>
      """
  }
}
