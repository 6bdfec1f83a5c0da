/// The names of the baselines.
public enum Baseline {
  /// A frozen backbone with random weights.
  public static let random = "random"
  /// The images' own pixels and their principal components.
  public static let pixels = "pixels"
  /// The backbone trained from scratch on the labelled images.
  public static let supervised = "supervised"
  /// The same, contrasted by class instead of classified.
  public static let supCon = "supcon"
  /// General weights, frozen.
  public static let general = StudyRow.fromGeneral(random)
  /// General weights, trained on the labelled images.
  public static let fineTuned = StudyRow.fromGeneral(supervised)
  /// All of them, in the order of the tables.
  public static let all = [random, pixels, supervised, supCon, general, fineTuned]
}

/// How the sizes of a study hang together.
public enum StudyDesign: String, Encodable, Sendable {
  /// L = N: the images pretrained on are the labelled ones.
  case allLabelled = "all-labelled"
  /// N varies, the labelled images are the same few for every row.
  case fewLabels = "few-labels"
}

/// What a study found, ready for a report or for `--json`; the property names are the JSON's keys
/// and stay as they are within one ``format``. Values that are not known are left out of the JSON.
public struct StudySummary: Encodable, Sendable {
  /// The number of this JSON layout.
  public var format = 2
  /// What the JSON is of: one study.
  public var kind = "study"
  /// The data set's name.
  public var dataset: String
  /// The backbone that all rows share.
  public var backbone: String
  /// How N and L hang together.
  public var design: StudyDesign
  /// The metric that the verdict, the comparisons and the chart rest on.
  public var primaryMetric: Metric
  /// The pretraining sizes N, ascending: those of what is pretrained on another set too.
  public var sizes: [Int]
  /// The numbers of labelled images L, ascending.
  public var labelledImages: [Int]
  /// The seeds, ascending.
  public var seeds: [Int]
  /// The results: by N, the rows that do not depend on N last; within N the methods before the
  /// baselines.
  public var rows: [SummaryRow]
  /// The declared family of comparisons, Holm-adjusted together: at every N each method against
  /// each baseline, and the best method against each other one.
  public var comparisons: [Comparison]
  /// How many comparisons Holm's correction counts: the declared ones, and the other pairs of methods,
  /// among which those of the best were picked.
  public var adjustedOver: Int
  /// The other pairs of methods, with intervals over test images only.
  public var pairs: [MethodPair]
  /// How many groups the test images come in, which intervals over test images draw whole; left out
  /// where they come in none, or it is not known.
  public var testGroups: Int?
  /// What the comparisons of each size are tested on.
  public var spreads: [PooledSpread]
  /// Where each method's learning curve passes each baseline's.
  public var crossings: [CrossingPoint]
  /// How fast each method's learning curve rises at its end.
  public var growth: [CurveGrowth]
  /// What the methods of each family reached, by N.
  public var families: [FamilySummary]
  /// The average ranks over the sizes; left out with fewer than two rows at every size.
  public var ranking: Ranking?
  /// What each method cost.
  public var costs: [MethodCost]
  /// What the features of each method look like on the test images, by N.
  public var features: [FeatureSummary]
  /// The kind of device that all figures are of.
  public var device: StudyDevice
  /// The answer in words.
  public var verdict: Verdict
  /// What the study does not show, in sentences.
  public var limits: [String]
  /// Runs that failed, or were begun and are not finished.
  public var incompleteRuns: [IncompleteRun]
  /// Finished runs left out, since a later one has the same method, sizes and seed.
  public var supersededRuns: Int
}

/// A mean over seeds under one protocol and metric.
public struct Figure: Encodable, Sendable {
  /// How it was judged.
  public var evaluation: EvaluationProtocol
  /// What was measured.
  public var metric: Metric
  /// Mean and interval over seeds; shares are in 0...1. (Their interval is cut at 0 and 1.)
  public var estimate: Estimate
  /// The mean over seeds of the 95% interval within a run: over the test images (a bootstrap), or over
  /// draws of few labels.
  public var withinRuns: Interval?

  private enum CodingKeys: String, CodingKey {
    case evaluation = "protocol"
    case metric
    case estimate
    case withinRuns
  }
}

/// One method at one size.
public struct SummaryRow: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// Its family; left out for baselines.
  public var family: String?
  /// Whether it is a baseline.
  public var isBaseline: Bool
  /// The row's backbone where it is not the study's; such a row is compared with none.
  public var otherBackbone: String?
  /// N; left out if the row does not depend on it.
  public var pretrainImages: Int?
  /// L.
  public var labelledImages: Int
  /// Finished runs.
  public var runs: Int
  /// The protocol by which the row is compared: end-to-end where the network itself was trained
  /// to classify, else the linear probe.
  public var headlineProtocol: EvaluationProtocol
  /// The results.
  public var figures: [Figure]
  /// The figure that it is compared by, the primary metric under the headline protocol, of the run of
  /// each seed.
  public var bySeed: [Int: Double]
  /// The primary metric after fine-tuning with all labels, of the run of each seed that was judged so.
  public var tunedBySeed: [Int: Double]
  /// Whether it has the highest mean and is significantly better than all that it is compared with.
  public var isBest: Bool

  /// The interval over test images of a metric under the headline protocol.
  public func testInterval(_ metric: Metric) -> Interval? {
    figures.first { $0.evaluation == headlineProtocol && $0.metric == metric }?.withinRuns
  }

  /// The result under this protocol and metric; nil if it was not measured.
  public func estimate(_ evaluation: EvaluationProtocol, _ metric: Metric) -> Estimate? {
    figures.first { $0.evaluation == evaluation && $0.metric == metric }?.estimate
  }

  /// The result by which the row is compared, under the headline protocol.
  func headline(_ metric: Metric) -> Estimate? { estimate(headlineProtocol, metric) }
}

extension Sequence<SummaryRow> {
  /// The row with the highest figure under its headline protocol; rows without one do not count.
  func best(by metric: Metric) -> (row: SummaryRow, figure: Estimate)? {
    compactMap { row in row.headline(metric).map { (row: row, figure: $0) } }
      .max { $0.figure.mean < $1.figure.mean }
  }
}

/// What the finished runs of a method cost.
public struct MethodCost: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// Finished runs.
  public var runs: Int
  /// Mean seconds of a run.
  public var secondsPerRun: Double
  /// Seconds of all runs together.
  public var totalSeconds: Double
  /// Mean optimiser steps of a run.
  public var stepsPerRun: Double
  /// Mean images seen in a run, counting repeats.
  public var imagesSeenPerRun: Double
  /// Mean images a second.
  public var imagesPerSecond: Double
  /// The highest memory of any run, in bytes.
  public var peakMemoryBytes: Int
}

/// What the features of one method at one size look like, as means over seeds.
public struct FeatureSummary: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// N; left out if the row does not depend on it.
  public var pretrainImages: Int?
  /// Runs whose features were measured.
  public var runs: Int
  /// Runs whose features collapsed.
  public var collapsedRuns: Int
  /// Directions that the features use.
  public var rank: Double
  /// Deviation of the unit vectors, 0...1.
  public var deviation: Double
  /// How evenly they fill the sphere, 0 down to −4.
  public var uniformity: Double
  /// Distance of two views of an image; left out for methods of one view.
  public var alignment: Double?
}

/// A run without a result.
public struct IncompleteRun: Encodable, Sendable {
  /// The run's hash.
  public var id: String
  /// The method's name for readers.
  public var title: String
  /// N.
  public var pretrainImages: Int
  /// L.
  public var labelledImages: Int
  /// The seed.
  public var seed: Int
  /// Failed, or running (which is also how a killed run looks).
  public var status: RunStatus
  /// The error, if it failed.
  public var message: String?
}

/// A method's results over the sizes, for the chart.
public struct LearningCurve: Sendable {
  /// The method's name for readers.
  public var title: String
  /// Whether it is a baseline.
  public var isBaseline: Bool
  /// N and the headline figure there, by N.
  public var points: [(size: Int, estimate: Estimate)]
  /// The figure of a baseline that does not depend on N; then there are no points.
  public var constant: Estimate?
}

extension StudySummary {
  /// The sizes of what is pretrained on the set itself, ascending.
  package var ownSizes: [Int] {
    let own = rows.filter { !$0.isBaseline && StudyRow($0.method).source == nil }
    return Set(own.compactMap(\.pretrainImages)).sorted()
  }

  /// One curve a method, in the order of the rows; the headline protocol and primary metric.
  public var curves: [LearningCurve] {
    let judged = rows.compactMap { row in
      row.otherBackbone == nil ? row.headline(primaryMetric).map { (row: row, figure: $0) } : nil
    }
    return judged.grouped(by: \.row.method).map { _, figures in
      LearningCurve(
        title: figures[0].row.title, isBaseline: figures[0].row.isBaseline,
        points: figures.compactMap { row, figure in row.pretrainImages.map { ($0, figure) } },
        constant: figures.first { $0.row.pretrainImages == nil }?.figure)
    }
  }
}
