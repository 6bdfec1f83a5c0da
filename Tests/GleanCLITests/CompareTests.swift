import Foundation
import TestSupport
import Testing

/// `glean compare` and `glean report`: a study that can be stopped, continued and trusted.
@Suite(.serialized) struct CompareTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
  }

  private static let runs = ["--sizes", "24,40", "--seeds", "2"]

  private func compare(
    _ out: String, steps: Int = 4, _ more: [String] = [], stop: Program.Stop? = nil
  ) async throws -> Program.Outcome {
    try await place.glean(
      ["compare", "images", "--steps", "\(steps)", "--out", out] + Self.runs + tiny + more,
      stop: stop)
  }

  /// The summary's rows, by method and size.
  private func rows(_ outcome: Program.Outcome) throws -> [[String: Any]] {
    let summary = try #require(try outcome.json as? [String: Any], "\(outcome)")
    return try #require(summary["rows"] as? [[String: Any]])
  }

  /// Everything in the rows but what they cost.
  private func figures(_ outcome: Program.Outcome) throws -> Data {
    let figures = try rows(outcome).map { $0.filter { $0.key != "cost" } }
    return try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys)
  }

  @Test func aStudyEndsInATableAndAPageAndIsNotMadeTwice() async throws {
    let study = try await compare("study")
    #expect(study.code == 0, "\(study)")
    #expect(study.output.hasPrefix("method "), "\(study)")
    #expect(study.output.hasSuffix("\nReport: \(place.path("study/report.html").path)\n"))
    #expect(study.errors.contains("[16/16] simclr, 40 images, seed 1: linear "), "\(study)")
    #expect(study.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    try checkPage()

    let again = try await compare("study")
    #expect(again.code == 0 && again.output == study.output, "\(again)")
    #expect(again.errors.contains("16 runs were made before"), "\(again)")
    #expect(!again.errors.contains("[1/16]"), "\(again)")

    let silent = try await compare("study", ["--quiet", "--json"])
    #expect(silent.errors.isEmpty, "\(silent)")
    #expect(try rows(silent).count == 8)

    try FileManager.default.removeItem(at: place.path("study/report.html"))
    let report = try await place.glean(["report", "study"])
    #expect(report.code == 0 && report.output == study.output, "\(report)")
    try checkPage()
    #expect(try figures(await place.glean(["report", "study", "--json"])) == figures(silent))
  }

  /// The page is one document whose elements close in order, with nothing fetched from elsewhere.
  private func checkPage() throws {
    let page = try place.text("study/report.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
    #expect(!page.contains("src=\"http") && !page.contains("<link "))
    let empty: Set<Substring> = ["meta", "br", "hr", "img", "input", "link", "col"]
    var open: [Substring] = []
    for tag in page.matches(of: /<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(\/?)>/) {
      let (_, closes, name, isWhole) = tag.output
      if !isWhole.isEmpty || empty.contains(name) { continue }
      if closes.isEmpty {
        open.append(name)
      } else {
        #expect(open.popLast() == name, "</\(name)> closes another element")
      }
    }
    #expect(open.isEmpty)
    #expect(page.contains("<svg") && page.contains("SimCLR"))
    #expect(page.contains("glean compare images --steps 4 --out study --sizes 24,40"))
  }

  @Test func aStudyStoppedByCtrlCGivesTheFiguresOfOneThatWasNot() async throws {
    let place = place
    let midway = Program.Stop(signal: SIGINT) {
      let runs = place.path("stopped/runs").path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
      return names.contains { name in
        name.hasPrefix("simclr-24-") && place.lines("stopped/runs/\(name)/metrics.csv").count > 1
      }
    }
    // A busy machine may deliver the signal after the run that it was meant for, so the number of
    // finished runs is not promised; that no figure depends on it is.
    let stopped = try await compare("stopped", steps: 60, stop: midway)
    #expect(stopped.code == 130, "\(stopped)")
    #expect(stopped.output.isEmpty)
    #expect(stopped.errors.contains("the same command goes on"), "\(stopped)")
    #expect(place.exists("stopped/report.html"))

    let continued = try await compare("stopped", steps: 60, ["--json"])
    #expect(continued.errors.contains(" runs were made before"), "\(continued)")
    #expect(continued.errors.contains("[16/16] "), "\(continued)")
    let whole = try await compare("whole", steps: 60, ["--json"])
    #expect(try figures(continued) == figures(whole))
  }

  @Test func severalProcessesMakeWhatOneMakes() async throws {
    let whole = try await compare("whole", ["--json"])
    let shared = try await compare("shared", ["--jobs", "3", "--json"])
    #expect(shared.code == 0, "\(shared)")
    #expect(try figures(shared) == figures(whole))
    #expect(try place.text("shared/report.html").contains("--jobs 3"))
    let again = try await compare("shared", ["--jobs", "2"])
    #expect(again.code == 0 && again.errors.contains("16 runs were made before"), "\(again)")
    let none = try await compare("none", ["--jobs", "0"])
    #expect(none.code == 64 && none.errors.contains("--jobs is 0; give 1 or more"), "\(none)")
  }

  @Test func severalProcessesStopTogetherAndGoOn() async throws {
    let place = place
    let midway = Program.Stop(signal: SIGINT) {
      let runs = place.path("stopped/runs").path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
      return names.count { place.lines("stopped/runs/\($0)/metrics.csv").count > 1 } > 1
    }
    let stopped = try await compare("stopped", steps: 200, ["--jobs", "2"], stop: midway)
    #expect(stopped.code == 130, "\(stopped)")
    let continued = try await compare("stopped", steps: 200, ["--jobs", "2", "--json"])
    let whole = try await compare("whole", steps: 200, ["--json"])
    #expect(try figures(continued) == figures(whole))
  }

  @Test func otherSettingsAreNotMixedIntoAStudy() async throws {
    let study = try await compare("study", ["--bare", "--methods", "random"])
    #expect(study.code == 0, "\(study)")
    for (more, difference) in [
      (["--bare", "--methods", "random", "--steps", "5"], "budget was 4 steps, now 5 steps"),
      (["--bare", "--methods", "random", "--labels", "16"], "labels was all, now 16"),
    ] {
      let other = try await compare("study", more)
      #expect(other.code == 64 && other.isOrderly, "\(other)")
      #expect(other.errors.contains(difference), "\(other)")
      #expect(other.errors.contains("give another --out"), "\(other)")
    }
  }

  @Test func aMethodMayBeAddedToAStudy() async throws {
    let study = try await compare("grown", ["--bare", "--methods", "random"])
    #expect(study.code == 0, "\(study)")
    let grown = try await compare(
      "grown", ["--bare", "--methods", "random,decorrelation", "--json"])
    #expect(grown.code == 0, "\(grown)")
    #expect(grown.errors.contains("made before"), "\(grown)")
    for name in ["random", "barlow-twins", "vicreg"] {
      #expect(grown.output.contains("\"\(name)\""), "\(name)")
    }
    let begun = try await compare("grown", ["--bare", "--methods", "random", "--json"])
    #expect(begun.code == 0 && begun.output == grown.output, "\(begun)")
    #expect(begun.errors.contains("4 runs were made before"), "\(begun)")
    #expect(begun.errors.contains(" runs besides, which are not made here"), "\(begun)")
  }

  @Test func aStudyThatGrowsByFailuresAloneFails() async throws {
    _ = try await compare("study", ["--bare", "--methods", "random"])
    // Of this temperature nothing is left in 32 bits: the loss is no number.
    let grown = try await compare(
      "study", ["--bare", "--methods", "simclr", "--set", "simclr.temperature=1e-46"])
    #expect(grown.code == 1 && grown.errors.contains("no run succeeded"), "\(grown)")
  }

  @Test func aMethodThatTheBackboneDoesNotSuitIsRefusedAtOnce() async throws {
    let refused = try await compare("unsuited", ["--methods", "mae"])
    #expect(refused.code == 64 && refused.isOrderly, "\(refused)")
    #expect(refused.errors.contains("needs a ViT backbone"), "\(refused)")
  }

  @Test func imagesThatChangedSinceAreNotMixedIntoAStudy() async throws {
    _ = try await compare("study", ["--bare", "--methods", "random"])
    try place.write(SampleFiles.png(width: 16, height: 16), to: "images/train/disc/new.png")
    let other = try await compare("study", ["--bare", "--methods", "random"])
    #expect(other.code == 64 && other.isOrderly, "\(other)")
    #expect(other.errors.contains("the images have changed since it began"), "\(other)")
  }

  @Test func aDamagedStudyIsNamedAndLeftAsItIs() async throws {
    _ = try await compare("study", ["--bare", "--methods", "random"])
    try place.write(Array("{".utf8), to: "study/study.json")
    for outcome in [
      try await place.glean(["report", "study"]),
      try await compare("study", ["--bare", "--methods", "random"]),
    ] {
      #expect(outcome.code == 1 && outcome.isOrderly, "\(outcome)")
      #expect(outcome.errors.contains("study.json: is not a study's plan"), "\(outcome)")
    }
    #expect(try place.text("study/study.json") == "{")
  }

  @Test func fewLabelsArePretrainedOnAll() async throws {
    let study = try await place.glean(
      ["compare", "images", "--labels", "16", "--sizes", "40", "--seeds", "1", "--steps", "3"]
        + ["--json", "--out", "study"] + tiny)
    #expect(study.code == 0, "\(study)")
    #expect(try rows(study).count == 4)
  }
}
