public import Pretext
import Training

/// How the runs of a plan stand among records: which are its own, and which are not made.
public struct PlanStanding: Sendable {
  /// The plan's runs.
  public var planned: [PlannedRun]
  /// The records that are runs of the plan: what its figures may rest on. Finished ones are of one kind
  /// of device.
  public var own: [RunRecord]
  /// That kind, and how many finished runs of the plan are of another.
  public var device: StudyDevice
  /// The records that are no run of the plan.
  public var strangers: [RunRecord]
  /// The plan's runs that none of ``own`` is: neither finished nor failed.
  public var missing: [PlannedRun]

  /// How much of the plan is missing, in a sentence; `nil` if nothing is.
  public var missingNote: String? {
    if missing.isEmpty { return nil }
    return "\(missing.count) of the plan's \(Wording.count(planned.count, "run")) "
      + "\(missing.count == 1 ? "is" : "are") not made yet."
  }

  /// The finished record of one of the plan's runs; `nil` if it is not made.
  func record(of run: PlannedRun) -> RunRecord? {
    let slot = Slot(run)
    return own.first { $0.status == .finished && Slot($0.key) == slot }
  }
}

extension StudyPlan {
  /// How the plan's runs stand among records.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func standing(of records: [RunRecord]) throws(PretextError) -> PlanStanding {
    let planned = try runs()
    let slots = Set(planned.map(Slot.init))
    var (ours, strangers): ([RunRecord], [RunRecord]) = ([], [])
    for record in records {
      if slots.contains(Slot(record.key)), isOurs(record) {
        ours.append(record)
      } else {
        strangers.append(record)
      }
    }
    let device = StudyDevice(of: ours)
    let own = ours.filter { $0.status != .finished || device.holds($0.key) }
    let made = Set(own.filter { $0.status != .running }.map { Slot($0.key) })
    return PlanStanding(
      planned: planned, own: own, device: device, strangers: strangers,
      missing: planned.filter { !made.contains(Slot($0)) })
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
