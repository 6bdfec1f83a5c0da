import Foundation
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

  @Test(arguments: ["compare", "evaluate"])
  func whatIsJudgedByClassesSaysSoOfTags(command: String) async throws {
    let place = try tagged()
    let outcome = try await place.glean([command, "images"])
    #expect(outcome.code == 1 && outcome.isOrderly, "\(outcome)")
    #expect(outcome.errors.contains("its images have tags"), "\(outcome)")
    #expect(outcome.errors.contains("use 'glean pretrain "), "\(outcome)")
  }

  @Test func tagsCanBePretrainedOnButNotSupervisedYet() async throws {
    let place = try tagged()
    let run = try await place.glean(["pretrain", "images", "--steps", "3", "--out", "run"] + tiny)
    #expect(run.code == 0 && run.errors.contains("12 images, 2 tags"), "\(run)")
    let supervised = try await place.glean(
      ["pretrain", "images", "--method", "supervised", "--steps", "3"] + tiny)
    #expect(supervised.code != 0 && supervised.isOrderly, "\(supervised)")
    #expect(supervised.errors.contains("needs labelled images"), "\(supervised)")
  }

  @Test func aTableThatIsWrongIsAnErrorWithItsLine() async throws {
    let place = try tagged()
    try place.write(Array("path,label\nnone.png,x\n".utf8), to: "images/labels.csv")
    let outcome = try await place.glean(["data", "describe", "images"])
    #expect(outcome.code == 1 && outcome.isOrderly, "\(outcome)")
    #expect(outcome.errors.contains("labels.csv, line 2, field 'path': 'none.png' does not exist"))
  }
}
