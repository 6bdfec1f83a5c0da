import Backbones
import Foundation
import Study
import Training

/// Runs and scores made up by hand.
struct MadeUpStudy {
  var runs: [RunRecord] = []
  var scores: [Score] = []
  var outcomes = TestOutcomes()

  /// Adds a finished run for each value, with seeds 0, 1, …; a nil value leaves the seed out.
  mutating func add(
    _ method: String, size: Int?, labels: Int = 50, _ values: [Double?],
    as evaluation: EvaluationProtocol = .linear, metric: Metric = .accuracy,
    status: RunStatus = .finished, message: String? = nil,
    backbone: String = "resnet18-w16-small", family: String = "contrastive"
  ) {
    for (seed, value) in values.enumerated() {
      guard let value else { continue }
      let id = "\(method)-\(size ?? 0)-\(seed)-\(runs.count)"
      let key = RunKey(
        id: id, dataset: "cells", method: method,
        family: Baseline.all.contains(method) ? nil : family, backbone: backbone,
        pretrainImages: size ?? 5000, labelledImages: labels, seed: seed,
        dependsOnPretrainingSize: size != nil)
      runs.append(
        RunRecord(
          key: key, status: status, startedAt: Date(timeIntervalSince1970: Double(runs.count)),
          cost: status == .finished ? sampleCost : nil, message: message))
      guard status == .finished else { continue }
      scores.append(Score(runId: id, evaluation: evaluation, metric: metric, value: value))
    }
  }

  func summary(
    metric: Metric = .accuracy, generalBackbone: String = "resnet18-w16-small"
  ) -> StudySummary {
    StudySummary(
      runs: runs, scores: scores, outcomes: outcomes,
      options: SummaryOptions(
        dataset: "cells", backbone: "resnet18-w16-small", generalBackbone: generalBackbone,
        primaryMetric: metric,
        titles: [
          "simclr": "SimCLR", "byol": "BYOL", "random+general": "general weights, frozen",
          "supervised+general": "general weights, fine-tuned",
          "simclr+general": "SimCLR from general weights",
        ]))
  }
}

extension OverviewPart {
  /// A part with three methods and three baselines; every figure is 0.5 until it is changed.
  static func madeUp(
    _ dataset: String, seeds: Int, budget: Budget = .steps(20), sizes: [Int] = [1000, 5000]
  ) throws -> OverviewPart {
    let baselines = [Baseline.random, Baseline.supervised, Baseline.general]
    let methods = ["simclr", "byol", "mae"]
    var study = MadeUpStudy()
    for size in sizes {
      for row in methods + baselines {
        study.add(row, size: size, Array(repeating: 0.5, count: seeds))
      }
    }
    var summary = study.summary()
    summary.dataset = dataset
    let plan = StudyPlan(
      name: dataset, dataHash: "h", methods: baselines + methods, sizes: sizes,
      labels: .allLabelled, seeds: Array(0..<seeds),
      backbone: try BackboneSpec("resnet18:width=16", imageSize: 32), imageSize: 32, batch: 8,
      budget: budget, recipe: .automatic, precision: .float32)
    return OverviewPart(
      folder: StudyFolder(URL(filePath: "/tmp/\(dataset)")), plan: plan, summary: summary)
  }

  /// Sets the figures of rows by seed.
  mutating func set(_ value: (_ method: String, _ size: Int, _ seed: Int) -> Double?) {
    for index in summary.rows.indices {
      let row = summary.rows[index]
      var figures: [Int: Double] = [:]
      for seed in plan.seeds { figures[seed] = value(row.method, row.pretrainImages ?? 0, seed) }
      summary.rows[index].bySeed = figures
    }
  }
}
