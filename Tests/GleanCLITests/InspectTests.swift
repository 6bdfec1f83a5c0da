import Foundation
import Testing

/// The page of what networks have learnt, from the command line.
@Suite struct InspectTests {
  private static let quick = ["--image-size", "16", "--threads", "1", "--quiet"]

  @Test func oneChapterMakesAPageOfOneChapter() async throws {
    let place = try Workplace()
    try place.shapes()
    let outcome = try await place.glean(
      ["inspect", "random", "random", "--images", "images", "--only", "geometry", "--json"]
        + Self.quick)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let json = try #require(try outcome.json as? [String: Any])
    let networks = try #require(json["networks"] as? [[String: Any]])
    #expect(
      networks.compactMap { $0["name"] as? String } == ["random weights", "random weights (2)"])
    #expect((json["geometry"] as? [Any])?.count == 2)
    #expect(json["neighbours"] == nil)
    let page = try place.text("inspect.html")
    #expect(page.contains("<h2>Geometry</h2>"))
    #expect(!page.contains("<h2>Neighbours</h2>"))
    #expect(page.contains("--only geometry --json"))
  }

  @Test func aStudysNetworksAreFoundAndItsReportGetsAChapter() async throws {
    let place = try Workplace()
    try place.shapes()
    let study = try await place.glean(
      [
        "compare", "images", "--methods", "random,simclr", "--bare", "--sizes", "24,40", "--seeds",
        "2", "--steps", "2", "--protocols", "knn", "--out", "study", "--quiet",
      ] + tiny)
    #expect(study.code == 0, "\(study.errors)")
    #expect(try !place.text("study/report.html").contains("What was learnt"))
    // The folder may have been moved since.
    try FileManager.default.moveItem(at: place.path("study"), to: place.path("moved"))
    let outcome = try await place.glean(
      ["inspect", "moved", "--only", "geometry,layers", "--json", "--threads", "1", "--quiet"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let json = try #require(try outcome.json as? [String: Any])
    let networks = try #require(json["networks"] as? [[String: Any]])
    #expect(networks.compactMap { $0["name"] as? String } == ["random weights", "SimCLR"])
    let layers = try #require(json["layers"] as? [String: Any])
    let kin = try #require(layers["kin"] as? [[[String: Any]]])
    #expect(
      kin.map { $0.compactMap { $0["difference"] as? String } }
        == [["another seed"], ["another seed", "24 images"]])
    #expect(try place.text("moved/inspect.html").contains("glean inspect moved"))

    // Runs that came as text have no weights, whatever lies in the current folder.
    let runs = try FileManager.default.contentsOfDirectory(atPath: place.path("moved/runs").path)
    let run = try #require(runs.first { $0.hasPrefix("simclr") })
    try FileManager.default.copyItem(
      at: place.path("moved/runs/\(run)/backbone.safetensors"),
      to: place.path("backbone.safetensors"))
    for command in [["export", "moved", "--out", "a.jsonl"], ["merge", "text", "a.jsonl"]] {
      try await #require(place.glean(["study"] + command).code == 0)
    }
    let text = try await place.glean(
      ["inspect", "text", "--only", "geometry", "--json", "--threads", "1", "--quiet"])
    let seen = try #require((try text.json as? [String: Any])?["networks"] as? [[String: Any]])
    #expect(seen.compactMap { $0["name"] as? String } == ["random weights"], "\(text)")
    #expect(try place.text("moved/report.html").contains("What was learnt"))

    // A file that another Glean has written does not silently leave the report.
    try place.write(Data(#"{"dataset": "moved"}"#.utf8), to: "moved/inspect.json")
    let report = try await place.glean(["report", "moved"])
    #expect(report.code == 0, "\(report.errors)")
    let page = try place.text("moved/report.html")
    #expect(!page.contains("<h2>What was learnt</h2>"))
    #expect(page.contains("glean inspect moved’ makes it again"))

    let both = try await place.glean(["inspect", "moved", "random", "--images", "images"])
    #expect(both.code == 64 && both.isOrderly)
    let bare = try await place.glean(["inspect", "random"])
    #expect(bare.code == 64 && bare.isOrderly && bare.errors.contains("--images"))
  }

  @Test func unlabelledImagesLeaveOutWhatNeedsClasses() async throws {
    let place = try Workplace()
    try place.noise(60)
    let outcome = try await place.glean(
      [
        "inspect", "random", "--images", "images", "--only", "neighbours,cues", "--out",
        "page.html",
      ]
        + Self.quick.dropLast())
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("cues is left out"))
    let page = try place.text("page.html")
    #expect(page.contains("<h2>Neighbours</h2>") && page.contains("<h2>Left out</h2>"))
  }

  @Test func prototypesAreShownWhereTheRunHasItsCheckpoint() async throws {
    let place = try Workplace()
    try place.shapes()
    let run = try await place.glean(
      [
        "pretrain", "images", "--method", "swav", "--set", "hidden=24", "--steps", "2", "--out",
        "run",
        "--quiet",
      ] + tiny)
    #expect(run.code == 0, "\(run.errors)")
    let inspect =
      ["inspect", "run", "--images", "images", "--only", "maps", "--json", "--threads", "1"]
    func look() async throws -> (prototypes: [String: Any]?, errors: String) {
      let outcome = try await place.glean(inspect)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let json = try #require(try outcome.json as? [String: Any])
      let maps = try #require(json["maps"] as? [String: Any])
      let figures = try #require((maps["figures"] as? [[String: Any]])?.first)
      return (figures["prototypes"] as? [String: Any], outcome.errors)
    }
    let found = try #require(try await look().prototypes)
    let sizes = try #require(found["sizes"] as? [Int])
    #expect(sizes.reduce(0, +) == found["images"] as? Int && sizes.reduce(0, +) > 0)
    #expect(try place.text("inspect.html").contains("Prototypes with most images"))
    try FileManager.default.removeItem(at: place.path("run/checkpoint.safetensors"))
    let (none, errors) = try await look()
    #expect(none == nil && errors.contains("maps: prototypes of SwAV are left out"), "\(errors)")
    #expect(try place.text("inspect.html").contains("Maps, prototypes of SwAV"))
  }

  @Test func whatCannotBeInspectedIsRefused() async throws {
    let place = try Workplace()
    try place.noise(10)
    let few = try await place.glean(["inspect", "random", "--images", "images"] + Self.quick)
    #expect(few.code == 1 && few.isOrderly && few.errors.contains("10 images"))
    let none = try await place.glean(["inspect", "nowhere", "--images", "images"] + Self.quick)
    #expect(none.code == 64 && none.isOrderly)
    let chapter = try await place.glean(
      ["inspect", "random", "--images", "images", "--only", "geomtry"] + Self.quick)
    #expect(chapter.code == 64 && chapter.isOrderly)
  }
}
