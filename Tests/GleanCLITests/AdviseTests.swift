import Foundation
import Testing

/// `glean advise`: a race of methods that can be stopped and says what it is worth.
@Suite(.serialized) struct AdviseTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes(train: 64)
  }

  private func advise(
    _ out: String, methods: String = "simclr,byol,rotnet", length: [String] = ["--steps", "125"],
    _ more: [String] = [], stop: Program.Stop? = nil
  ) async throws -> Program.Outcome {
    try await place.glean(
      ["advise", "images", "--methods", methods, "--out", out] + length + tiny + more, stop: stop)
  }

  @Test func aRaceEndsInAdviceAndIsNotRunTwice() async throws {
    let race = try await advise("race")
    #expect(race.code == 0, "\(race)")
    #expect(race.output.hasPrefix("method "), "\(race)")
    for words in ["test images, which chose nothing", "What a race cannot tell", "glean pretrain"] {
      #expect(race.output.replacing("\n", with: " ").contains(words), "\(race)")
    }
    #expect(race.errors.contains("at most"), "\(race)")
    #expect(race.output.hasSuffix("--image-size 16 --batch 8 --threads 1\n"), "\(race)")
    let again = try await advise("race")
    #expect(again.code == 0 && again.output == race.output, "\(again)")

    let json = try await advise("race", ["--json", "--quiet"])
    let result = try #require(try json.json as? [String: Any], "\(json)")
    let weights = try #require(result["weights"] as? String)
    #expect(FileManager.default.fileExists(atPath: "\(weights)/backbone.safetensors"))
    #expect(json.errors.isEmpty)
    let used = try await place.glean(["evaluate", "images", "--weights", weights])
    #expect(used.code == 0, "\(used)")
  }

  @Test func ctrlCKeepsWhatWasJudged() async throws {
    let place = place
    let judged = Program.Stop(signal: SIGINT) {
      (try? place.text("race/race.json"))?.contains("simclr@") == true
    }
    let stopped = try await advise("race", stop: judged)
    #expect(stopped.code == 130 && stopped.output.isEmpty, "\(stopped)")
    #expect(stopped.errors.contains("the same command goes on"), "\(stopped)")
    let continued = try await advise("race")
    #expect(continued.code == 0, "\(continued)")
    #expect(!continued.errors.contains("Measuring"), "\(continued)")
  }

  @Test(arguments: [
    ("simclr,byol", "--budget 1s", "is too short"),
    ("simclr,byol", "--budget 1", "a time such as"),
    ("simclr,byol", "--steps 9", "are too few to race 2 methods in 1 rungs; give 50 or more"),
    ("simclr", "--steps 125", "give two or more"),
    ("mae,simclr", "--steps 125", "needs a ViT backbone"),
  ]) func whatCannotBeRacedIsRefused(
    methods: String, length: String, words: String
  ) async throws {
    let refused = try await advise(
      "race", methods: methods, length: length.split(separator: " ").map(String.init))
    #expect(refused.code == 64 && refused.isOrderly, "\(refused)")
    #expect(refused.errors.contains(words), "\(refused)")
  }
}
