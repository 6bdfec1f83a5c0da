import Backbones
import Foundation
import Testing
import Training

@testable import Study

/// Orders of methods that others published, looked for in made-up studies.
@Suite struct PublishedOrdersTests {
  /// A part in which each row has a figure, and seeds spread alike around it.
  private func part(_ dataset: String, _ levels: [String: Double], seeds: Int = 4) throws
    -> OverviewPart
  {
    var study = MadeUpStudy()
    for (place, row) in levels.keys.sorted().enumerated() {
      let level = levels[row] ?? 0
      let values = (0..<seeds).map { seed -> Double in
        level + 0.001 * Double((seed * 3 + place * seed) % 4)
      }
      study.add(row, size: 1000, values)
    }
    var summary = study.summary()
    summary.dataset = dataset
    let plan = StudyPlan(
      name: dataset, dataHash: "h", methods: levels.keys.sorted(), sizes: [1000],
      labels: .allLabelled, seeds: Array(0..<seeds),
      backbone: try BackboneSpec("resnet18:width=16", imageSize: 32), imageSize: 32, batch: 8,
      budget: .steps(20), recipe: .automatic, precision: .float32)
    return OverviewPart(
      folder: StudyFolder(URL(filePath: "/tmp/\(dataset)")), plan: plan, summary: summary)
  }

  private func order(_ orders: PublishedOrders, _ upper: String, _ lower: String)
    -> PublishedOrders.Order?
  {
    orders.orders.first { $0.upper == upper && $0.lower == lower }
  }

  @Test func everyPublishedRowHasAFigureForEachExperiment() {
    let published = PublishedStudy.konstantakos2025
    for row in published.rows {
      #expect(row.figures.count == published.experiments.count, "\(row.method) \(row.network)")
      #expect(row.figures.compactMap { $0 }.allSatisfy { (40...90).contains($0) })
    }
  }

  @Test func ordersAreFoundWithTheirSigns() throws {
    let levels = ["simclr": 0.7, "dino": 0.6, "deepcluster-v2": 0.5, "random": 0.5, "byol": 0.9]
    var other = levels
    other["dino"] = 0.45
    let overview = try StudyOverview([part("a", levels), part("b", other)])
    let orders = try #require(overview.published)
    // 14 of 16 experiments have DINO above SimCLR, here it is the other way round.
    let reversed = try #require(order(orders, "dino", "simclr"))
    #expect(reversed.published == 16 && reversed.publishedInOrder == 14)
    let finding = try #require(reversed.findings[0])
    #expect(finding.outcome == .reversed && finding.setsInOrder == 0 && finding.sets == 2)
    #expect(abs(finding.difference.mean + 0.175) < 0.002)
    let holds = try #require(order(orders, "simclr", "deepcluster-v2")?.findings[0])
    #expect(holds.outcome == .holds && holds.setsInOrder == 2)
    #expect(order(orders, "dino", "deepcluster-v2")?.findings[0]?.setsInOrder == 1)
    // Random weights were fine-tuned there, and are frozen here.
    let random = try #require(order(orders, "random", "deepcluster-v2")?.findings[0])
    #expect(random.outcome == .incomparable && random.p == nil)
    // What the study lacks, or others did not publish, is no order.
    #expect(orders.orders.allSatisfy { !["mae", "byol"].contains($0.upper) })
    // It is said where the figures are.
    let said = try #require(overview.verdict.first { $0.anchor == "published" })
    #expect(said.text.contains("of \(orders.orders.count) orders") && said.isDetail)
  }

  @Test func fineTunedFiguresStandBesideThePublishedOnesWhereAllPartsHaveThem() throws {
    let levels = ["simclr": 0.7, "dino": 0.6, "deepcluster-v2": 0.5, "random": 0.3]
    let part = try part("a", levels)
    var tuned = part
    for index in tuned.summary.rows.indices {
      let row = tuned.summary.rows[index]
      let gain = ["dino", "random"].contains(row.method) ? 0.2 : 0
      tuned.summary.rows[index].tunedBySeed = row.bySeed.mapValues { $0 + gain }
    }
    let orders = try #require(try StudyOverview([tuned]).published)
    #expect(orders.protocols == [.fineTune])
    #expect(order(orders, "dino", "simclr")?.findings[0]?.outcome == .holds)
    #expect(order(orders, "random", "deepcluster-v2")?.findings[0]?.outcome == .open)
    var other = part
    other.summary.dataset = "b"
    let mixed = try #require(try StudyOverview([tuned, other]).published)
    #expect(mixed.protocols == [.linear])
    #expect(order(mixed, "dino", "simclr")?.findings[0]?.outcome == .reversed)
    let json = String(decoding: try JSONEncoder().encode(orders), as: UTF8.self)
    #expect(json.contains("\"outcome\":\"holds\"") && json.contains("\"figures\":[73.5"))
  }

  @Test func anOrderHoldsOnlyWhereTestImagesAgree() throws {
    var part = try part("a", ["simclr": 0.7, "deepcluster-v2": 0.6])
    func outcome() throws -> PublishedOrders.Outcome? {
      let orders = try #require(try StudyOverview([part]).published)
      return order(orders, "simclr", "deepcluster-v2")?.findings[0]?.outcome
    }
    #expect(try outcome() == .holds)
    for index in part.summary.comparisons.indices {
      part.summary.comparisons[index].imagesInterval = Interval(lower: -0.1, upper: 0.3)
    }
    #expect(try outcome() == .open)
  }

  @Test func oneSeedTestsNothingAndOneMethodHasNoOrder() throws {
    let one = try StudyOverview([part("a", ["simclr": 0.7, "dino": 0.6], seeds: 1)])
    #expect(one.published?.orders.first?.findings[0]?.outcome == .untested)
    #expect(try StudyOverview([part("a", ["simclr": 0.7, "random": 0.6])]).published == nil)
  }
}
