import Backbones
import Foundation
import Study
import Testing
import Training

@testable import Report

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite struct OverviewReportTests {
  /// A part in a folder of its own, whose name has a space.
  private func part(
    _ dataset: String, _ methods: [MadeUp.Method] = [MadeUp.simclr, MadeUp.random],
    budget: Budget = .steps(20), seeds: Int = 3
  ) throws -> OverviewPart {
    let summary = MadeUp.summary(methods, sizes: [1000, 5000], seeds: seeds, dataset: dataset)
    let plan = StudyPlan(
      name: dataset, dataHash: "h", methods: methods.map(\.name), sizes: [1000, 5000],
      labels: .fewLabels(50), seeds: Array(0..<seeds),
      backbone: try BackboneSpec("resnet18:width=16", imageSize: 32), imageSize: 32, batch: 8,
      budget: budget, recipe: .automatic, precision: .float32)
    return OverviewPart(
      folder: StudyFolder(URL(filePath: "/tmp/whole/\(dataset) study")), plan: plan,
      summary: summary)
  }

  private func page(_ parts: [OverviewPart]) throws -> (overview: StudyOverview, page: PageReader) {
    let overview = try StudyOverview(parts)
    let context = OverviewReport.Context(
      title: "All <b>", parts: parts, folder: URL(filePath: "/tmp/whole/over"),
      command: "glean report a b", gleanVersion: "1", madeAt: Date(timeIntervalSince1970: 0))
    return (overview, try read(OverviewPage(overview, context).text))
  }

  @Test func everySentenceLinksToItsFiguresAndEveryPartToItsReport() throws {
    var byol = MadeUp.simclr
    byol.name = "byol"
    byol.levels = [0.40, 0.49]
    byol.family = "self-distillation"
    let methods = [MadeUp.simclr, byol, MadeUp.random, MadeUp.supervised]
    let (overview, page) = try page([
      part("cells", methods), part("tiles", methods),
      part("cells", methods, budget: .epochs(3)),
    ])
    let own = page.links.filter { $0.hasPrefix("#") }
    #expect(own.count == overview.verdict.count && own.count > 5)
    for link in own { #expect(page.ids.contains(String(link.dropFirst())), "\(link)") }
    let text = page.text.replacing("\u{2060}", with: "")
    for sentence in overview.verdict { #expect(text.contains(sentence.text)) }
    #expect(page.elements["details"] == 1 + overview.parts.count, "a table for each chart")
    let answers = overview.verdict.prefix { !$0.isDetail }
    #expect(answers.count == 3 && overview.verdict.dropFirst(3).allSatisfy(\.isDetail))
    #expect(answers[0].text.hasPrefix("Highest mean of the methods: "))
    let shown = OverviewReport.text([], overview).replacing("\n  ", with: " ")
    for sentence in overview.verdict { #expect(shown.contains(sentence.text) != sentence.isDetail) }
    #expect(page.links.contains("../tiles%20study/report.html"))
    #expect(text.contains("All <b>") && text.contains("No critical-difference diagram"))
    #expect(!overview.arms.isEmpty && page.ids.isSuperset(of: ["arms", "joint-1", "families"]))
    #expect(page.elements["script"] == 1 && !page.attributes.contains("src"))
    for line in OverviewReport.text([], overview).split(separator: "\n") {
      #expect(line.count <= TextReport.width)
    }
  }

  @Test func aFigureStandsOnlyAtTheSizeThatItsColumnNames() throws {
    var byol = MadeUp.simclr
    byol.name = "byol"
    byol.levels = [0.40]
    let half = try part("cells", [MadeUp.simclr, byol, MadeUp.random])
    let figures = OverviewFigures([half])
    let isMade = Dictionary(
      uniqueKeysWithValues: figures.rows.map { ($0.title, $0.figures[0] != nil) })
    #expect(figures.size(half) == "5,000")
    #expect(isMade == ["SimCLR": true, "byol": false, "random features": true])
    let legend = try read("<p>\(SummaryChart(summary: half.summary).small.text)</p>").text
    #expect(legend.contains("% at 1,000") && !legend.contains("% at 5,000"))
  }

  @Test func everyPartHasAChartInWhichAMethodLooksTheSame() throws {
    var swav = MadeUp.simclr
    swav.name = "swav"
    let parts = [
      try part("cells", [MadeUp.simclr, swav, MadeUp.random]),
      try part("tiles", [swav, MadeUp.random]), try part("empty", []),
    ]
    let (_, page) = try page(parts)
    let titles = parts.prefix(2).map {
      "\($0.title): Test accuracy against the number of images pretrained on"
    }
    for title in titles { #expect(page.text.contains(title)) }
    let styles = SummaryChart.styles(parts.flatMap(\.summary.curves))
    let alone = SummaryChart(summary: parts[1].summary).small.text
    let beside = SummaryChart(summary: parts[1].summary, styles: styles).small.text
    #expect(alone.contains("line m0") && !alone.contains("line m1"))
    #expect(beside.contains("line m1") && !beside.contains("line m0"))
  }

  @Test func publishedFiguresStandBesideOnesThatSayHowTheyWereJudged() throws {
    var clusters = MadeUp.simclr
    clusters.name = "deepcluster-v2"
    var part = try part("cells", [MadeUp.simclr, clusters, MadeUp.random, MadeUp.supervised])
    part.plan.general = GeneralWeights(
      weights: try InitialWeights(URL(filePath: #filePath)), backbone: part.plan.backbone,
      title: "My weights")
    let (_, page) = try page([part])
    #expect(page.text.contains("not comparable") && page.text.contains("· linear probe"))
    #expect(page.text.contains("Places-205; here, My weights."))
    #expect(page.text.contains("the published orders are a family of their own"))
  }

  @Test func onlySixDataSetsHaveADiagram() throws {
    let names = ["a", "b", "c", "d", "e", "f"]
    let five = try page(names.prefix(5).map { try part($0) }).page
    #expect(!five.text.contains("critical difference"))
    let six = try page(names.map { try part($0) }).page
    #expect(six.text.contains("critical difference") && !six.text.contains("No critical"))
  }

  @Test func barsJoinRowsThatDoNotDifferSignificantly() throws {
    var ranking = try #require(
      MadeUp.summary(
        MadeUp.five, sizes: [500, 1000, 5000, 20_000], seeds: 3
      ).ranking)
    ranking.criticalDifference = 1.5
    for (index, rank) in [1.0, 2.0, 2.4, 4.4, 5.2].enumerated() {
      ranking.rows[index].averageRank = rank
    }
    let diagram = try #require(RankDiagram(ranking: ranking))
    #expect(diagram.groups == [0...2, 3...4])
  }

  @Test func whatIsNotMadeIsSaid() throws {
    var stopped = try part("tiles", seeds: 2)
    stopped.missing = try stopped.plan.runs().suffix(1)
    let (_, page) = try page([part("cells"), stopped, part("empty", [])])
    #expect(page.text.contains("1 of 6 runs is not made yet"))
    #expect(page.text.contains("left out, as nothing is finished yet: empty"))
    #expect(page.text.contains("different seeds"))
  }

  @Test func budgetsAreComparedOnOneKindOfDevice() throws {
    var (steps, epochs) = (try part("cells"), try part("cells", budget: .epochs(3)))
    let alike = try page([steps, epochs])
    #expect(!alike.overview.arms.isEmpty && !alike.page.text.contains("kinds of device"))
    steps.summary.device.kind = "cpu"
    epochs.summary.device.kind = "cuda"
    epochs.summary.device.leftOut = ["cpu": 1]
    let (overview, page) = try page([steps, epochs])
    #expect(overview.arms.isEmpty)
    #expect(page.text.contains("(cpu: cells (\(steps.backbone), 20 steps); cuda: cells ("))
    #expect(page.text.contains("(\(steps.backbone), 3 epochs): 1 run made on cpu is left out."))
  }

  @Test func addressesLeadFromFolderToFolder() {
    func address(_ file: String, _ folder: String) -> String {
      RelativePath.address(of: URL(filePath: file), from: URL(filePath: folder))
    }
    #expect(address("/a/b c/report.html", "/a/d") == "../b%20c/report.html")
    #expect(address("/a/x:1/report.html", "/a") == "x%3A1/report.html")
    #expect(address("/a/report.html", "/a/b/c") == "../../report.html")
  }
}

@Suite struct FigureTableTests {
  private let evil = #"50% of_a & b|c \ {d} $x$ #1 ~ ^ <i> *x* [y]"#

  @Test func textFromOutsideBreaksNeitherLaTeXNorMarkdown() {
    let latex = FigureTable.latex(evil)
    #expect(
      latex
        == ##"50\% of\_a \& b\textbar{}c \textbackslash{} \{d\} \$x\$ \#1 \textasciitilde{} "##
        + ##"\textasciicircum{} \textless{}i\textgreater{} *x* [y]"##)
    let markdown = FigureTable.markdown("a|b\n<i> *x*")
    #expect(markdown == #"a\|b \<i\> \*x\*"#)
  }

  @Test func everyRowHasAsManyCellsAsTheHead() throws {
    let summary = MadeUp.summary(
      [.init(name: evil, family: "f", levels: [0.4, 0.5]), MadeUp.random], sizes: [1000, 5000],
      seeds: 3)
    let table = FigureTable(summary)
    let rows = table.latex.split(separator: "\n").filter {
      $0.hasSuffix(#"\\"#) && !$0.contains("multicolumn")
    }
    #expect(rows.count == 1 + 3)
    for row in rows {
      #expect(row.components(separatedBy: " & ").count == table.columns.count + 1)
    }
    for row in table.markdown.split(separator: "\n") where row.hasPrefix("|") {
      #expect(row.components(separatedBy: " | ").count == table.columns.count + 1)
    }
    #expect(table.latex.contains(#"{\footnotesize ("#))
    let lines = ResultsCSV.text([(summary, "20 steps")]).split(separator: "\n")
    let head = lines[0].split(separator: ",")
    #expect(lines.count == 1 + summary.rows.flatMap(\.figures).count && head.count == 14)
  }
}

@Suite struct ReportServerTests {
  private func status(_ request: String, host: String = "127.0.0.1:80") -> String {
    let files = ["/over/report.html": URL(filePath: "/etc/hostname")]
    let content = ReportServer.Content(files: files, first: "/over/report.html", stamp: 3)
    return ReportServer.answer("\(request)\r\nHost: \(host)\r\n\r\n", content, port: 80).status
  }

  @Test func onlyWhatItIsGivenIsServed() throws {
    #expect(status("GET /over/report.html HTTP/1.1") == "200 OK")
    #expect(status("GET / HTTP/1.1") == "302 Found")
    for path in [
      "/../etc/passwd", "/over/../../etc/passwd", "/%2e%2e/etc/passwd", "/over/%2E%2E%2Fetc/passwd",
      "/etc/hostname", "/over/", "//over/report.html", "/over/report.html/..", "/%00", "/%",
    ] {
      #expect(status("GET \(path) HTTP/1.1") == "404 Not Found", "\(path)")
    }
    #expect(status("POST /over/report.html HTTP/1.1") == "405 Method Not Allowed")
    #expect(status("GET /over/report.html HTTP/1.1", host: "evil.test") == "403 Forbidden")
    #expect(status("nonsense") == "400 Bad Request")
  }

  @Test func pagesLearnOverTheWireThatTheyHaveChanged() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "serve \(UUID())")
    for name in ["whole", "part one"] {
      let place = folder.appending(path: name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try Data("<body>\(name)</body>".utf8).write(to: place.appending(path: "report.html"))
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["whole", "part one"].map { folder.appending(path: $0 + "/report.html") }
    let server = try ReportServer()
    server.show(files)
    func get(_ path: String) async throws -> (code: Int?, text: String) {
      let url = try #require(URL(string: server.address + path))
      let (data, answer) = try await URLSession.shared.data(from: url)
      return ((answer as? HTTPURLResponse)?.statusCode, String(decoding: data, as: UTF8.self))
    }
    #expect(try await get("stamp").text == "1")
    #expect(try await get("").text.contains("whole<script>"))
    #expect(try await get("part%20one/report.html").text.contains("part one<script>"))
    #expect(try await get("nothing.html").code == 404)
    var head = URLRequest(url: try #require(URL(string: server.address + "whole/report.html")))
    head.httpMethod = "HEAD"
    let (body, answer) = try await URLSession.shared.data(for: head)
    #expect((answer as? HTTPURLResponse)?.statusCode == 200 && body.isEmpty)
    #expect(answer.expectedContentLength > 20)
    server.show(files)
    #expect(try await get("stamp").text == "2")
    let taken = #expect(throws: ReportError.self) { try ReportServer(port: server.port) }
    #expect(taken?.description.contains("--port") == true)
  }
}
