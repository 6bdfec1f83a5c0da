import Foundation
import Testing

@testable import Downstream

private let problem = MetricCase.classification((3, 500, 10, 8, 7))

@Test func intervalsAreTheSameEveryTimeAndHoldTheFigure() {
  let test = problem.figures(.classification)
  let figures = Bootstrap(resamples: 200).figures(of: test)
  #expect(figures == Bootstrap(resamples: 200).figures(of: test))
  #expect(figures != Bootstrap(resamples: 200, seed: 1).figures(of: test))
  #expect(figures.map(\.metric) == Array(Metric.allCases.prefix(7)))
  for figure in figures {
    let interval = figure.interval ?? 0...0
    #expect(figure.value == test.value(of: figure.metric))
    #expect(interval.contains(figure.value))
    let width = interval.upperBound - interval.lowerBound
    #expect((0.005...0.2).contains(width), "\(figure)")
  }
}

@Test func theIntervalOfAShareIsTheBinomial() throws {
  // 70 right of 100: the binomial's deviation is √(0.7 · 0.3 / 100).
  let interval = try #require(
    Bootstrap(resamples: 4000).interval(images: 100) { weights in
      weights.prefix(70).reduce(0, +) / 100
    })
  let half = 1.96 * (0.7 * 0.3 / 100).squareRoot()
  #expect(abs(interval.lowerBound - (0.7 - half)) < 0.02)
  #expect(abs(interval.upperBound - (0.7 + half)) < 0.02)
}

@Test func groupsAreDrawnWhole() throws {
  // 20 patients of 5 images, all images of a patient right or all wrong: as little is known as from
  // 20 images.
  let groups = (0..<100).map { 7 * ($0 / 5) }
  let right = groups.map { $0 < 7 * 14 ? 1.0 : 0 }
  func interval(_ groups: [Int]?) -> ClosedRange<Double>? {
    Bootstrap(resamples: 4000).interval(images: 100, groups: groups) { weights in
      return zip(weights, right).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
  }
  let half = 1.96 * (0.7 * 0.3 / 20).squareRoot()
  let whole = try #require(interval(groups))
  #expect(abs(whole.lowerBound - (0.7 - half)) < 0.04)
  #expect(abs(whole.upperBound - (0.7 + half)) < 0.04)
  _ = Bootstrap(resamples: 20).interval(images: 100, groups: groups) { weights in
    #expect((0..<100).allSatisfy { weights[$0] == weights[$0 / 5 * 5] })
    #expect(weights.reduce(0, +) == 100)
    return nil
  }
  // Groups of one image are images, and one group tells nothing.
  #expect(interval(Array(0..<100)) == interval(nil))
  #expect(interval(Array(repeating: 3, count: 100)) == nil)
}

@Test func everyResampleDrawsAsManyImagesAndAllMetricsSeeTheSame() {
  func drawn(_ images: Int) -> [[Double]] {
    var drawn: [[Double]] = []
    _ = Bootstrap(resamples: 20).interval(images: images) { weights in
      drawn.append(weights)
      return nil
    }
    return drawn
  }
  #expect(drawn(50).allSatisfy { $0.reduce(0, +) == 50 })
  #expect(Set(drawn(50)).count == 20 && drawn(50) == drawn(50))
  // One image tells nothing.
  #expect(drawn(1).isEmpty)
}

@Test func differencesArePaired() throws {
  let bootstrap = Bootstrap(resamples: 200)
  let one = problem.figures(.classification)
  // The same scores, but the last ten images named wrongly.
  var worse = problem
  for image in 490..<500 {
    worse.rows[image] = problem.rows[image].map { _ in 0.05 }
    worse.rows[image][(problem.labels[image] + 1) % 10] = 0.55
  }
  let other = worse.figures(.classification)
  let same = try #require(bootstrap.difference(of: .auc, one, one))
  #expect(same.value == 0 && same.interval == 0...0)
  let lost = try #require(bootstrap.difference(of: .accuracy, one, other))
  let interval = try #require(lost.interval)
  #expect(lost.value > 0 && lost.value <= 0.02 && interval.contains(lost.value))
  // Far narrower than the interval of either, since 490 images cancel.
  let alone = try #require(bootstrap.figures(of: one).first?.interval)
  #expect(
    interval.upperBound - interval.lowerBound < (alone.upperBound - alone.lowerBound) / 2)
  let reverse = try #require(bootstrap.difference(of: .accuracy, other, one))
  #expect(reverse.value == -lost.value)
}

@Test func figuresComeBackFromJSON() throws {
  let figures = Bootstrap(resamples: 10).figures(of: problem.figures(.classification))
  let data = try JSONEncoder().encode(figures)
  #expect(try JSONDecoder().decode([MetricFigure].self, from: data) == figures)
}

@Test func largeTestSetsGetFewerResamples() {
  /// Claims to be expensive, and counts its measurements.
  final class Counter: TestFigures, @unchecked Sendable {
    let count = 10
    let cost: Int
    var measured = 0
    init(cost: Int) { self.cost = cost }
    func values(weights: [Double]?) -> [Metric: Double] {
      measured += weights == nil ? 0 : 1
      return [.accuracy: 1]
    }
  }
  for (cost, expected) in [(10, 1000), (500_000, 1000), (1_000_000, 500), (1 << 40, 200)] {
    let counter = Counter(cost: cost)
    _ = Bootstrap().figures(of: counter)
    #expect(counter.measured == expected)
  }
}
