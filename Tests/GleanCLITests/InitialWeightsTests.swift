import Foundation
import Testing

/// `--init`: beginning with weights from elsewhere, in a run and in a comparison.
@Suite(.serialized) struct InitialWeightsTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
    try place.noise(16, in: "elsewhere")
  }

  /// A run of two steps on other images.
  private func general(_ backbone: String = "resnet18:width=2", out: String = "general")
    async throws
  {
    let run = try await place.glean(
      ["pretrain", "elsewhere", "--steps", "2", "--out", out] + tiny + ["--backbone", backbone])
    #expect(run.code == 0, "\(run)")
  }

  private let study = ["--steps", "4", "--sizes", "24", "--seeds", "1", "--out", "study", "--json"]
  private let plain = ["--image-size", "16", "--batch", "8", "--threads", "1"]

  private func rows(_ outcome: Program.Outcome) throws -> [String: [String: Any]] {
    #expect(outcome.code == 0, "\(outcome)")
    let summary = try #require(try outcome.json as? [String: Any])
    let rows = try #require(summary["rows"] as? [[String: Any]])
    return Dictionary(
      rows.map { ($0["method"] as? String ?? "", $0) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func aRunGoesOnFromWeightsThatDecideItsNetwork() async throws {
    try await general()
    let run = try await place.glean(
      ["pretrain", "images", "--steps", "2", "--init", "general", "--out", "run"] + plain)
    #expect(run.code == 0, "\(run)")
    #expect(run.errors.contains("Beginning with general: resnet18-w2-small"), "\(run)")
    #expect(try place.text("run/run.json").contains("\"digest\""))

    let other = try await place.glean(
      ["pretrain", "images", "--steps", "2", "--init", "general", "--out", "other"] + plain
        + ["--backbone", "resnet18:width=2,stem=standard"])
    #expect(other.code == 1 && other.isOrderly, "\(other)")
    #expect(
      other.errors.contains("conv1.weight is [2, 3, 3, 3], expected [2, 3, 7, 7]"), "\(other)")
    let partial = try await place.glean(
      ["pretrain", "images", "--steps", "2", "--init", "general", "--partial", "--out", "other"]
        + plain + ["--backbone", "resnet18:width=2,stem=standard"])
    #expect(partial.code == 0, "\(partial)")
    #expect(partial.errors.contains("stayed random: conv1.weight is [2, 3, 3, 3]"), "\(partial)")
  }

  @Test func aComparisonSetsGeneralWeightsBesideItsMethods() async throws {
    try await general()
    let compared = try await place.glean(
      ["compare", "images", "--bare", "--methods", "random,simclr,byol", "--init", "general"]
        + ["--init-title", "noise", "--continued", "simclr"] + study + plain)
    let rows = try rows(compared)
    #expect(
      Set(rows.keys)
        == ["random", "simclr", "byol", "random+general", "supervised+general", "simclr+general"])
    #expect(rows["random+general"]?["isBaseline"] as? Bool == true)
    #expect(rows["simclr+general"]?["title"] as? String == "SimCLR from general weights")
    #expect(rows.values.allSatisfy { $0["otherBackbone"] == nil })
    #expect(try place.text("study/report.html").contains("noise: resnet18-w2-small"))
  }

  @Test func weightsOfAnotherNetworkAreShownAndComparedWithNothing() async throws {
    try await general("resnet18:width=4")
    let compared = try await place.glean(
      ["compare", "images", "--bare", "--methods", "random,simclr", "--init", "general"]
        + ["--continued", "none"] + study + tiny)
    let rows = try rows(compared)
    #expect(Set(rows.keys) == ["random", "simclr", "random+general", "supervised+general"])
    #expect(rows["random+general"]?["otherBackbone"] as? String == "resnet18-w4-small")
    #expect(rows["random"]?["otherBackbone"] == nil)
    #expect(try place.text("study/report.html").contains("other backbone: resnet18-w4-small"))
  }

  @Test func weightsOfTheSameImagesAreNoGeneralBaseline() async throws {
    let run = try await place.glean(
      ["pretrain", "images", "--steps", "2", "--out", "own"] + tiny)
    #expect(run.code == 0, "\(run)")
    let compared = try await place.glean(
      ["compare", "images", "--bare", "--methods", "random", "--init", "own"] + study + plain)
    #expect(try rows(compared).keys.sorted() == ["random"])
    #expect(compared.errors.contains("pretrained on these very images"), "\(compared)")
  }

  @Test func whatCannotBeBegunWithIsRefusedInAClearSentence() async throws {
    try place.write(Array("not weights".utf8), to: "broken.pth")
    for (more, code, part) in [
      (["--init", "absent.pth"], 64 as Int32, "absent.pth does not exist; give"),
      (["--partial"], 64, "--partial says how to load --init"),
      (["--init", "broken.pth"], 1, "neither safetensors nor what torch.save writes"),
    ] {
      let refused = try await place.glean(
        ["pretrain", "images", "--steps", "2", "--out", "run"] + plain + more)
      #expect(refused.code == code && refused.isOrderly, "\(refused)")
      #expect(refused.errors.contains(part), "\(refused)")
    }
    try await general()
    let stranger = try await place.glean(
      [
        "compare", "images", "--bare", "--methods", "random", "--init", "general", "--continued",
        "byol",
      ]
        + study + plain)
    #expect(stranger.code == 64 && stranger.errors.contains("no method of this comparison"))
  }
}
