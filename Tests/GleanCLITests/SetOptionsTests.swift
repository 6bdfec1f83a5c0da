import Foundation
import Testing

/// Options that concern the images themselves.
@Suite struct SetOptionsTests {
  @Test func nearDuplicatesAreCountedNamedAndLeftOut() async throws {
    let place = try Workplace()
    try place.noise(12)
    let files = try FileManager.default.contentsOfDirectory(atPath: place.path("images").path)
    let first = try #require(files.sorted().first)
    try FileManager.default.copyItem(
      at: place.path("images/\(first)"), to: place.path("images/zz-copy.png"))
    let said = try await place.glean(["data", "describe", "images"])
    #expect(said.code == 0, "\(said)")
    #expect(said.output.contains("nearly alike: 2 train"), "\(said)")
    #expect(said.output.contains("zz-copy.png: 0.0 grey levels"), "\(said)")
    let run = try await place.glean(
      ["pretrain", "images", "--drop-duplicates", "--steps", "3", "--out", "run"] + tiny)
    #expect(run.code == 0 && run.errors.contains("1 near-duplicate left out of train"), "\(run)")
    let other = try await place.glean(
      ["pretrain", "images", "--steps", "3", "--out", "run"] + tiny)
    #expect(other.code == 64 && other.isOrderly, "other images: \(other)")
  }

  @Test func theAugmentationIsPartOfARunAndAutoSaysWhy() async throws {
    let place = try Workplace()
    try place.noise(12)
    let auto = try await place.glean(
      ["pretrain", "images", "--augment", "auto", "--steps", "3", "--out", "run"] + tiny)
    #expect(auto.code == 0 && auto.errors.contains("Upside down they "), "\(auto)")
    let aerial = ["pretrain", "images", "--augment", "aerial", "--steps", "3", "--out"]
    let run = try await place.glean(aerial + ["other"] + tiny)
    #expect(run.code == 0, "\(run)")
    let card = try String(contentsOf: place.path("other/README.md"), encoding: .utf8)
    #expect(card.contains("upside-down flip (50%)"), "\(card)")
    let plain = try await place.glean(
      ["pretrain", "images", "--steps", "3", "--out", "other"] + tiny)
    #expect(plain.code == 64 && plain.isOrderly, "\(plain)")
    let views = try await place.glean(
      ["views", "images", "--augment", "radiograph", "--columns", "2"])
    #expect(views.code == 0 && place.exists("views.png"), "\(views)")
  }

  @Test(arguments: [
    (["data", "describe", "images", "--range", "5"], "--range is '5'; give two numbers"),
    (["data", "describe", "images", "--range", "9,1"], "the lower first"),
    (
      ["data", "fetch", "cifar"], "'cifar' is no set that Glean knows. There are cifar10, cifar100"
    ),
    (["data", "fetch", "cifar10", "--from", "file:///etc"], "begins with https:// or http://"),
    (["views", "images", "--augment", "photos"], "photo"),
  ])
  func whatCannotBeMeantIsMisuse(words: [String], message: String) async throws {
    let place = try Workplace()
    try place.noise(2)
    let outcome = try await place.glean(words)
    #expect(outcome.code == 64 && outcome.isOrderly, "\(outcome)")
    #expect(outcome.errors.contains(message), "\(outcome)")
  }
}
