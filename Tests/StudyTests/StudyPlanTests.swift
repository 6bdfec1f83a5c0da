import Backbones
import Pretext
import Study
import Testing
import Training

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

  @Test func aStudyMayGrowButNotShrink() throws {
    let plan = try plan(.allLabelled)
    var other = plan
    other.methods += ["byol"]
    other.options["byol"] = ["momentum": .number(0.9)]
    other.sizes += [80]
    other.seeds += [2]
    #expect(plan.difference(from: other) == nil)
    #expect(other.difference(from: plan) == "it has byol too")
    other.options["simclr"] = ["temperature": .number(0.5)]
    #expect(
      plan.difference(from: other) == "simclr had the defaults, now temperature=0.5")
  }
}
