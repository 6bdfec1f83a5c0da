import Backbones
public import Pretext
import Training

/// What the runs of a plan that are not made yet will take, judged by those that are.
public struct StudyForecast: Encodable, Sendable {
  /// The runs of a method.
  public struct Row: Encodable, Sendable {
    /// The row's name: see ``StudyRow``.
    public var method: String
    /// Numbers of images to pretrain on, ascending; none where the runs belong to every size.
    public var sizes: [Int]
    /// How many runs are planned.
    public var runs: Int
    /// How many of them are made.
    public var made: Int
  }

  /// Of one study; JSON of several says "overview".
  public var kind = "study"
  /// By method, in the plan's order.
  public var rows: [Row]
  /// Seconds that training and judging the missing runs takes on the machine of the finished ones,
  /// or that measured; `nil` while nothing is known.
  public var seconds: Double?
  /// Bytes of the weights of all runs, in float32, without heads and checkpoints.
  public var weightBytes: Int
  /// The smallest difference that the seeds can tell, in a sentence.
  public var sensitivity: String
  /// The same beside those of other studies: see ``Sensitivity/explanation``.
  public var detectable: String
}

extension StudyPlan {
  /// What is still to be made of the plan.
  /// - Parameters:
  ///   - finished: the runs that are made; those of one kind of device count, see ``PlanStanding``.
  ///   - deviation: the residual deviation of their figures: see ``StudySummary/sensitivity``.
  ///   - measured: seconds that a step takes, by what ``untimed(_:)`` names.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func forecast(
    _ finished: [FinishedRun], deviation: Double? = nil, measured: [String: Double] = [:]
  ) throws(PretextError) -> StudyForecast {
    let standing = try standing(of: finished.map(\.record))
    let (all, missing) = (standing.planned, standing.missing)
    let rows = all.grouped(by: \.method).map { method, own in
      StudyForecast.Row(
        method: method, sizes: Set(own.filter(\.dependsOnSize).map(\.images)).sorted(),
        runs: own.count, made: own.count - missing.count { $0.method == method })
    }
    var bytes = 0
    for run in all where run.trains {
      let network = configuration(of: run.method).backbone
      bytes += network.parameterCount * MemoryLayout<Float>.size
    }
    let sensitivity = sensitivity(deviation: deviation)
    return StudyForecast(
      rows: rows,
      seconds: seconds(
        of: missing, after: finished.filter { standing.device.holds($0.record.key) }, measured),
      weightBytes: bytes,
      sensitivity: sensitivity.sentence(seeds: seeds.count),
      detectable: sensitivity.brief(seeds: seeds.count))
  }

  /// What the missing runs train that no finished run has trained, wherever its images come from.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func untimed(_ finished: [FinishedRun]) throws(PretextError) -> [String] {
    let missing = try standing(of: finished.map(\.record)).missing.filter(\.trains)
    let known = Set(finished.filter { ($0.record.cost?.steps ?? 0) > 0 }.map(\.record.key.method))
    return Set(
      missing.filter { !known.contains($0.method) }.map { StudyRow($0.method).withoutSource }
    ).sorted()
  }

  /// A step of a method takes what it took; one not seen yet, what was measured, else what the others
  /// took. Before anything was judged, judging is taken to need its planned share.
  private func seconds(
    of missing: [PlannedRun], after finished: [FinishedRun], _ measured: [String: Double]
  ) -> Double? {
    if missing.isEmpty { return 0 }
    var perStep: [String: [Double]] = [:]
    var judging: [Double] = []
    for run in finished {
      judging.append(run.evaluations.map(\.seconds).reduce(0, +))
      guard let cost = run.record.cost, cost.steps > 0 else { continue }
      perStep[run.record.key.method, default: []].append(cost.seconds / Double(cost.steps))
    }
    let any = perStep.values.flatMap { $0 } + measured.values
    guard !any.isEmpty || !missing.contains(where: \.trains) && !judging.isEmpty else { return nil }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let training = missing.filter(\.trains).reduce(0.0) { total, run in
      let steps = Double(budget.steps(images: run.images, batch: batch))
      let known = perStep[run.method] ?? measured[StudyRow(run.method).withoutSource].map { [$0] }
      return total + steps * mean(known ?? any)
    }
    return judging.isEmpty
      ? training / Self.trainingShare : training + Double(missing.count) * mean(judging)
  }
}
