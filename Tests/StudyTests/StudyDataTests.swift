import Foundation
import Images
import Study
import TestSupport
import Testing
import Torch

/// Which images the runs of a study are trained on, and judged by.
@Suite(.serialized) struct StudyDataTests {
  @Test func noTestImageIsEverTrainedOn() throws {
    try inStudy { study in
      let test = Set(study.data.test)
      #expect(study.data.hasOwnTest && test.count == 24)
      for run in try study.plan.runs() {
        let draw = try study.data.draw(run, study.plan.labels)
        #expect(test.isDisjoint(with: draw.training) && test.isDisjoint(with: draw.labelled))
      }
    }
  }

  @Test func testImagesReachNeitherTheWeightsNorTheSettings() throws {
    try inStudy { study in
      study.plan.methods = ["random", "supervised", "simclr"]
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear, .knn, .sgd, .fractions]
      let first = try study.run("a")
      // Other test images, in other classes.
      let images = study.folder.appending(path: "images/test")
      try FileManager.default.removeItem(at: images)
      let other = study.folder.appending(path: "other")
      try ShapesDataset.write(to: other.path, train: 1, test: 24, size: 12, seed: 9)
      try FileManager.default.moveItem(at: other.appending(path: "test"), to: images)
      let classes = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
      let aside = images.appending(path: "aside")
      try FileManager.default.moveItem(at: images.appending(path: classes[0]), to: aside)
      try FileManager.default.moveItem(
        at: images.appending(path: classes[1]), to: images.appending(path: classes[0]))
      try FileManager.default.moveItem(at: aside, to: images.appending(path: classes[1]))
      let data = try StudyData(
        DrawnImages.open(study.folder.appending(path: "images")), device: .cpu)
      #expect(data.images.contentHash != study.data.images.contentHash)
      let second = try study.run("b", data: data)
      #expect(try Set(study.weights("a").values) == Set(study.weights("b").values))
      func settings(_ results: ResultStore) throws -> [[String]] {
        try results.allRuns().map { try results.scores(of: $0.id).map(\.chosen) }
      }
      #expect(try settings(first.results) == settings(second.results))
      #expect(
        try first.results.scores().map(\.value) != second.results.scores().map(\.value))
    }
  }

  @Test func withFewLabelsEveryMethodSeesTheSameOnes() throws {
    try inStudy(.fewLabels(16)) { study in
      let runs = try study.plan.runs().filter { $0.seed == 1 }
      let labelled = try runs.map { try study.data.draw($0, study.plan.labels).labelled }
      #expect(Set(labelled).count == 1 && labelled[0].count == 16)
      #expect(Set(labelled[0].compactMap { study.data.images.labels[$0] }).count == 8)
      let other = try study.plan.runs().filter { $0.seed == 0 }[0]
      #expect(try study.data.draw(other, study.plan.labels).labelled != labelled[0])
    }
  }

  @Test func pretrainingOnAnotherSetIsSharedByTheSetsThatItIsJudgedOn() throws {
    try inStudy(.fewLabels(16)) { study in
      let images = study.folder.appending(path: "other")
      try ShapesDataset.write(to: images.path, train: 40, test: 16, size: 16, seed: 2)
      let source = try StudyData(pretrainingOn: DrawnImages.open(images), device: .cpu)
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      study.plan.transfer = PretrainingSet(
        name: "other", dataHash: source.images.contentHash, isLabelled: true, channels: 3,
        sizes: [40])
      let first = try study.run("a", source: source)
      #expect(first.isComplete && !first.events.isEmpty)
      let methods = try first.results.allRuns().map(\.key.method)
      #expect(
        methods == ["random", "supervised", "simclr", "supervised@other", "simclr@other"])
      // Labels of another set name no class of this one.
      let supervised = try first.results.allRuns()[3]
      #expect(try first.results.scores(of: supervised.id).allSatisfy { $0.evaluation == .linear })

      // The other set's own study trains the same network.
      var own = study
      own.plan.name = "other"
      own.plan.dataHash = source.images.contentHash
      own.plan.transfer = nil
      own.plan.labels = .allLabelled
      own.plan.sizes = [40]
      own.plan.methods = ["simclr"]
      let data = try StudyData(source.images, device: .cpu)
      let second = try own.run("a", results: "second", data: data)
      let training = try second.results.allRuns().map(\.key.training)
      #expect(training == [try first.results.allRuns()[4].key.training])
    }
  }
}
