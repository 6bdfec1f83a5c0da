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

  @Test func aFigureIsOfOneKindOfDevice() throws {
    try inPart { _, folder, plan, results in
      func make(_ device: String, _ figures: [(size: Int, seed: Int, value: Double)]) throws {
        for (size, seed, value) in figures {
          let id = "\(device) \(size) \(seed)"
          let key = RunKey(
            id: id, dataset: "cells", method: "simclr", family: "contrastive",
            backbone: plan.backbone.id, pretrainImages: size, labelledImages: size, seed: seed,
            config: #"{"deviceKind":"\#(device)"}"#)
          #expect(try results.begin(RunRecord(key: key)))
          let score = Score(runId: id, evaluation: .linear, metric: .accuracy, value: value)
          try results.record(
            Evaluation(tag: .init(name: "linear", revision: 1), run: id, scores: [score]))
          try results.finish(
            id,
            cost: RunCost(
              seconds: 1, steps: 5, imagesSeen: 40, imagesPerSecond: 40, peakMemoryBytes: 1))
        }
      }
      try make("cuda", [(10, 0, 0.9)])
      try make("cpu", [(10, 0, 0.2), (10, 1, 0.4)])
      var (part, page) = try write(plan, results, to: folder)
      let figures = part.summary.rows.compactMap { $0.estimate(.linear, .accuracy) }
      #expect(figures.map(\.n) == [2] && abs(figures[0].mean - 0.3) < 1e-12)
      #expect(page.contains("made on cpu; 1 run made on cuda is left out"))
      #expect(page.contains("Kind of device: cpu."))
      #expect(part.missing.map(\.images) == [20, 20])

      try make("cuda", [(10, 1, 0.7), (20, 1, 0.6)])
      (part, page) = try write(plan, results, to: folder)
      #expect(part.summary.device.kind == "cuda" && part.summary.device.leftOut == ["cpu": 2])
      #expect(page.contains("made on cuda; 2 runs made on cpu are left out"))
      #expect(part.missing.map(\.images) == [20])
      // What another study takes over is all that there is.
      #expect(try results.finishedRuns().count == 5)
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
