public import Pretext
import Training

/// How the runs of a plan stand among records: which are its own, and which are not made.
public struct PlanStanding: Sendable {
  /// The plan's runs.
  public var planned: [PlannedRun]
  /// The records that are runs of the plan: what its figures may rest on.
  public var own: [RunRecord]
  /// The records that are no run of the plan.
  public var strangers: [RunRecord]
  /// The plan's runs that none of the records is: neither finished nor failed.
  public var missing: [PlannedRun]

  /// How much of the plan is missing, in a sentence; `nil` if nothing is.
  public var missingNote: String? {
    if missing.isEmpty { return nil }
    return "\(missing.count) of the plan's \(Wording.count(planned.count, "run")) "
      + "\(missing.count == 1 ? "is" : "are") not made yet."
  }
}

extension StudyPlan {
  /// How the plan's runs stand among records.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func standing(of records: [RunRecord]) throws(PretextError) -> PlanStanding {
    let planned = try runs()
    let slots = Set(planned.map(Slot.init))
    var standing = PlanStanding(planned: planned, own: [], strangers: [], missing: [])
    var made: Set<Slot> = []
    for record in records {
      let slot = Slot(record.key)
      guard slots.contains(slot), isOurs(record) else {
        standing.strangers.append(record)
        continue
      }
      standing.own.append(record)
      if record.status != .running { made.insert(slot) }
    }
    standing.missing = planned.filter { !made.contains(Slot($0)) }
    return standing
  }

  /// The finished record of one of the plan's runs; `nil` if it is not made.
  func record(of run: PlannedRun, in records: [RunRecord]) -> RunRecord? {
    let slot = Slot(run)
    return records.first { $0.status == .finished && Slot($0.key) == slot && isOurs($0) }
  }

  /// Whether a run was made with the plan's settings, as far as its record tells. It decodes them: look
  /// at the place first.
  private func isOurs(_ record: RunRecord) -> Bool {
    guard record.key.dataset == name else { return false }
    guard let made = RunIdentity.configuration(of: record.key) else { return true }
    var planned = configuration(of: record.key.method, seed: record.key.seed)
    planned.initial?.path = ""
    return made == planned
  }

  /// Where a run stands in a plan.
  private struct Slot: Hashable {
    var method: String
    var images: Int
    var labelled: Int
    var seed: Int

    init(_ run: PlannedRun) {
      (method, images, labelled, seed) = (run.method, run.images, run.labelled, run.seed)
    }

    init(_ key: RunKey) {
      (method, images) = (key.method, key.pretrainImages)
      (labelled, seed) = (key.labelledImages, key.seed)
    }
  }
}
