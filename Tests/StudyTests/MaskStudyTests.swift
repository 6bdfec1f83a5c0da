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
  private func inStudy(_ body: (inout DrawnStudy) throws -> Void) throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let plan = StudyPlan(
      name: "edges", dataHash: "", methods: ["random", "supervised", "simclr"], sizes: [12],
      labels: .allLabelled, seeds: [0],
      backbone: try BackboneSpec("resnet18:width=4", imageSize: 16), protocols: [.linear],
      imageSize: 16, batch: 8, budget: .steps(12), recipe: .automatic, precision: .float32)
    let data = try data(folder.appending(path: "images"))
    var study = DrawnStudy(folder: folder, data: data, plan: plan)
    try body(&study)
  }

  private func data(_ images: URL, hasOtherTests: Bool = false) throws -> StudyData {
    try DrawnImages.writeEdges(to: images, hasOtherTests: hasOtherTests)
    return try StudyData(DrawnImages.open(images), device: .cpu)
  }

  @Test func supervisedTrainingIsJudgedByItsOwnMasksAndByItsFeatures() throws {
    try inStudy { study in
      study.plan.methods = ["random", "supervised"]
      study.plan.budget = .steps(150)
      let (isComplete, _, results) = try study.run("a")
      #expect(isComplete)
      let runs = try results.allRuns()
      let supervised = try results.scores(
        of: #require(runs.first { $0.key.method == "supervised" }).id)
      let own = try #require(
        supervised.first { $0.evaluation == .endToEnd && $0.metric == .meanIoU })
      #expect(own.value > 0.8 && own.interval != nil, "\(own)")
      #expect(supervised.contains { $0.evaluation == .linear && $0.metric == .meanIoU })
      let random = try results.scores(of: #require(runs.first { $0.key.method == "random" }).id)
      #expect(Set(random.map(\.evaluation)) == [.linear])
      // Judged again from the weights alone: nothing is missing.
      #expect(try study.run("a").results.scores() == results.scores())
    }
  }

  @Test func testMasksAndTestImagesReachNeitherWeightsNorSettings() throws {
    try inStudy { study in
      let first = try study.run("a").results
      let others = try data(study.folder.appending(path: "others"), hasOtherTests: true)
      let second = try study.run("b", data: others).results
      let weights = try Set(study.weights("a").values)
      #expect(try weights == Set(study.weights("b").values) && weights.count == 2)
      func settings(_ results: ResultStore) throws -> [[String]] {
        try results.allRuns().map { try results.scores(of: $0.id).map(\.chosen) }
      }
      #expect(try settings(first) == settings(second))
      #expect(try first.scores().map(\.value) != second.scores().map(\.value))
    }
  }

  @Test func classWeightsOfMasksAreRefused() throws {
    try inStudy { study in
      #expect(throws: StudyError.self) { try study.data.check(.balanced) }
      try study.data.check(nil)
    }
  }
}
