import Foundation
import TestSupport
import Testing

/// What real folders hold besides good images.
@Suite struct BadImagesTests {
  @Test(arguments: ["pretrain", "compare", "views", "embed", "evaluate"])
  func aFolderWithoutImagesIsNamed(command: String) async throws {
    let place = try Workplace()
    try FileManager.default.createDirectory(
      at: place.path("empty"), withIntermediateDirectories: true)
    try place.write(Array("no image".utf8), to: "texts/a.txt")
    try place.write(Array("no image".utf8), to: "texts/b.txt")

    let empty = try await place.glean([command, "empty"])
    #expect(empty.code == 64 && empty.isOrderly, "\(empty)")
    #expect(empty.errors.contains("/empty is empty. Expected images (bmp, "), "\(empty)")
    let texts = try await place.glean([command, "texts"])
    #expect(texts.code == 64 && texts.isOrderly, "\(texts)")
    #expect(texts.errors.contains("found 2 .txt files, expected images"), "\(texts)")
  }

  @Test func oneImageIsTooFewToTrainOnButEnoughToLookAt() async throws {
    let place = try Workplace()
    try place.noise(1)
    let pretrain = try await place.glean(["pretrain", "images", "--steps", "6"] + tiny)
    #expect(pretrain.code == 64 && pretrain.isOrderly, "\(pretrain)")
    #expect(pretrain.errors.contains("/images: found 1 image to train on; give at least two"))
    let compare = try await place.glean(["compare", "images", "--steps", "6"] + tiny)
    #expect(compare.code == 1 && compare.isOrderly, "\(compare)")
    #expect(try await place.glean(["views", "images", "--columns", "2"]).code == 0)
  }

  @Test func whatCannotBeDecodedIsListedAndTheRestIsUsed() async throws {
    let place = try Workplace()
    try place.noise(10)
    try place.write(SampleFiles.truncatedJPEG, to: "images/cut.jpg")
    try place.write(Array("words".utf8), to: "images/words.png")
    try place.write(SampleFiles.png(width: 1, height: 1), to: "images/pixel.png")
    try place.write(SampleFiles.png(width: 20_000, height: 3), to: "images/wide.png")
    try place.write(SampleFiles.png(width: 16, height: 16, bytes: 2), to: "images/deep.png")
    try place.write(SampleFiles.cmykJPEG, to: "images/ink.jpg")
    try place.write(SampleFiles.animatedGIF, to: "images/moving.gif")
    try FileManager.default.createSymbolicLink(
      atPath: place.path("images/dangling.png").path, withDestinationPath: "nowhere")

    let run = try await place.glean(["pretrain", "images", "--steps", "3", "--out", "run"] + tiny)
    #expect(run.code == 0, "\(run)")
    #expect(run.errors.contains("15 images, no labels"), "\(run)")
    #expect(run.errors.contains("3 files skipped:"), "\(run)")
    for reason in ["cut.jpg: ", "words.png: its content is of no", "dangling.png: a broken link"] {
      #expect(run.errors.contains("\n  \(reason)"), "\(run)")
    }
    #expect(place.exists("run/backbone.safetensors"))
    #expect(try await place.glean(["views", "images", "--quiet"]).code == 0)
  }

  @Test func aComparisonCountsTheFilesItSkippedInTheReport() async throws {
    let place = try Workplace()
    try place.shapes()
    try place.write(SampleFiles.truncatedJPEG, to: "images/train/disc/cut.jpg")
    let study = try await place.glean(
      [
        "compare", "images", "--bare", "--methods", "random", "--sizes", "40", "--seeds", "1",
        "--steps", "3",
      ]
        + ["--out", "study"] + tiny)
    #expect(study.code == 0, "\(study)")
    #expect(study.errors.contains("1 file skipped:"))
    #expect(try place.text("study/report.html").contains("cut.jpg"))
  }

  @Test func imagesWithoutClassesAreSentToPretrain() async throws {
    let place = try Workplace()
    try place.noise(12)
    for command in ["compare", "evaluate"] {
      let outcome = try await place.glean([command, "images"])
      #expect(outcome.code == 1 && outcome.isOrderly, "\(outcome)")
      #expect(outcome.errors.contains("found no classes"), "\(outcome)")
      #expect(outcome.errors.contains("use 'glean pretrain "), "\(outcome)")
    }
    try place.noise(12, in: "single/only")
    let single = try await place.glean(["compare", "single"])
    #expect(single.code == 1 && single.isOrderly, "\(single)")
    #expect(single.errors.contains("two classes or more"), "\(single)")
  }
}
