import Foundation
import Study
import TestSupport

/// A fresh folder, removed when `body` returns.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  try Fixtures.inTemporaryFolder { try body($0.path) }
}

/// A run to store.
func sampleRun(_ id: String, method: String = "simclr", seed: Int = 0) -> RunRecord {
  RunRecord(
    key: RunKey(
      id: id, dataset: "cells", method: method, family: "contrastive",
      backbone: "resnet18-w16-small", pretrainImages: 1000, labelledImages: 50, seed: seed,
      config: #"{"steps":150}"#),
    startedAt: Date(timeIntervalSince1970: 1_700_000_000.25), gleanVersion: "0.1.0",
    commit: "abc123", directory: "runs/\(id)")
}

/// What a run cost, for tests in which it does not matter.
let sampleCost = RunCost(
  seconds: 12.5, steps: 150, imagesSeen: 19_200, imagesPerSecond: 1536, peakMemoryBytes: 1 << 29)

extension ResultStore {
  /// The run with this hash.
  func run(_ id: String) throws -> RunRecord? { try allRuns().first { $0.id == id } }

  /// Whether a finished run named each test image rightly, where that is kept.
  func correct(of id: String, _ evaluation: EvaluationProtocol) throws -> [Bool]? {
    try finishedRuns().first { $0.record.id == id }?.evaluations
      .compactMap { $0.correct[evaluation] }.first
  }

  /// Records the figures of one protocol and that the run is done.
  func finish(
    _ id: String, scores: [Score], correct: [EvaluationProtocol: [Bool]] = [:],
    at time: Date = Date()
  ) throws {
    let tag = Evaluation.Tag(name: "linear", revision: 1)
    try record(Evaluation(tag: tag, run: id, scores: scores, correct: correct, seconds: 0.5))
    try finish(id, cost: sampleCost, at: time)
  }
}
