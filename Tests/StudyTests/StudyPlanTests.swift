import Backbones
import Pretext
import Testing
import Training

@testable import Study

@Suite struct StudyPlanTests {
  private func plan(_ labels: LabelDesign, methods: [String] = ["random", "supervised", "simclr"])
    throws -> StudyPlan
  {
    StudyPlan(
      name: "a", dataHash: "h", methods: methods, sizes: [20, 40], labels: labels, seeds: [0, 1],
      backbone: try BackboneSpec("resnet18:width=2", imageSize: 16), imageSize: 16, batch: 8,
      budget: .steps(3), recipe: .automatic, precision: .float32)
  }

  @Test func withAllLabelledEveryRowDependsOnTheSize() throws {
    let runs = try plan(.allLabelled).runs()
    #expect(runs.count == 2 * 2 * 3)
    #expect(runs.allSatisfy { $0.dependsOnSize && $0.labelled == $0.images })
    // Whole seeds first, so that a study stopped early can be read.
    #expect(runs.prefix(6).allSatisfy { $0.seed == 0 })
  }

  @Test func withFewLabelsBaselinesAreMadeOnceForEachSeed() throws {
    let runs = try plan(.fewLabels(10)).runs()
    #expect(runs.count == 2 * (2 + 2))
    #expect(runs.allSatisfy { $0.labelled == 10 })
    for run in runs where run.method != "simclr" {
      #expect(!run.dependsOnSize && run.images == 10)
    }
    #expect(runs.filter { $0.method == "simclr" && $0.seed == 1 }.map(\.images) == [20, 40])
  }

  @Test func onlyRandomWeightsAreNotTrained() throws {
    for run in try plan(.allLabelled).runs() { #expect(run.trains == (run.method != "random")) }
  }

  @Test func everyMethodIsPretrainedOnTheOtherSetToo() throws {
    var plan = try plan(.fewLabels(10), methods: ["random", "pixels", "supervised", "simclr"])
    plan.transfer = PretrainingSet(
      name: "b", dataHash: "g", isLabelled: false, channels: 1, sizes: [30, 60])
    let transferred = try plan.runs().filter { $0.method.contains("@") }
    #expect(transferred.map(\.method) == Array(repeating: "simclr@b", count: 4))
    #expect(transferred.map(\.images) == [30, 60, 30, 60])
    #expect(plan.configuration(of: "simclr@b").backbone.inputChannels == 1)
    #expect(plan.configuration(of: "simclr").backbone.inputChannels == 3)
    plan.transfer?.isLabelled = true
    #expect(try plan.runs().contains { $0.method == "supervised@b" })
  }

  @Test func aNameSaysWhatARowTrains() {
    let row = StudyRow("simclr@my photos+general")
    #expect(row.method == "simclr" && row.source == "my photos" && row.isFromGeneral)
    #expect(StudyRow("simclr@photos").title == "SimCLR on photos")
    #expect(StudyRow("simclr").source == nil)
  }

  @Test func anUnknownMethodIsRefused() throws {
    let plan = try plan(.allLabelled, methods: ["simclear"])
    #expect(throws: PretextError.self) { try plan.runs() }
  }

  @Test func theFirstDifferenceIsNamed() throws {
    let plan = try plan(.allLabelled)
    var other = plan
    #expect(plan.difference(from: other) == nil)
    other.batch = 16
    #expect(plan.difference(from: other) == "batch was 8, now 16")
    other.dataHash = "g"
    #expect(plan.difference(from: other) == "the images have changed since it began")
  }

  @Test func aStudyThatGrewGoesOnByTheCommandThatItBeganWith() throws {
    let plan = try plan(.allLabelled)
    var other = plan
    other.methods += ["byol"]
    other.options["byol"] = ["momentum": .number(0.9)]
    other.sizes += [80]
    other.seeds += [2]
    other.protocols += [.corruptions]
    #expect(plan.difference(from: other) == nil)
    #expect(other.difference(from: plan) == nil)
    #expect(plan.adding(other) == other && other.adding(plan) == other)
    var apart = plan
    (apart.methods, apart.sizes) = (["random", "dino"], [10, 40])
    let both = plan.adding(apart)
    #expect(both.methods == plan.methods + ["dino"] && both.sizes == [10, 20, 40])
    other.options["simclr"] = ["temperature": .number(0.5)]
    #expect(
      plan.difference(from: other) == "simclr had the defaults, now temperature=0.5")
  }

  @Test func aPlanIsFittedToTheImagesAndTheTime() throws {
    try inStudy { study in
      let fitted = try StudyPlan.fitted(StudyRequest(), to: study.data, base: study.plan) {
        Dictionary(uniqueKeysWithValues: $0.map { ($0, 1) })
      }
      #expect(fitted.sizes == [64] && fitted.seeds == [0, 1, 2])
      #expect(fitted.methods == ["random", "pixels", "supervised", "simclr"])
      // Six trained runs of a second a step in 30 minutes: 255 steps, in two digits 260.
      #expect(fitted.budget == .steps(260))
      var request = StudyRequest()
      request.sizes = [1000]
      #expect(throws: StudyError.self) {
        try StudyPlan.fitted(request, to: study.data, base: study.plan) { _ in [:] }
      }
      request = StudyRequest()
      request.labels = .fewLabels(3)
      #expect(throws: StudyError.self) {
        try StudyPlan.fitted(request, to: study.data, base: study.plan) { _ in [:] }
      }
    }
  }
}
