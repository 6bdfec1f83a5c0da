import Foundation
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `glean report`: several studies, and the report that is watched.
@Suite(.serialized) struct ReportTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
  }

  private func compare(_ out: String, _ budget: [String]) async throws {
    let outcome = try await place.glean(
      ["compare", "images", "--sizes", "24,40", "--seeds", "2", "--protocols", "knn", "--out", out]
        + budget + tiny)
    #expect(outcome.code == 0, "\(outcome)")
  }

  @Test func severalStudiesHaveAnOverviewThatLinksThereAndBack() async throws {
    try await compare("some studies/steps", ["--steps", "3"])
    try await compare("some studies/epochs", ["--epochs", "1"])
    let report = try await place.glean(["report", "some studies"])
    #expect(report.code == 0, "\(report)")
    #expect(report.output.contains("On resnet18-w2-small, 3 steps"), "\(report)")
    let page = try place.text("some studies/report.html")
    #expect(page.contains(#"href="epochs/report.html""#) && page.contains("&#39;some studies&#39;"))
    #expect(try place.text("some studies/steps/report.html").contains(#"href="../report.html""#))
    for name in ["report.json", "report.csv", "tables.tex", "tables.md"] {
      #expect(place.exists("some studies/\(name)") && place.exists("some studies/steps/\(name)"))
    }
    let json = try await place.glean(
      ["report", "some studies/steps", "some studies/epochs", "--out", "over", "--json"])
    let overview = try #require(try json.json as? [String: Any], "\(json)")
    #expect(overview["kind"] as? String == "overview")
    #expect((overview["groups"] as? [Any])?.count == 2)
    #expect((overview["arms"] as? [Any])?.count == 2)
    #expect(place.exists("over/report.html"))
  }

  @Test func aWatchedReportIsServedUntilItIsStopped() async throws {
    try await compare("study", ["--steps", "3"])
    try place.write(Array("<body>learnt</body>".utf8), to: "study/inspect.html")
    // The program is stopped once the page was fetched.
    let fetched = place.path("fetched").path
    let port = 20_000 + Int.random(in: 0..<20_000)
    let fetch = Task {
      let url = try #require(URL(string: "http://127.0.0.1:\(port)/"))
      let beside = url.appending(path: "inspect.html")
      defer { _ = FileManager.default.createFile(atPath: fetched, contents: nil) }
      for _ in 0..<300 {
        if let (data, answer) = try? await URLSession.shared.data(from: url),
          (answer as? HTTPURLResponse)?.statusCode == 200
        {
          let more = try await URLSession.shared.data(from: beside).0
          return String(decoding: data + more, as: UTF8.self)
        }
        try await Task.sleep(for: .milliseconds(100))
      }
      return ""
    }
    let stop = Program.Stop(signal: SIGINT) {
      FileManager.default.fileExists(atPath: fetched)
    }
    let outcome = try await place.glean(
      ["report", "study", "--watch", "--port", "\(port)"], stop: stop)
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.output.contains("http://127.0.0.1:\(port)/"), "\(outcome)")
    let page = try await fetch.value
    #expect(page.contains("Paired differences") && page.contains(#"fetch("/stamp")"#))
    #expect(page.contains("<body>learnt"))
  }
}
