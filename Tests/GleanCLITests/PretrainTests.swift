import Foundation
import Testing

/// `glean pretrain`: the same command gives the same weights, whatever happened in between.
@Suite(.serialized) struct PretrainTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
  }

  private func pretrain(
    _ out: String, steps: Int = 6, _ more: [String] = [], stop: Program.Stop? = nil
  ) async throws -> Program.Outcome {
    try await place.glean(
      ["pretrain", "images", "--steps", "\(steps)", "--out", out] + tiny + more, stop: stop)
  }

  /// Sends a signal once the run has written its first figures.
  private func midway(_ signal: Int32, _ out: String) -> Program.Stop {
    Program.Stop(signal: signal) { [place] in place.lines("\(out)/metrics.csv").count > 1 }
  }

  @Test func aRunWritesWeightsFiguresAndSettings() async throws {
    let run = try await pretrain("run")
    #expect(run.code == 0, "\(run)")
    #expect(run.output == "\(place.path("run/backbone.safetensors").path)\n")
    #expect(run.errors.contains("Next: glean evaluate images --weights run"))
    let metrics = place.lines("run/metrics.csv")
    #expect(metrics.first?.hasPrefix("step,epoch,loss,learning_rate,effective_rank") == true)
    #expect(metrics.last?.hasPrefix("6,1.2,") == true)
    let settings = try #require(
      try JSONSerialization.jsonObject(with: place.bytes("run/run.json")) as? [String: Any])
    #expect(settings["method"] as? String == "simclr" && settings["seed"] as? Int == 0)
  }

  @Test func equalSeedsGiveEqualWeightsAndOthersDoNot() async throws {
    for (out, seed) in [("a", "3"), ("b", "3"), ("c", "4")] {
      let run = try await pretrain(out, ["--seed", seed, "--quiet"])
      #expect(run.code == 0 && run.errors.isEmpty, "\(run)")
    }
    let weights = try place.bytes("a/backbone.safetensors")
    #expect(try weights == place.bytes("b/backbone.safetensors"))
    #expect(try weights != place.bytes("c/backbone.safetensors"))
  }

  @Test func aRunStoppedByCtrlCGoesOnToTheSameWeights() async throws {
    let stopped = try await pretrain("stopped", steps: 120, stop: midway(SIGINT, "stopped"))
    #expect(stopped.code == 130, "\(stopped)")
    #expect(stopped.errors.contains("the same command goes on"), "\(stopped)")
    #expect(!stopped.errors.contains("error:") && stopped.output.isEmpty, "\(stopped)")
    #expect(place.exists("stopped/checkpoint.safetensors"))
    #expect(!place.exists("stopped/backbone.safetensors"))

    let resumed = try await pretrain("stopped", steps: 120)
    let whole = try await pretrain("whole", steps: 120)
    #expect(resumed.code == 0 && whole.code == 0, "\(resumed) \(whole)")
    #expect(
      try place.bytes("stopped/backbone.safetensors") == place.bytes("whole/backbone.safetensors"))
    let steps = place.lines("stopped/metrics.csv").dropFirst().compactMap { line in
      Int(line.prefix { $0 != "," })
    }
    #expect(steps == steps.sorted() && Set(steps).count == steps.count && steps.last == 120)
  }

  @Test func aKilledRunFinishesWithTheSameCommand() async throws {
    let killed = try await pretrain("run", steps: 120, stop: midway(SIGKILL, "run"))
    #expect(killed.code == 128 + SIGKILL)
    #expect(!place.exists("run/backbone.safetensors"))
    let again = try await pretrain("run", steps: 120)
    #expect(again.code == 0, "\(again)")
    #expect(place.exists("run/backbone.safetensors"))
  }

  @Test func aFinishedRunIsNotMadeAgainAndNotMixedWithAnother() async throws {
    _ = try await pretrain("run")
    let weights = try place.bytes("run/backbone.safetensors")
    let again = try await pretrain("run")
    #expect(again.code == 0 && again.errors.contains("this run was finished before"), "\(again)")
    let other = try await pretrain("run", ["--seed", "1"])
    #expect(other.code == 64 && other.isOrderly, "\(other)")
    #expect(other.errors.contains("seed was 0, now 1"), "\(other)")
    #expect(other.errors.contains("give another --out"), "\(other)")
    #expect(try place.bytes("run/backbone.safetensors") == weights)
  }

  @Test func jsonIsAllThatStdoutHolds() async throws {
    let run = try await pretrain("run", ["--json"])
    let result = try #require(try run.json as? [String: Any])
    #expect(result["steps"] as? Int == 6)
    #expect(result["weights"] as? String == place.path("run/backbone.safetensors").path)
    #expect(try await pretrain("run", ["--json"]).json is [String: Any])
  }

  @Test func aDamagedCheckpointIsNamedAndRefused() async throws {
    _ = try await pretrain("run")
    let checkpoint = try place.bytes("run/checkpoint.safetensors")
    try place.write(checkpoint.prefix(checkpoint.count / 2), to: "run/checkpoint.safetensors")
    let cut = try await pretrain("run")
    #expect(cut.code == 1 && cut.isOrderly, "\(cut)")
    #expect(cut.errors.contains("run/checkpoint.safetensors: "), "\(cut)")
    #expect(cut.errors.contains("Delete it to start the run anew"), "\(cut)")

    try place.write(place.bytes("run/backbone.safetensors"), to: "run/checkpoint.safetensors")
    let other = try await pretrain("run")
    #expect(other.code == 1 && other.isOrderly, "\(other)")
    #expect(other.errors.contains("is not a checkpoint of Glean"), "\(other)")
  }
}
