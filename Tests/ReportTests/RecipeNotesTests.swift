import Backbones
import Pretext
import Study
import Testing
import Training

@testable import Report

@Suite struct RecipeNotesTests {
  private func notes(_ methods: [String], sizes: [Int]) throws -> [String] {
    RecipeNotes.sentences(
      of: StudyPlan(
        name: "photos", dataHash: "", methods: methods, sizes: sizes, labels: .allLabelled,
        seeds: [0], backbone: try BackboneSpec("resnet18:width=16", imageSize: 32), imageSize: 32,
        batch: 128, budget: .steps(400), recipe: .automatic, precision: .float32))
  }

  @Test func theRuleOfShortRunsIsNamedOnceForAll() throws {
    let notes = try notes(["random", "simclr", "byol"], sizes: [500, 5000])
    #expect(notes.count == 1)
    #expect(notes[0].hasPrefix("All that trains: AdamW"), "\(notes)")
  }

  @Test func whereImagesAreClassesTheNumberTrainedOnIsNamed() throws {
    let notes = try notes(["simclr", "npid", "exemplar-cnn+general"], sizes: [500, 5000])
    #expect(
      notes.last == "To NPID and Exemplar-CNN from general weights each image is a class: of 5,000 "
        + "images 512 are trained on, so that each is shown often enough.")
    #expect(notes.count == 2)
  }
}
