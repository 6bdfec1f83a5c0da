import Foundation
import Report
import Study

/// Summaries made up for looking at and for tests: the figures mean nothing.
enum MadeUp {
  struct Method {
    var name: String
    var family: String?
    /// Mean accuracy at each size.
    var levels: [Double]
    var dependsOnSize = true
  }

  static let simclr = Method(name: "simclr", family: "contrastive", levels: [0.43, 0.505])
  static let random = Method(
    name: Baseline.random, family: nil, levels: [0.344], dependsOnSize: false)
  static let supervised = Method(
    name: Baseline.supervised, family: nil, levels: [0.40], dependsOnSize: false)

  static let five = [
    Method(name: "simclr", family: "contrastive", levels: [0.38, 0.43, 0.487, 0.52]),
    Method(name: "dino", family: "self-distillation", levels: [0.355, 0.41, 0.48, 0.541]),
    Method(name: "mae", family: "generative", levels: [0.35, 0.36, 0.40, 0.47]),
    Method(name: "barlow-twins", family: "decorrelation", levels: [0.385, 0.435, 0.49, 0.525]),
    Method(name: "deepcluster-v2", family: "clustering", levels: [0.33, 0.38, 0.44, 0.478]),
  ]

  /// Two sizes, three seeds, three methods.
  static var usual: StudySummary {
    summary([simclr, random, supervised], sizes: [1000, 5000], seeds: 3)
  }

  static func summary(
    _ methods: [Method], sizes: [Int], seeds: Int, failing: Bool = false,
    allLabelled: Bool = false,
    dataset: String = "blood cells", metric: Metric = .accuracy
  ) -> StudySummary {
    var runs: [RunRecord] = []
    var scores: [Score] = []
    // A fixed sequence: the same page every time.
    var state: UInt64 = 42
    func noise() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 33) / Double(1 << 31) - 0.5) * 0.02
    }
    for method in methods {
      for (index, level) in method.levels.enumerated() {
        for seed in 0..<seeds {
          let id = "\(method.name)-\(index)-\(seed)"
          let size = method.dependsOnSize ? sizes[index] : sizes[sizes.count - 1]
          let failed = failing && seed == 1 && index == 0 && method.dependsOnSize
          let isSupervised = method.name == Baseline.supervised
          runs.append(
            RunRecord(
              key: RunKey(
                id: id, dataset: dataset, method: method.name, family: method.family,
                backbone: "resnet18-w16-small", pretrainImages: size,
                labelledImages: allLabelled ? size : 50,
                seed: seed, dependsOnPretrainingSize: method.dependsOnSize),
              status: failed ? .failed : .finished,
              startedAt: Date(timeIntervalSince1970: 1_700_000_000),
              cost: RunCost(
                seconds: method.name == Baseline.random ? 1.2 : 184 + Double(index) * 20,
                steps: method.name == Baseline.random ? 0 : 800,
                imagesSeen: method.name == Baseline.random ? 0 : 102_400,
                imagesPerSecond: method.name == Baseline.random ? 0 : 556,
                peakMemoryBytes: 812_000_000),
              message: failed
                ? "loss is not finite at step 212: lower the learning rate, or use --precision fp32"
                : nil))
          let protocols: [EvaluationProtocol] = isSupervised ? [.endToEnd] : [.linear, .knn]
          for evaluation in protocols {
            for metric in metric.isShare ? [.accuracy, .balancedAccuracy] : [metric] {
              let value = level + noise() - (evaluation == .knn ? 0.03 : 0)
              scores.append(
                Score(runId: id, evaluation: evaluation, metric: metric, value: value))
            }
          }
        }
      }
    }
    return StudySummary(
      runs: runs, scores: scores,
      options: SummaryOptions(
        dataset: dataset, backbone: "resnet18-w16-small", primaryMetric: metric,
        titles: [
          "simclr": "SimCLR", "dino": "DINO", "mae": "MAE", "barlow-twins": "Barlow Twins",
          "deepcluster-v2": "DeepCluster-v2",
        ]))
  }

  static let settings = ReportSettings(
    title: "Does pretraining on blood cells pay?",
    command: "glean compare blood-cells --sizes 1000,5000 --seeds 3 --labels 50 --steps 800",
    settingsJSON: """
      {
        "batch": 128,
        "methods": ["simclr", "random", "supervised"],
        "precision": "bf16",
        "sizes": [1000, 5000],
        "steps": 800
      }
      """,
    facts: [
      .init("Images", "6,000 (5,000 to pretrain on, 1,000 test)"),
      .init("Classes", "8: basophil, eosinophil, erythroblast, immature granulocyte, lymphocyte"),
      .init("Image size", "32 × 32"),
    ],
    skippedFiles: [.init(path: "blood-cells/neutrophil/im 0042.jpg", reason: "truncated JPEG")],
    gleanVersion: "0.1.0", madeAt: Date(timeIntervalSince1970: 1_700_000_000))
}
