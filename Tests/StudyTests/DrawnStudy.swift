import Backbones
import Foundation
import Images
import Study
import TestSupport
import Torch
import Training

/// A folder with a few drawn images, and a plan that takes seconds.
struct DrawnStudy {
  let folder: URL
  let data: StudyData
  var plan: StudyPlan

  /// The bytes of every run's weights, by folder, without the notes beside them.
  func weights(_ name: String) throws -> [String: Data] {
    let runs = folder.appending(path: "\(name)/runs")
    var weights: [String: Data] = [:]
    for run in try FileManager.default.contentsOfDirectory(atPath: runs.path) {
      let file = try Data(contentsOf: runs.appending(path: "\(run)/\(Trainer.weightsName)"))
      // safetensors: the length of the header, the header with the notes, the numbers.
      let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      weights[run] = file.dropFirst(8 + header)
    }
    return weights
  }

  func run(
    _ name: String, results file: String = "results", data: StudyData? = nil,
    source: StudyData? = nil, shard: StudyShard? = nil,
    shouldStop: (_ events: Int) -> Bool = { _ in false }
  ) throws -> (isComplete: Bool, events: [String], results: ResultStore) {
    let data = data ?? self.data
    let place = folder.appending(path: name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let results = try ResultStore(path: place.appending(path: "\(file).sqlite").path)
    var events: [String] = []
    let runner = StudyRunner(
      plan, data: data, source: source, runs: place.appending(path: "runs"), results: results,
      environment: RunEnvironment(version: "test", commit: ""), shard: shard)
    let isComplete = try runner.run(
      report: { event in
        switch event {
        case .known: events.append("known")
        case .finished: events.append("finished")
        case .failed(_, let message): events.append(message)
        case .held: events.append("held")
        case .began, .trained, .judging: break
        }
      }, shouldStop: { shouldStop(events.count) })
    return (isComplete, events, results)
  }
}

/// A study on 64 + 24 images of 12 × 12 pixels, gone when `body` returns.
func inStudy(
  _ labels: LabelDesign = .allLabelled, _ body: (inout DrawnStudy) throws -> Void
) throws {
  let folder = try Fixtures.temporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  let images = folder.appending(path: "images")
  try ShapesDataset.write(to: images.path, train: 64, test: 24, size: 12, seed: 1)
  let data = try StudyData(DrawnImages.open(images), device: .cpu)
  let plan = StudyPlan(
    name: "shapes", dataHash: data.images.contentHash, methods: ["random", "supervised", "simclr"],
    sizes: [24, 64], labels: labels, seeds: [0, 1],
    backbone: try BackboneSpec("resnet18:width=2", imageSize: 12), imageSize: 12, batch: 8,
    budget: .steps(3), recipe: .automatic, precision: .float32)
  var study = DrawnStudy(folder: folder, data: data, plan: plan)
  try body(&study)
}
