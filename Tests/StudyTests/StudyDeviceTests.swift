import Backbones
import Foundation
import Testing
import Training

@testable import Study

/// Runs of unlike kinds of device in one study.
@Suite struct StudyDeviceTests {
  private let plan: StudyPlan

  init() throws {
    plan = StudyPlan(
      name: "cells", dataHash: "h", methods: ["simclr"], sizes: [1000], labels: .fewLabels(50),
      seeds: [0, 1, 2], backbone: try BackboneSpec("resnet18:width=16", imageSize: 32),
      imageSize: 32, batch: 8, budget: .steps(20), recipe: .automatic, precision: .float32)
  }

  private func run(_ seed: Int, on kind: String?, _ status: RunStatus = .finished) -> RunRecord {
    var run = sampleRun("\(kind ?? "any") \(seed)", seed: seed)
    run.key.config = kind.map { #"{"deviceKind":"\#($0)"}"# } ?? "{}"
    run.status = status
    return run
  }

  @Test func theKindOfMostFinishedRunsCountsAndTheProcessorWhereTheyAreEven() throws {
    let even = StudyDevice(of: [run(0, on: "cuda"), run(0, on: "cpu"), run(1, on: "mps")])
    #expect(even.kind == "cpu" && even.leftOut == ["cuda": 1, "mps": 1])
    #expect(
      try #require(even.note).contains("1 run made on cuda and 1 run made on mps are left out"))
    let most = StudyDevice(of: [run(0, on: "cpu"), run(0, on: "cuda"), run(1, on: "cuda")])
    #expect(most.kind == "cuda" && most.leftOut == ["cpu": 1])
    // What has no figure is none of them.
    let alone = StudyDevice(of: [run(0, on: "cpu"), run(0, on: "cuda", .failed)])
    #expect(alone.leftOut.isEmpty && alone.note == nil)
  }

  @Test func aRunOfAnotherKindIsInNoFigureAndNotMadeOnThisOne() throws {
    let records = [
      run(0, on: "cpu"), run(1, on: "cpu"), run(1, on: "cuda"), run(2, on: "cuda"),
      run(2, on: "cuda", .failed),
    ]
    let standing = try plan.standing(of: records.dropLast())
    #expect(standing.own == Array(records.prefix(2)) && standing.strangers.isEmpty)
    #expect(standing.missing.map(\.seed) == [2])
    let finished = records.dropLast().map { FinishedRun(record: $0, evaluations: []) }
    #expect(try plan.forecast(finished).rows[0].made == 2)
    // A run without a figure is shown, whatever it was made on, and one whose key is silent counts.
    #expect(try plan.standing(of: records.suffix(1)).own == Array(records.suffix(1)))
    #expect(try plan.standing(of: [records[0], run(1, on: nil)]).own.count == 2)
  }

  @Test func whatIsToComeTakesWhatItTookOnThatKind() throws {
    func finished(_ seed: Int, on kind: String, seconds: Double) -> FinishedRun {
      var record = run(seed, on: kind)
      record.cost = sampleCost
      record.cost?.seconds = seconds
      return FinishedRun(record: record, evaluations: [])
    }
    let slow = [finished(0, on: "cpu", seconds: 100), finished(1, on: "cpu", seconds: 100)]
    let fast = finished(2, on: "cuda", seconds: 1)
    #expect(try plan.forecast(slow + [fast]).seconds == plan.forecast(slow).seconds)
  }
}
