import Foundation
import TestSupport
import Testing

/// Image sets of other layouts than class folders.
@Suite struct DataTests {
  private func tagged() throws -> Workplace {
    let place = try Workplace()
    try place.noise(12)
    let files = try FileManager.default.contentsOfDirectory(atPath: place.path("images").path)
    let rows = files.sorted().enumerated().map { "\($1),\($0 % 2),\($0 == 3 ? 1 : 0),p\($0 / 3)\n" }
    try place.write(Array(("path,red,blue,group\n" + rows.joined()).utf8), to: "images/labels.csv")
    return place
  }

  @Test func describeSaysWhatWasFoundAndHowItWasUnderstood() async throws {
    let place = try tagged()
    let said = try await place.glean(["data", "describe", "images", "--out", "sheet.png"])
    #expect(said.code == 0, "\(said)")
    for part in [
      "layout     manifest", "2 columns of zeros and ones are taken for tags", "12 train",
      "task       tags", "groups     4", "imbalance  6.0 to 1", "\nred       6\n",
      "\nblue      1\n",
    ] {
      #expect(said.output.contains(part), "\(part) in \(said)")
    }
    #expect(place.exists("sheet.png"))
    let json = try await place.glean(["data", "describe", "images", "--json", "--quiet"])
    let facts = try #require(try json.json as? [String: Any])
    #expect(facts["task"] as? String == "tags" && facts["groups"] as? Int == 4)
    #expect((facts["images"] as? [String: Int]) == ["train": 12])
  }

  @Test func describeTellsClassFoldersTheirSplitsAndWhatIsDamaged() async throws {
    let place = try Workplace()
    try place.shapes()
    try place.write(Array("words".utf8), to: "images/train/disc/words.png")
    let said = try await place.glean(["data", "describe", "images"])
    #expect(said.code == 0, "\(said)")
    #expect(said.output.contains("layout     classFolders") && said.output.contains("words.png: "))
    #expect(said.output.contains(" train, ") && said.output.contains(" test\n"))
  }

  @Test func tagsAreComparedByAveragePrecision() async throws {
    let place = try Workplace()
    try place.shapes()
    // Every second class has one tag, every third the other.
    var rows = "path,split,red,blue\n"
    for split in ["train", "test"] {
      let classes = try FileManager.default.contentsOfDirectory(
        atPath: place.path("images/\(split)").path)
      for (index, name) in classes.sorted().enumerated() {
        for file in try FileManager.default.contentsOfDirectory(
          atPath: place.path("images/\(split)/\(name)").path)
        {
          rows += "\(split)/\(name)/\(file),\(split),\(1 - index % 2),\(index % 3 == 0 ? 1 : 0)\n"
        }
      }
    }
    try place.write(Array(rows.utf8), to: "images/labels.csv")
    let study = try await place.glean(
      ["compare", "images", "--methods", "simclr,supcon", "--sizes", "40", "--seeds", "1"]
        + ["--steps", "3", "--json", "--out", "study"] + tiny)
    #expect(study.code == 0, "\(study)")
    let summary = try #require(try study.json as? [String: Any])
    #expect(summary["primaryMetric"] as? String == "mean-average-precision")
    let rowNames = (summary["rows"] as? [[String: Any]])?.compactMap { $0["method"] as? String }
    // Contrast by class knows no tags.
    #expect(Set(rowNames ?? []) == ["random", "pixels", "supervised", "simclr"])
    let judged = try await place.glean(["evaluate", "images", "--threads", "1"] + random)
    #expect(judged.code == 0 && judged.output.contains("mean average precision"), "\(judged)")
  }

  @Test func masksAreComparedByIntersectionOverUnion() async throws {
    let place = try Workplace()
    try DrawnImages.writeEdges(to: place.path("images"))
    let study = try await place.glean(
      ["compare", "images", "--methods", "simclr", "--sizes", "12", "--seeds", "1"]
        + ["--steps", "3", "--json", "--out", "study"] + tiny)
    #expect(study.code == 0, "\(study)")
    let summary = try #require(try study.json as? [String: Any])
    #expect(summary["primaryMetric"] as? String == "mean-iou")
    let rows = (summary["rows"] as? [[String: Any]])?.compactMap { $0["method"] as? String }
    // Pixels alone have no map to read.
    #expect(Set(rows ?? []) == ["random", "supervised", "simclr"])
    let supervised = try await place.glean(
      ["pretrain", "images", "--method", "supervised", "--steps", "3", "--out", "run"] + tiny)
    #expect(supervised.code == 0, "\(supervised)")
    let byClass = try await place.glean(
      ["evaluate", "images", "--class-weights", "balanced", "--threads", "1"] + random)
    #expect(byClass.code == 64 && byClass.errors.contains("are masks"), "\(byClass)")
    let refused = try await place.glean(
      ["evaluate", "images", "--protocols", "knn", "--threads", "1"] + random)
    #expect(refused.code == 64 && refused.isOrderly, "\(refused)")
    #expect(refused.errors.contains("their labels are masks; give linear"), "\(refused)")
  }

  private let random = ["--backbone", "resnet18:width=2", "--image-size", "16"]

  @Test func tagsCanBePretrainedOnWithAndWithoutThem() async throws {
    let place = try tagged()
    let run = try await place.glean(["pretrain", "images", "--steps", "3", "--out", "run"] + tiny)
    #expect(run.code == 0 && run.errors.contains("12 images, 2 tags"), "\(run)")
    let supervised = try await place.glean(
      ["pretrain", "images", "--method", "supervised", "--steps", "3", "--out", "b"] + tiny)
    #expect(supervised.code == 0, "\(supervised)")
    let byClass = try await place.glean(
      ["pretrain", "images", "--method", "supcon", "--steps", "3", "--out", "c"] + tiny)
    #expect(byClass.code != 0 && byClass.isOrderly, "\(byClass)")
  }

  @Test func aTableThatIsWrongIsAnErrorWithItsLine() async throws {
    let place = try tagged()
    try place.write(Array("path,label\nnone.png,x\n".utf8), to: "images/labels.csv")
    let outcome = try await place.glean(["data", "describe", "images"])
    #expect(outcome.code == 1 && outcome.isOrderly, "\(outcome)")
    #expect(outcome.errors.contains("labels.csv, line 2, field 'path': 'none.png' does not exist"))
  }
}
