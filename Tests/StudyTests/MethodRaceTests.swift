import Backbones
import Foundation
import Images
import TestSupport
import Testing
import Torch
import Training

@testable import Study

/// Whole races on a few drawn images.
@Suite(.serialized) struct MethodRaceTests {
  /// A folder with 64 + 24 drawn images of 12 × 12 pixels, and settings that take seconds.
  private struct Race {
    let folder: URL
    let images: RaceImages
    var settings: RaceSettings

    /// - Parameter change: made to the table of labels before it is read.
    init(
      in folder: URL, isLabelled: Bool = true, criterion: SelectionCriterion = .accuracy,
      change: (URL) throws -> Void = { _ in }
    ) throws {
      self.folder = folder
      let path = folder.appending(path: "images")
      if !FileManager.default.fileExists(atPath: path.path) {
        try ShapesDataset.write(to: path.path, train: 64, test: 24, size: 12, seed: 1)
      }
      try change(path)
      let options = StoreOptions(cacheFolder: folder.appending(path: "cache").path)
      let root = isLabelled ? path : path.appending(path: "train/disc")
      let store = try ImageStore.open(root.path, options: options).store
      images = try RaceImages(store, device: .cpu)
      settings = RaceSettings(
        dataset: "shapes", dataHash: store.contentHash, candidates: ["simclr", "byol", "rotnet"],
        criterion: criterion, metric: images.hasClasses ? images.metric : nil,
        training: RunConfiguration(
          method: "random", backbone: try BackboneSpec("resnet18:width=2", imageSize: 12),
          imageSize: 12, batch: 8, budget: .steps(1), precision: .float32), budget: 6)
    }

    /// Costs that make every race the same.
    var plan: RacePlan {
      get throws {
        let methods = settings.candidates + ["supervised"]
        let step = Dictionary(uniqueKeysWithValues: methods.map { ($0, 0.01) })
        return try RacePlan(
          settings, RaceCosts(step: step, judging: 0, measuring: 0), images: images)
      }
    }

    func run(
      _ name: String, stopAfter: Int = .max
    ) throws -> (result: RaceResult?, judged: [String], known: Int) {
      var (judged, known) = ([String](), 0)
      let race = try MethodRace(
        plan, images: images, in: RaceFolder(folder.appending(path: name)))
      let result = try race.run(
        report: { event in
          if case .judged(let method, _) = event { judged.append(method) }
          if case .known = event { known += 1 }
        }, shouldStop: { judged.count >= stopAfter })
      return (result, judged, known)
    }
  }

  @Test func aRaceIsDeterministicAndOneThatWasStoppedGoesOn() throws {
    try Fixtures.inTemporaryFolder { folder in
      let race = try Race(in: folder)
      let whole = try race.run("whole")
      let result = try #require(whole.result)
      #expect(result.outcome.standings.map(\.count) == [3, 2])
      #expect(result.tests.map(\.method) == [result.outcome.winner, "random", "supervised"])
      #expect(result.lead?.interval != nil && result.tracking.contains { $0.methods == 3 })
      let weights = try #require(result.weights)
      #expect(FileManager.default.fileExists(atPath: "\(weights)/\(Trainer.weightsName)"))

      let stopped = try race.run("stopped", stopAfter: 2)
      #expect(stopped.result == nil && stopped.judged == ["simclr", "byol"])
      let continued = try race.run("stopped")
      #expect(continued.known == 2 && continued.judged.first == "rotnet")
      let other = try #require(continued.result)
      #expect(other.outcome == result.outcome && other.judgements == result.judgements)
      #expect(other.tests == result.tests && other.lead == result.lead)

      let again = try race.run("whole")
      #expect(again.judged.isEmpty && again.result?.advice() == result.advice())
    }
  }

  @Test func aCandidateThatFailedIsTriedAgain() throws {
    try Fixtures.inTemporaryFolder { folder in
      let race = try Race(in: folder)
      var record = try RaceRecord(plan: race.plan)
      let steps = try #require(try race.plan.halving.rungs.first).steps
      record.failures[RaceRecord.key("rotnet", steps)] = "the graphics card was full"
      try RaceFolder(folder.appending(path: "race")).save(record)
      let outcome = try race.run("race")
      #expect(outcome.judged.contains("rotnet"))
      #expect(outcome.result?.failures.isEmpty == true)
    }
  }

  @Test func labelsOfTestImagesDoNotReachTheChoice() throws {
    try Fixtures.inTemporaryFolder { folder in
      let honest = try #require(try Race(in: folder).run("honest").result)
      let shuffled = try Race(in: folder) { images in
        // The test images of each class become those of the next.
        let test = images.appending(path: "test")
        let classes = try FileManager.default.contentsOfDirectory(atPath: test.path).sorted()
        for name in classes {
          try FileManager.default.moveItem(
            at: test.appending(path: name), to: test.appending(path: "\(name)-moved"))
        }
        for (name, next) in zip(classes, classes.dropFirst() + classes.prefix(1)) {
          try FileManager.default.moveItem(
            at: test.appending(path: "\(name)-moved"), to: test.appending(path: next))
        }
      }
      let misled = try #require(try shuffled.run("misled").result)
      #expect(misled.outcome == honest.outcome && misled.judgements == honest.judgements)
      #expect(misled.lead == honest.lead && misled.tests != honest.tests)
    }
  }

  @Test func noImageIsBothTrainedOnAndJudged() throws {
    try Fixtures.inTemporaryFolder { folder in
      let images = try Race(in: folder).images
      #expect(images.held.count == 13 && images.training.count == 51)
      #expect(Set(images.held).isDisjoint(with: images.training))
      #expect(Set(images.data.test).isDisjoint(with: images.training + images.held))
    }
  }

  @Test func imagesWithoutLabelsAreRacedByWhatFeaturesLookLike() throws {
    try Fixtures.inTemporaryFolder { folder in
      // The eight classes of `train/` without their folders.
      let images = folder.appending(path: "images/train/disc")
      try ShapesDataset.write(
        to: folder.appending(path: "images").path, train: 64, test: 24, size: 12, seed: 1)
      for number in 0..<12 {
        let sample = try #require(
          FileManager.default.contentsOfDirectory(atPath: images.path).sorted().first)
        try FileManager.default.copyItem(
          at: images.appending(path: sample), to: images.appending(path: "z\(number)-\(sample)"))
      }
      let race = try Race(in: folder, isLabelled: false, criterion: .lidar)
      #expect(!race.images.hasClasses)
      let result = try #require(try race.run("race").result)
      #expect(result.tests.isEmpty && result.tracking.isEmpty)
      #expect(result.outcome.winner != nil && result.random?.accuracy == nil)
      #expect(result.advice().joined().contains("takes labels to say"))
    }
  }

  @Test func aBudgetThatIsTooShortNamesOneThatIsNot() throws {
    try Fixtures.inTemporaryFolder { folder in
      var race = try Race(in: folder)
      race.settings.budget = 1
      let error = #expect(throws: StudyError.self) { try race.plan }
      let text = try #require(error?.description)
      let named = try #require(try /give (\d+)s or more/.firstMatch(in: text), "\(text)")
      race.settings.budget = try #require(Double(named.output.1))
      #expect(try race.plan.seconds <= race.settings.budget)
    }
  }

  @Test func aPlanFillsItsBudgetWhateverMethodsGoOn() throws {
    try Fixtures.inTemporaryFolder { folder in
      var race = try Race(in: folder)
      race.settings.budget = 100
      let costs = RaceCosts(
        step: ["simclr": 0.01, "byol": 0.03, "rotnet": 0.02, "supervised": 0.01], judging: 1e-3,
        measuring: 5)
      let plan = try RacePlan(race.settings, costs, images: race.images)
      #expect(plan.seconds <= 85 && plan.seconds > 83)
      // All three to the first rung, the dearest two on, supervised training to the end.
      let rungs = plan.halving.rungs.map { Double($0.steps) }
      let expected = 0.06 * rungs[0] + 0.05 * (rungs[1] - rungs[0]) + 0.01 * rungs[1]
      #expect(abs(plan.trainingSeconds - expected) < 1e-9)
    }
  }

  @Test func otherSettingsAreAnotherRace() throws {
    try Fixtures.inTemporaryFolder { folder in
      var race = try Race(in: folder)
      let place = RaceFolder(folder.appending(path: "race"))
      _ = try race.run("race", stopAfter: 0)
      #expect(try place.plan(for: race.settings) == race.plan)
      race.settings.training.batch = 16
      let error = #expect(throws: StudyError.self) { try place.plan(for: race.settings) }
      #expect(error?.description.contains("batch was 8, now 16") == true)
    }
  }
}
