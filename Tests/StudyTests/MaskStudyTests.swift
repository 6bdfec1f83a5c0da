import Backbones
import Foundation
import Images
import Study
import TestSupport
import Testing
import Torch
import Training

/// A study of images with masks.
@Suite(.serialized) struct MaskStudyTests {
  private let folder: URL
  private let plan: StudyPlan

  init() throws {
    folder = try Fixtures.temporaryFolder()
    plan = StudyPlan(
      name: "edges", dataHash: "", methods: ["random", "supervised", "simclr"], sizes: [12],
      labels: .allLabelled, seeds: [0],
      backbone: try BackboneSpec("resnet18:width=4", imageSize: 16), protocols: [.linear],
      imageSize: 16, batch: 8, budget: .steps(12), recipe: .automatic, precision: .float32)
  }

  private func data(_ name: String, hasOtherTests: Bool = false) throws -> StudyData {
    let place = folder.appending(path: name)
    try DrawnImages.writeEdges(to: place, hasOtherTests: hasOtherTests)
    let options = StoreOptions(cacheFolder: folder.appending(path: "cache").path)
    return try StudyData(ImageStore.open(place.path, options: options).store, device: .cpu)
  }

  private func run(_ name: String, on data: StudyData, _ plan: StudyPlan) throws -> ResultStore {
    let place = folder.appending(path: name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let results = try ResultStore(path: place.appending(path: "results.sqlite").path)
    let runner = StudyRunner(
      plan, data: data, runs: place.appending(path: "runs"), results: results,
      environment: RunEnvironment(version: "test", commit: ""))
    #expect(try runner.run())
    return results
  }

  /// The numbers of every run's weights, without the notes before them.
  private func weights(_ name: String) throws -> Set<Data> {
    let runs = folder.appending(path: "\(name)/runs")
    return try Set(
      FileManager.default.contentsOfDirectory(atPath: runs.path).map { run in
        let file = try Data(contentsOf: runs.appending(path: "\(run)/\(Trainer.weightsName)"))
        return file.dropFirst(8 + file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) })
      })
  }

  @Test func supervisedTrainingIsJudgedByItsOwnMasksAndByItsFeatures() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = try data("images")
    let longer = { (plan: StudyPlan) in
      var plan = plan
      plan.methods = ["random", "supervised"]
      plan.budget = .steps(150)
      return plan
    }(plan)
    let results = try run("a", on: data, longer)
    let runs = try results.allRuns()
    let supervised = try results.scores(
      of: #require(runs.first { $0.key.method == "supervised" }).id)
    let own = try #require(supervised.first { $0.evaluation == .endToEnd && $0.metric == .meanIoU })
    #expect(own.value > 0.8 && own.interval != nil, "\(own)")
    #expect(supervised.contains { $0.evaluation == .linear && $0.metric == .meanIoU })
    let random = try results.scores(of: #require(runs.first { $0.key.method == "random" }).id)
    #expect(Set(random.map(\.evaluation)) == [.linear])
    // Judged again from the weights alone: nothing is missing.
    #expect(try run("a", on: data, longer).scores() == results.scores())
  }

  @Test func testMasksAndTestImagesReachNeitherWeightsNorSettings() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run("a", on: data("images"), plan)
    let second = try run("b", on: data("others", hasOtherTests: true), plan)
    #expect(try weights("a") == weights("b") && weights("a").count == 2)
    func settings(_ results: ResultStore) throws -> [[String]] {
      try results.allRuns().map { try results.scores(of: $0.id).map(\.chosen) }
    }
    #expect(try settings(first) == settings(second))
    #expect(try first.scores().map(\.value) != second.scores().map(\.value))
  }

  @Test func classWeightsOfMasksAreRefused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = try data("images")
    #expect(throws: StudyError.self) { try data.check(.balanced) }
    try data.check(nil)
  }
}
