import Foundation
import Report
import TestSupport
import Testing

@testable import Study

private let allCases: [StudySummary] = {
  var oneSize = MadeUp.simclr
  oneSize.levels = [0.5]
  var strong = MadeUp.supervised
  strong.levels = [0.62]
  let baselines = [MadeUp.random, MadeUp.supervised]
  var byLabels = baselines
  for index in byLabels.indices {
    byLabels[index].levels = [0.3, 0.4]
    byLabels[index].dependsOnSize = true
  }
  // An R² below 0, of runs that learnt nothing.
  var belowZero = [MadeUp.simclr, MadeUp.random]
  belowZero[0].levels = [-0.3, -0.1]
  belowZero[1].levels = [-0.5]
  var oneBelowZero = oneSize
  oneBelowZero.levels = [-0.4]
  return [
    MadeUp.usual,
    MadeUp.summary([oneSize] + baselines, sizes: [5000], seeds: 3),
    MadeUp.summary(MadeUp.five + baselines, sizes: [500, 1000, 5000, 20_000], seeds: 3),
    MadeUp.summary([MadeUp.simclr] + baselines, sizes: [1000, 5000], seeds: 1),
    MadeUp.summary([MadeUp.simclr] + byLabels, sizes: [1000, 5000], seeds: 2, allLabelled: true),
    MadeUp.summary(
      [MadeUp.simclr, MadeUp.random, strong], sizes: [1000, 5000], seeds: 3, failing: true,
      metric: .balancedAccuracy),
    MadeUp.summary(belowZero, sizes: [1000, 5000], seeds: 1, metric: .r2),
    MadeUp.summary([oneBelowZero], sizes: [5000], seeds: 3, metric: .r2),
    MadeUp.summary([], sizes: [], seeds: 0),
  ]
}()

@Suite struct HTMLReportTests {
  @Test func everyPageIsWellFormedAndNeedsNothingElse() throws {
    for summary in allCases {
      let page = HTMLReport.render(summary: summary, settings: MadeUp.settings)
      let reader = try read(page)
      // The script that sorts tables.
      #expect(reader.elements["script"] == 1 && reader.elements["link"] == nil)
      #expect(!reader.attributes.contains("src"))
      #expect(reader.links.allSatisfy { $0.hasPrefix("#") })
      #expect(!page.contains("url(") && !page.contains("@import"))
      #expect(page.utf8.count < 300_000)
      for remnant in ["Markup(", "Optional(", "nan", "inf,"] { #expect(!page.contains(remnant)) }
    }
  }

  @Test func namesFromOutsideNeverBecomeTags() throws {
    let evil = #"<script>alert("x")</script>&' "# + "\u{1}"
    let summary = MadeUp.summary(
      [
        .init(name: evil, family: evil, levels: [0.4, 0.5]), MadeUp.random, MadeUp.supervised,
      ], sizes: [1000, 5000], seeds: 3, failing: true, dataset: evil)
    let settings = ReportSettings(
      title: evil, command: evil, settingsJSON: evil, facts: [.init(evil, evil)],
      skippedFiles: [.init(path: evil, reason: evil)], limits: [evil], gleanVersion: evil)
    let page = HTMLReport.render(summary: summary, settings: settings)
    let reader = try read(page)
    #expect(reader.elements["script"] == 1 && !page.contains("<script>alert"))
    #expect(reader.text.contains(#"<script>alert("x")</script>&' "# + "\u{FFFD}"))
  }

  @Test func thePageSaysWhatTheSummarySays() throws {
    let summary = MadeUp.usual
    let text = try read(HTMLReport.render(summary: summary, settings: MadeUp.settings)).text
      .replacing("\u{2060}", with: "")
    #expect(text.contains(summary.verdict.headline))
    for sentence in summary.verdict.sentences.map(\.text) + summary.limits {
      #expect(text.contains(sentence))
    }
    #expect(text.contains(MadeUp.settings.command))
    #expect(text.contains(MadeUp.settings.settingsJSON))
    #expect(text.contains("truncated JPEG"))
    #expect(text.contains("immature granulocyte"))
  }

  @Test func everySentenceLinksToTheFiguresThatItRestsOn() throws {
    for summary in allCases {
      let page = try read(HTMLReport.render(summary: summary, settings: MadeUp.settings))
      #expect(page.links.count == 1 + summary.verdict.sentences.count)
      for link in page.links { #expect(page.ids.contains(String(link.dropFirst())), "\(link)") }
    }
  }

  @Test func ranksSayWhyThereIsNoDiagram() throws {
    let summary = allCases[2]
    let text = try read(HTMLReport.render(summary: summary, settings: MadeUp.settings)).text
    #expect(text.contains("No critical-difference diagram"))
    #expect(text.contains("Where curves cross") && text.contains("self-distillation"))
  }

  @Test func aCurveThatFallsBackIsNotSaidToBeAheadNowhere() throws {
    var falling = MadeUp.simclr
    falling.levels = [0.5, 0.3]
    let summary = MadeUp.summary([falling, MadeUp.random], sizes: [1000, 5000], seeds: 3)
    let text = try read(HTMLReport.render(summary: summary, settings: MadeUp.settings)).text
      .replacing("\u{2060}", with: "")
    #expect(text.contains("not at the largest") && !text.contains("none of the sizes"))
    #expect(text.contains("random features at 1,000 images, but not at 5,000."))
  }

  @Test func failedRunsAreShown() throws {
    let text = try read(HTMLReport.render(summary: allCases[5], settings: MadeUp.settings)).text
    #expect(text.contains("Runs without a result"))
    #expect(text.contains("loss is not finite at step 212"))
  }

  @Test func whatAStoppedStudyLacksIsNamed() throws {
    var settings = MadeUp.settings
    settings.missing = [3, 4].map {
      PlannedRun(
        method: "byol", images: 1000, labelled: 50, seed: $0, dependsOnSize: true, trains: true)
    }
    var summary = MadeUp.usual
    // kNN has judged one seed of three.
    for place in summary.rows[0].figures.indices
    where summary.rows[0].figures[place].evaluation == .knn {
      summary.rows[0].figures[place].estimate.n = 1
    }
    let text = try read(HTMLReport.render(summary: summary, settings: settings)).text
    #expect(text.contains("BYOL1,000503, 4not begun"))
    #expect(text.contains("1 of 3 seeds"))
    #expect(TextReport.render(summary).contains("kNN has judged 1 of 3 seeds"))
  }

  @Test func onlyASignificantBestIsBold() throws {
    func bold(_ summary: StudySummary) throws -> Int {
      try read(HTMLReport.render(summary: summary, settings: MadeUp.settings)).elements["strong"]
        ?? 0
    }
    #expect(try bold(MadeUp.usual) == MadeUp.usual.rows.filter(\.isBest).count)
    #expect(MadeUp.usual.rows.contains { $0.isBest })
    #expect(try bold(allCases[3]) == 0)
  }

  @Test func aBestBaselineIsNotSaidToBeatOtherBaselines() throws {
    for (summary, isBaseline) in [(MadeUp.usual, false), (allCases[5], true)] {
      #expect(summary.rows.contains { $0.isBest && $0.isBaseline == isBaseline })
      let page = try read(HTMLReport.render(summary: summary, settings: MadeUp.settings)).text
      let text = TextReport.render(summary).split { $0.isWhitespace }.joined(separator: " ")
      for words in [page, text] {
        #expect(
          words.contains("the highest mean, significantly better than all that it is compared"))
        #expect(words.contains("not with other baselines") == isBaseline)
      }
    }
  }

  @Test func labelsAtTheEndsOfLinesDoNotOverlap() throws {
    // Twelve methods that end within half a point of each other.
    let methods = (0..<12).map { index in
      MadeUp.Method(
        name: "method \(index)", family: "f", levels: [0.3, 0.5 + Double(index) / 2400])
    }
    let page = HTMLReport.render(
      summary: MadeUp.summary(methods, sizes: [1000, 5000], seeds: 3), settings: MadeUp.settings)
    let heights = try page.matches(of: #/class="name" x="[0-9.]+" y="([0-9.]+)"/#).map {
      try #require(Double($0.1))
    }
    #expect(heights.count == 12)
    for (a, b) in zip(heights.sorted(), heights.sorted().dropFirst()) { #expect(b - a > 17.5) }
  }

  @Test func thePageIsWrittenWholeOrNotAtAll() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/report.html"
    try HTMLReport.write(summary: MadeUp.usual, settings: MadeUp.settings, to: path)
    let written = try String(contentsOfFile: path, encoding: .utf8)
    #expect(written == HTMLReport.render(summary: MadeUp.usual, settings: MadeUp.settings))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.html"])

    let error = #expect(throws: ReportError.self) {
      try HTMLReport.write(
        summary: MadeUp.usual, settings: MadeUp.settings, to: folder.path + "/none/report.html")
    }
    #expect(error?.description.contains("none/report.html: cannot write the report") == true)
  }
}

@Suite struct TextReportTests {
  @Test func everyTextFitsTheTerminalAndEndsWithTheVerdict() {
    for summary in allCases {
      let text = TextReport.render(summary)
      for line in text.split(separator: "\n") { #expect(line.count <= TextReport.width) }
      let flat = text.split { $0.isWhitespace }.joined(separator: " ")
      #expect(flat.contains(summary.verdict.headline))
    }
  }

  @Test func theTableShowsMeansAndIntervals() throws {
    let summary = MadeUp.usual
    let lines = TextReport.render(summary).split(separator: "\n")
    let row = try #require(lines.first { $0.hasPrefix("SimCLR") && $0.contains("5,000") })
    let estimate = try #require(summary.rows[1].estimate(.linear, .accuracy))
    #expect(row.contains(String(format: "%.1f", estimate.mean * 100)))
    #expect(row.contains("[") && row.contains("–"))
    #expect(lines.contains { $0.hasPrefix("supervised from scratch") && $0.contains("any") })
  }

  @Test func failuresAreNamed() {
    #expect(TextReport.render(allCases[5]).contains("- SimCLR, N = 1,000, seed 1: failed: loss"))
  }
}
