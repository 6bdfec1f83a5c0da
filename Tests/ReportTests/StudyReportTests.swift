import Backbones
import Foundation
import Study
import TestSupport
import Testing
import Training

@testable import Report

/// The report of a study in a folder, from what its database keeps.
@Suite struct StudyReportTests {
  /// A study without runs, as a part of another.
  private func inPart(_ body: (StudyFolder, StudyFolder, StudyPlan, ResultStore) throws -> Void)
    throws
  {
    let whole = StudyFolder(try Fixtures.temporaryFolder())
    defer { try? FileManager.default.removeItem(at: whole.url) }
    let part = whole.part("cells/net/5-steps")
    let plan = StudyPlan(
      name: "cells", dataHash: "h", methods: ["simclr"], sizes: [10, 20], labels: .allLabelled,
      seeds: [0, 1], backbone: try BackboneSpec("resnet18:width=2", imageSize: 12), imageSize: 12,
      batch: 8, budget: .steps(5), recipe: .automatic, precision: .float32)
    try part.save(plan)
    try body(whole, part, plan, ResultStore(path: part.results.path))
  }

  private func write(
    _ plan: StudyPlan, _ results: ResultStore, to folder: StudyFolder
  ) throws -> (part: OverviewPart, page: String) {
    let part = try StudyReport.write(plan, results: results, gleanVersion: "1", to: folder)
    return (part, try String(contentsOf: folder.report, encoding: .utf8))
  }

  @Test func factsOfAnotherShapeAreLeftOut() throws {
    try inPart { _, folder, plan, results in
      try results.setSetting(
        "facts",
        to: #"{"facts":[["Lost"],["Kept","56"]],"skipped":[[]],"metric":"auc","command":"glean"}"#)
      let (part, page) = try write(plan, results, to: folder)
      #expect(page.contains("Kept") && !page.contains("Lost"))
      #expect(part.missing.count == 4 && part.summary.primaryMetric == .auc)
    }
  }

  @Test func aPartLinksToTheWholeThatNamesIt() throws {
    try inPart { whole, folder, plan, results in
      #expect(try !write(plan, results, to: folder).page.contains("../report.html"))
      try whole.save(
        StudyIndex(title: "cells", command: "glean", parts: ["cells/net/5-steps"]))
      let page = try write(plan, results, to: folder).page
      #expect(page.contains(#"href="../../../report.html""#))
      #expect(page.contains("<title>cells, \(plan.backbone.id), 5 steps</title>"))
    }
  }
}
