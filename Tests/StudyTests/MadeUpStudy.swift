import Foundation
import Study

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
