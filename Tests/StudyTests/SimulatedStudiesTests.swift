import Downstream
import Testing

@testable import Study

/// Studies drawn at random whose methods are all equal: how often intervals hold the truth, and how often
/// a difference is claimed. Other layouts, unequal rows and crossing points:
/// Benchmarks/python/study_statistics.py simulate.
@Suite struct SimulatedStudiesTests {
  /// The smaller, the wider a row spreads over the seeds.
  private static let sizes: [(images: Int, spread: Double)] = [
    (200, 0.035), (600, 0.027), (1680, 0.020),
  ]
  private static let rows =
    [
      "barlow-twins", "deepcluster-v2", "dino", "dino+general", "rotnet", "simclr",
      "simclr+general",
    ] + Baseline.all.filter { $0 != Baseline.supCon }
  private static let mean = 0.5

  /// By size, then by row, each with a run for every seed.
  private func cells(seeds: Int) -> [Cell] {
    Self.sizes.flatMap { size in
      Self.rows.map { row in
        var study = MadeUpStudy()
        study.add(
          row, size: size.images, labels: size.images, Array(repeating: Self.mean, count: seeds))
        let key = study.runs[0].key
        var cell = Cell(place: Cell.Place(key), family: key.family, backbone: key.backbone)
        for (run, score) in zip(study.runs, study.scores) {
          cell.runs[run.key.seed] = Cell.Run(record: run, scores: [score])
        }
        return cell
      }
    }
  }

  /// Draws the figures of all runs. A part of what a seed adds to a block and to a row is the same at
  /// all sizes, as nested subsets make it; of random weights all is.
  /// - Parameter behind: how far the baselines are below the methods.
  private func draw(_ cells: inout [Cell], seeds: Int, behind: Double, _ draws: Gaussian) {
    func values(_ count: Int) -> [Double] { (0..<count).map { _ in draws.next() } }
    let rows = Self.rows.count
    let (rowLuck, blockLuck) = (values(rows * seeds), values(seeds))
    for (place, size) in Self.sizes.enumerated() {
      let block = blockLuck.map { 0.6 * $0 + 0.8 * draws.next() }
      for (row, method) in Self.rows.enumerated() {
        for seed in 0..<seeds {
          let lasting = rowLuck[row * seeds + seed]
          let own = method == Baseline.random ? lasting : 0.6 * lasting + 0.8 * draws.next()
          cells[place * rows + row].runs[seed]?.scores[.linear]?[.accuracy]?.value =
            Self.mean - (Baseline.all.contains(method) ? behind : 0) + 0.03 * block[seed]
            + size.spread * own
        }
      }
    }
  }

  private func holds(_ interval: Interval?, _ value: Double) -> Bool {
    interval.map { $0.lower <= value && value <= $0.upper } ?? false
  }

  /// Where all rows are alike, and where the methods are and stand apart from the baselines.
  @Test(arguments: [3, 5, 10], [0, 0.2])
  func intervalsHoldTheTruthAndRowsThatAreAlikeAreSeldomCalledDifferent(
    seeds: Int, behind: Double
  ) {
    let studies = 2000
    let draws = Gaussian(seed: UInt64(seeds))
    var cells = cells(seeds: seeds)
    let options = SummaryOptions(dataset: "cells", backbone: cells[0].backbone)
    var (alarms, means) = (0, 0)
    var differences: [Int: (held: Int, all: Int)] = [:]
    for _ in 0..<studies {
      draw(&cells, seeds: seeds, behind: behind, draws)
      for place in Self.sizes.indices {
        let estimate = cells[place * Self.rows.count].estimate(.linear, .accuracy)
        if holds(estimate?.interval, Self.mean) { means += 1 }
      }
      let family = ComparisonFamily(cells: cells, outcomes: TestOutcomes(), options: options)
      let alike = family.comparisons.filter {
        behind == 0 || !Baseline.all.contains($0.reference)
      }
      if alike.contains(where: \.result.isSignificant) { alarms += 1 }
      // Those of the best method are picked by looking.
      for comparison in family.comparisons where Baseline.all.contains(comparison.reference) {
        let isHeld = holds(comparison.difference.interval, behind)
        differences[comparison.pretrainImages, default: (0, 0)].held += isHeld ? 1 : 0
        differences[comparison.pretrainImages, default: (0, 0)].all += 1
      }
    }
    let covered = Double(means) / Double(studies * Self.sizes.count)
    #expect((0.93...0.97).contains(covered), "means: \(covered)")
    #expect(differences.count == Self.sizes.count)
    for (size, count) in differences {
      let covered = Double(count.held) / Double(count.all)
      #expect(count.all == studies * 7 * 5)
      #expect((0.93...0.97).contains(covered), "differences at \(size): \(covered)")
    }
    #expect(Double(alarms) / Double(studies) <= 0.06, "\(alarms) false alarms")
  }

  /// Joint differences of two sets of unlike spread, two sizes whose figures hang together within a
  /// seed, as nested subsets make them, and initial weights that are the same on both sets.
  @Test(arguments: [3, 5, 10])
  func ofJoinedStudiesThatAreAllAlikeFewClaimADifference(seeds: Int) throws {
    var one = try OverviewPart.madeUp("a", seeds: seeds)
    var other = try OverviewPart.madeUp("b", seeds: seeds)
    let draws = Gaussian(seed: UInt64(seeds))
    let studies = 2000
    var (alarms, covered, coveredApart, intervals) = (0, 0, 0, 0)
    for _ in 0..<studies {
      let weights = Drawn(draws)
      func figure(_ scale: Double) -> (String, Int, Int) -> Double {
        let (blocks, subsets) = (Drawn(draws), Drawn(draws))
        return { method, size, seed in
          let shared = 0.01 * subsets["\(method) \(seed)"] + 0.007 * weights["\(method) \(seed)"]
          return 0.5 + 0.02 * blocks["\(size) \(seed)"] + scale * (shared + 0.005 * draws.next())
        }
      }
      one.set(figure(1))
      other.set(figure(2))
      let overview = try StudyOverview([one, other])
      let comparisons = overview.groups[0].comparisons
      if comparisons.contains(where: \.result.isSignificant) { alarms += 1 }
      for comparison in comparisons where comparison.method == "simclr" {
        guard comparison.reference == Baseline.random,
          let interval = comparison.difference.interval
        else { continue }
        intervals += 1
        if interval.lower <= 0 && interval.upper >= 0 { covered += 1 }
      }
      // The same figures as if every block were independent.
      let apart = BlockModel(
        overview.groups[0].rows.map { row in
          var values: [Int: Double] = [:]
          for (place, part) in [one, other].enumerated() {
            for (index, size) in part.sizes.enumerated() {
              for (seed, value) in part.summary.row(row.method, at: size)?.bySeed ?? [:] {
                values[(place * 2 + index) * seeds + seed] = value
              }
            }
          }
          return values
        })
      let names = overview.groups[0].rows.map(\.method)
      let simclr = try #require(names.firstIndex(of: "simclr"))
      let random = try #require(names.firstIndex(of: Baseline.random))
      if let interval = apart.difference(simclr, random)?.estimate.interval,
        interval.lower <= 0 && interval.upper >= 0
      {
        coveredApart += 1
      }
    }
    #expect(intervals == studies)
    #expect(Double(alarms) / Double(studies) <= 0.06, "\(alarms) false alarms")
    #expect((0.93...0.97).contains(Double(covered) / Double(studies)), "\(covered) cover")
    #expect(Double(coveredApart) / Double(studies) < 0.9, "\(coveredApart) cover, blocks apart")
  }

  /// Normal values by name, the same at every look.
  private final class Drawn {
    private let draws: Gaussian
    private var values: [String: Double] = [:]

    init(_ draws: Gaussian) { self.draws = draws }

    subscript(name: String) -> Double {
      let value = values[name] ?? draws.next()
      values[name] = value
      return value
    }
  }
}
