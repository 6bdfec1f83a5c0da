import Foundation

/// A finished run as a line of JSON: see ``PortableStudy``.
struct RunLine: Codable {
  var run: RunRecord
  private var evaluations: [Judged]

  fileprivate struct Judged: Codable {
    var name: String
    var revision: Int
    var seconds: Double
    var scores: [Figure]
    /// Left out where none are kept; older files have none.
    var outcomes: [Outcomes]?
  }

  fileprivate struct Figure: Codable {
    var `protocol`: EvaluationProtocol
    var metric: Metric
    var value: Double
    var interval: Interval?
    var chosen: String
  }

  /// Whether each test image was named rightly: ``PackedFlags``, in base64.
  fileprivate struct Outcomes: Codable {
    var `protocol`: EvaluationProtocol
    var images: Int
    var correct: Data
  }

  /// More than any number of images, bytes or seconds of a run.
  private static let most = 1e15

  init(_ finished: FinishedRun) {
    run = finished.record
    run.directory = ""
    evaluations = finished.evaluations.map { evaluation in
      let outcomes = evaluation.correct.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        Outcomes(
          protocol: $0.key, images: $0.value.count, correct: Data(PackedFlags.pack($0.value)))
      }
      return Judged(
        name: evaluation.tag.name, revision: evaluation.tag.revision, seconds: evaluation.seconds,
        scores: evaluation.scores.map {
          Figure(
            protocol: $0.evaluation, metric: $0.metric, value: $0.value, interval: $0.interval,
            chosen: $0.chosen)
        }, outcomes: outcomes.isEmpty ? nil : outcomes)
    }
  }

  /// The run, if it is one that a study can hold.
  /// - Throws: ``StudyError/file(_:)`` naming the field that is not.
  func finishedRun(_ reader: LineReader) throws(StudyError) -> FinishedRun {
    let key = run.key
    if key.id.isEmpty { throw reader.wrong("run.key.id", "is empty") }
    guard run.status == .finished, let cost = run.cost else {
      throw reader.wrong("run.status", "is not that of a finished run with its cost")
    }
    for (field, value) in [
      ("key.seed", Double(key.seed)), ("key.pretrainImages", Double(key.pretrainImages)),
      ("key.labelledImages", Double(key.labelledImages)), ("cost.seconds", cost.seconds),
      ("cost.steps", Double(cost.steps)), ("cost.imagesSeen", Double(cost.imagesSeen)),
      ("cost.imagesPerSecond", cost.imagesPerSecond),
      ("cost.peakMemoryBytes", Double(cost.peakMemoryBytes)),
    ] where !(0...Self.most ~= value) {
      throw reader.wrong("run.\(field)", "is out of range")
    }
    if Set(evaluations.map(\.name)).count < evaluations.count {
      throw reader.wrong("evaluations", "name a protocol twice")
    }
    var finished = FinishedRun(record: run, evaluations: [])
    for (index, judged) in evaluations.enumerated() {
      finished.evaluations.append(
        try judged.evaluation(of: key.id, reader, at: "evaluations.\(index)"))
    }
    return finished
  }
}

extension RunLine.Judged {
  fileprivate func evaluation(
    of run: String, _ reader: LineReader, at place: String
  ) throws(StudyError) -> Evaluation {
    let conditions = scores.map(\.protocol) + (outcomes ?? []).map(\.protocol)
    if let other = conditions.first(where: { $0.maker.rawValue != name }) {
      throw reader.wrong(
        "\(place).scores", "hold '\(other.rawValue)', which '\(name)' does not give")
    }
    let kinds = scores.map { [$0.protocol.rawValue, $0.metric.rawValue] }
    if Set(kinds).count < kinds.count {
      throw reader.wrong("\(place).scores", "hold a figure twice")
    }
    guard seconds >= 0, seconds.isFinite else {
      throw reader.wrong("\(place).seconds", "is below 0 or no number")
    }
    var evaluation = Evaluation(
      tag: .init(name: name, revision: revision), run: run, seconds: seconds)
    for (index, figure) in scores.enumerated() {
      let field = "\(place).scores.\(index)"
      guard figure.metric.allows(figure.value) else {
        throw reader.wrong(
          "\(field).value", "is \(figure.value), which no \(figure.metric.title) can be")
      }
      if let interval = figure.interval,
        !(interval.lower <= interval.upper && (interval.upper - interval.lower).isFinite)
      {
        throw reader.wrong("\(field).interval", "has a lower end above its upper one")
      }
      evaluation.scores.append(
        Score(
          runId: run, evaluation: figure.protocol, metric: figure.metric, value: figure.value,
          interval: figure.interval, chosen: figure.chosen))
    }
    for (index, outcome) in (outcomes ?? []).enumerated() {
      guard let flags = PackedFlags.unpack([UInt8](outcome.correct), count: outcome.images) else {
        throw reader.wrong(
          "\(place).outcomes.\(index).correct", "has no bit for each of \(outcome.images) images")
      }
      evaluation.correct[outcome.protocol] = flags
    }
    return evaluation
  }
}

extension Metric {
  /// Whether a figure can be one of this metric. What is left of a share on harder images can be more
  /// than all of it.
  fileprivate func allows(_ value: Double) -> Bool {
    switch self {
    case .meanAbsoluteError, .relativeRobustness, .relativeBalancedRobustness:
      value >= 0 && value.isFinite
    case .r2: value <= 1 + ResultStore.rounding && value.isFinite
    default: (-ResultStore.rounding...1 + ResultStore.rounding).contains(value)
    }
  }
}
