import Backbones
public import Foundation
import Images
public import Insight
public import Study

/// The report of a study that stands in a folder.
public enum StudyReport {
  private static let factsKey = "facts"
  private static let duplicatesKey = "Near-duplicates"

  /// What is known of the images, kept with the results so that a report needs nothing else.
  private struct Facts: Codable {
    var facts: [[String]]
    var skipped: [[String]]
    var metric: Metric
    var command: String
  }

  /// Keeps the facts of a study's images with its results. Near-duplicates are looked for once: the
  /// images of a study stay the same.
  /// - Parameter command: what was typed.
  public static func keepFacts(
    of data: StudyData, command: String, in results: ResultStore
  ) throws {
    let images = data.images
    let counts = labelCounts(data)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    var list = [
      ["Folder", images.root], ["Images", Wording.grouped(images.count)],
      [
        "To pretrain on",
        "\(Wording.grouped(data.pool.count)), of them "
          + "\(Wording.grouped(data.labelledPool.count)) labelled",
      ],
      [
        "Validation images",
        data.validation.isEmpty
          ? "drawn from the labelled ones" : Wording.grouped(data.validation.count),
      ],
      [
        "Test images",
        "\(Wording.grouped(data.test.count)), "
          + (data.hasOwnTest
            ? "the data's own" : images.task == .classes ? "held out by class" : "held out"),
      ],
    ]
    if !counts.isEmpty {
      let names = images.classes.prefix(30).joined(separator: ", ")
      list += [
        [
          images.task == .tags ? "Tags" : "Classes",
          "\(images.classes.count): \(names)\(images.classes.count > 30 ? " …" : "")",
        ],
        [
          images.task == .tags ? "Images of a tag" : "Images of a class",
          "\(Wording.grouped(least)) to \(Wording.grouped(most))",
        ],
      ]
    }
    list += [
      ["Stored at", "\(images.width)×\(images.height), \(images.channels) channels"],
      [duplicatesKey, try fact(duplicatesKey, results) ?? nearDuplicates(of: data)],
    ]
    let facts = Facts(
      facts: list,
      skipped: images.skipped.map { [$0.path, $0.reason] },
      metric: metric(of: images.task, least: least, most: most), command: command)
    try results.setSetting(
      factsKey, to: String(decoding: JSONEncoder().encode(facts), as: UTF8.self))
  }

  /// How many training images a test or validation image shows too, and which are most alike.
  private static func nearDuplicates(of data: StudyData) -> String {
    var parts = [Split?](repeating: nil, count: data.images.count)
    for (images, part) in [
      (data.pool, Split.train), (data.validation, .validation), (data.test, .test),
    ] {
      for image in images { parts[image] = part }
    }
    let found = NearDuplicates(in: data.images, parts: parts)
    let crossing = found.pairs.first {
      (parts[$0.first] == .train) != (parts[$0.second] == .train)
    }
    guard let crossing else {
      return "No test or validation image shows nearly the same as a training image."
    }
    let (paths, count) = (data.images.paths, found.trainingImagesElsewhere)
    return
      "\(Wording.grouped(count)) training \(count == 1 ? "image shows" : "images show") nearly "
      + "the same as a test or validation image, most alike \(paths[crossing.first]) and "
      + "\(paths[crossing.second]). --drop-duplicates leaves them out."
  }

  /// How many images to pretrain on have each class or tag; empty for numbers and masks.
  private static func labelCounts(_ data: StudyData) -> [Int] {
    let images = data.images
    guard images.task == .classes || images.task == .tags else { return [] }
    var counts = [Int](repeating: 0, count: images.classes.count)
    for index in data.pool {
      for label in images.tags[index] ?? images.labels[index].map({ [$0] }) ?? [] {
        counts[label] += 1
      }
    }
    return counts
  }

  /// What rows are compared by.
  private static func metric(of task: ImageTask, least: Int, most: Int) -> Metric {
    switch task {
    case .none, .classes: .ofClasses(least: least, most: most)
    case .tags: .meanAveragePrecision
    case .values: .r2
    case .masks: .meanIoU
    }
  }

  private static func facts(_ results: ResultStore) throws -> Facts? {
    try results.setting(factsKey).map { try JSONDecoder().decode(Facts.self, from: Data($0.utf8)) }
  }

  /// The entries of two texts; what another study brought along may hold others.
  private static func pairs(_ entries: [[String]]?) -> [(String, String)] {
    (entries ?? []).filter { $0.count == 2 }.map { ($0[0], $0[1]) }
  }

  /// The path of the images that a study was made of; `nil` if its results do not tell.
  public static func imagesPath(_ results: ResultStore) throws -> String? {
    try fact("Folder", results)
  }

  private static func fact(_ name: String, _ results: ResultStore) throws -> String? {
    try facts(results)?.facts.first { $0.first == name }?.last
  }

  /// Writes what a study's networks have learnt: figures, page, and the chapter of its report.
  /// - Parameter command: what makes it again.
  public static func write(
    _ inspection: Inspection, command: String, of plan: StudyPlan, results: ResultStore,
    gleanVersion: String, to folder: StudyFolder
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try InspectionPage.write(
      inspection, settings: .init(command: command, gleanVersion: gleanVersion),
      to: folder.inspectionPage.path)
    do {
      try encoder.encode(inspection).write(to: folder.inspection, options: .atomic)
    } catch {
      throw ReportError.cannotWrite(
        path: folder.inspection.path, reason: error.localizedDescription)
    }
    _ = try write(plan, results: results, gleanVersion: gleanVersion, to: folder)
  }

  /// Summarises a study's results.
  public static func summary(_ plan: StudyPlan, results: ResultStore) throws -> StudySummary {
    try summary(plan, plan.standing(of: results.allRuns()), results)
  }

  /// A study as a part of a larger one; nothing is written.
  public static func part(
    _ plan: StudyPlan, results: ResultStore, in folder: StudyFolder
  ) throws -> OverviewPart {
    let standing = try plan.standing(of: results.allRuns())
    return OverviewPart(
      folder: folder, plan: plan, summary: try summary(plan, standing, results),
      missing: standing.missing)
  }

  private static func summary(
    _ plan: StudyPlan, _ standing: PlanStanding, _ results: ResultStore
  ) throws -> StudySummary {
    StudySummary(
      runs: standing.own, scores: try results.scores(),
      outcomes: try results.outcomes(of: plan.name), device: standing.device,
      options: SummaryOptions(
        dataset: plan.name, backbone: plan.backbone.id,
        generalBackbone: plan.general?.backbone.id,
        primaryMetric: try facts(results)?.metric ?? .accuracy,
        titles: plan.titles))
  }

  /// The names of a report's files.
  static let (page, json, csv, latex, markdown) = (
    "report.html", "report.json", "report.csv", "tables.tex", "tables.md"
  )

  /// Links to the files beside a page.
  static let besides = [
    ReportSettings.Link("JSON", to: json), ReportSettings.Link("CSV", to: csv),
    ReportSettings.Link("LaTeX", to: latex), ReportSettings.Link("Markdown", to: markdown),
  ]

  /// What a study's networks have learnt, and a sentence where there is such a file that cannot be read.
  private static func inspection(in folder: StudyFolder) -> (Inspection?, unread: String?) {
    guard let data = try? Data(contentsOf: folder.inspection) else { return (nil, nil) }
    do {
      return (try JSONDecoder().decode(Inspection.self, from: data), nil)
    } catch {
      return (
        nil,
        "What was learnt is not in this report: \(folder.inspection.lastPathComponent) is of another "
          + "Glean, or damaged. ‘glean inspect \(folder.url.lastPathComponent)’ makes it again."
      )
    }
  }

  /// Summarises a study's results and writes its page, and beside it `report.json`, `report.csv`,
  /// `tables.tex` and `tables.md`.
  /// - Parameter overview: the page of the whole that the study is a part of; by default that of the
  ///   folder which names it as a part.
  /// - Returns: what an overview needs of it.
  public static func write(
    _ plan: StudyPlan, results: ResultStore, gleanVersion: String, to folder: StudyFolder,
    overview: URL? = nil
  ) throws -> OverviewPart {
    let facts = try facts(results)
    let standing = try plan.standing(of: results.allRuns())
    let summary = try summary(plan, standing, results)
    let (inspection, unread) = inspection(in: folder)
    let whole = (overview ?? folder.whole?.report).map {
      ReportSettings.Link("Overview", to: RelativePath.address(of: $0, from: folder.url))
    }
    var settings = ReportSettings(
      title: whole == nil ? plan.name : "\(plan.name), \(plan.backbone.id), \(plan.budget)",
      command: facts?.command ?? "",
      settingsJSON: try String(contentsOf: folder.plan, encoding: .utf8),
      recipes: RecipeNotes.sentences(of: plan),
      facts: pairs(facts?.facts).map { ReportSettings.Fact($0, $1) }
        + (plan.general.map {
          [ReportSettings.Fact("General weights", "\($0.title): \($0.backbone.id)")]
        } ?? [])
        + (plan.classWeights == nil
          ? []
          : [
            ReportSettings.Fact(
              "Class weights", "balanced: all classes count the same in the linear probe")
          ]),
      skippedFiles: pairs(facts?.skipped).map {
        ReportSettings.SkippedFile(path: $0, reason: $1)
      }, limits: [standing.missingNote, unread].compactMap { $0 },
      inspection: inspection, gleanVersion: gleanVersion)
    settings.missing = standing.missing
    settings.links = (whole.map { [$0] } ?? []) + besides
    try HTMLReport.write(summary: summary, settings: settings, to: folder.report.path)
    let table = FigureTable(summary)
    for (name, text) in [
      (json, try ReportFile.json(summary)),
      (csv, ResultsCSV.text([(summary, "\(plan.budget)")])),
      (latex, table.latex), (markdown, table.markdown),
    ] {
      try ReportFile.write(text, to: folder.url.appending(path: name).path)
    }
    return OverviewPart(folder: folder, plan: plan, summary: summary, missing: standing.missing)
  }
}
