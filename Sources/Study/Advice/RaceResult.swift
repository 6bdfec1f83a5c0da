import Downstream
import Foundation

/// How a race of methods ended, and what can be said of it.
public struct RaceResult: Encodable, Sendable {
  /// The race.
  public let plan: RacePlan
  /// Who stood where at the end of each rung; the winner.
  public let outcome: SuccessiveHalving.Outcome
  /// What each candidate was judged to be, by rung, in the order of the standings; `nil` for those
  /// that failed.
  public let judgements: [[Judgement?]]
  /// Random weights, judged as the candidates were.
  public let random: Judgement?
  /// Why candidates failed, by method.
  public let failures: [String: String]
  /// What separates first from second.
  public let lead: Difference?
  /// The test images' figures of the winner, random weights and supervised training, and how far the
  /// winner is above the other two; empty without classes.
  public let tests: [TestFigure]
  /// How label-free criteria would have ordered the candidates, by rung.
  public let tracking: [Tracking]
  /// Labelled images that supervised training saw.
  let labelled: Int
  /// The folder of the winner's run.
  public let weights: String?

  /// A difference and its 95% interval over the images it was measured on.
  public struct Difference: Codable, Sendable, Equatable {
    /// The difference.
    public var value: Double
    /// Its interval; `nil` where it could not be measured.
    public var interval: Interval?

    /// Whether the interval leaves out 0.
    public var isClear: Bool { interval.map { $0.lower > 0 || $0.upper < 0 } ?? false }
  }

  /// A figure on the test images.
  public struct TestFigure: Codable, Sendable, Equatable {
    /// The method or baseline.
    public var method: String
    /// Its figure.
    public var value: Double
    /// How much higher the winner's is.
    public var below: Difference?
  }

  /// How well a label-free criterion agreed with accuracy at the end of a rung.
  public struct Tracking: Codable, Sendable, Equatable {
    /// The criterion.
    public var criterion: SelectionCriterion
    /// Steps that the candidates had trained.
    public var steps: Int
    /// Candidates.
    public var methods: Int
    /// Spearman's correlation of their ranks.
    public var correlation: Double
  }

  init(
    _ plan: RacePlan, _ outcome: SuccessiveHalving.Outcome, _ record: RaceRecord,
    folder: RaceFolder, labelled: Int, test: TestOutcomes
  ) {
    self.labelled = labelled
    self.plan = plan
    self.outcome = outcome
    random = record.judgements[RaceRecord.key(Baseline.random, 0)]
    judgements = outcome.standings.map { rung in
      rung.map { record.judgements[RaceRecord.key($0.candidate, $0.steps)] }
    }
    failures = Dictionary(
      record.failures.map { (String($0.key.prefix { $0 != "@" }), $0.value) },
      uniquingKeysWith: { first, _ in first })
    weights = outcome.winner.map { folder.run(of: $0).path }
    let scores = outcome.standings.last?.compactMap(\.score) ?? []
    lead =
      scores.count < 2 ? nil : Difference(value: scores[0] - scores[1], interval: record.lead)
    tracking = zip(outcome.standings, judgements).flatMap { standings, judgements in
      SelectionCriterion.allCases.compactMap { criterion -> Tracking? in
        let pairs = judgements.compactMap { judgement -> (Double, Double)? in
          guard let judgement, let accuracy = judgement.accuracy,
            let score = judgement.criteria[criterion.rawValue]
          else { return nil }
          return (score, accuracy)
        }
        return rankCorrelation(pairs.map(\.0), pairs.map(\.1)).map {
          Tracking(
            criterion: criterion, steps: standings.first?.steps ?? 0, methods: pairs.count,
            correlation: $0)
        }
      }
    }
    let metric = plan.settings.metric ?? .accuracy
    func figure(_ predictions: [Int]) -> Double {
      metric == .balancedAccuracy
        ? Metrics.balancedAccuracy(predictions, test.labels)
        : Metrics.accuracy(predictions, test.labels)
    }
    let names = [outcome.winner, Baseline.random, Baseline.supervised].compactMap { $0 }
    tests = names.compactMap { name in
      record.tests[name].map { predictions in
        let winner = outcome.winner.flatMap { $0 == name ? nil : record.tests[$0] }
        return TestFigure(
          method: name, value: figure(predictions),
          below: winner.map {
            Difference(
              value: figure($0) - figure(predictions),
              interval: Self.interval($0, predictions, of: test, metric))
          })
      }
    }
  }

  /// The 95% interval of the difference of two classifiers on the same images.
  /// - Parameter images: the images' classes and groups.
  static func interval(
    _ first: [Int], _ second: [Int], of images: TestOutcomes, _ metric: Metric
  ) -> Interval? {
    let truth = images.labels
    guard first.count == truth.count, second.count == truth.count else { return nil }
    let rates = [first, second].map { zip($0, truth).map { $0 == $1 ? 1.0 : 0 } }
    return images.intervals(of: [(0, 1)], rates, metric)[0]
  }
}
