public import Pretext
import Training

/// Results that were made apart: whether they belong together, and what is missing.
extension StudyPlan {
  /// Why runs of another plan cannot stand beside those of this one: the first setting in which they
  /// differ; `nil` if methods, sizes, seeds and protocols are all that does.
  public func obstacle(toJoining other: StudyPlan) -> String? {
    if dataHash != other.dataHash {
      return "\(name) and \(other.name) are different images, labels or splits"
    }
    for method in Set(methods).intersection(other.methods).sorted()
    where options[method] != other.options[method] {
      return "\(method) has other options"
    }
    var (ours, theirs) = (self, other)
    // Where the file lies is each machine's own affair.
    ours.general?.weights.path = ""
    theirs.general?.weights.path = ""
    if ours.general == nil || theirs.general == nil { theirs.general = ours.general }
    theirs.methods = methods
    theirs.options = options
    theirs.sizes = sizes
    theirs.seeds = seeds
    theirs.protocols = protocols
    return firstDifference(ours, theirs)
  }

  /// The plan's runs that none of the records is: neither finished nor failed.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func missing(_ records: [RunRecord]) throws(PretextError) -> [PlannedRun] {
    let made = Set(records.filter { $0.status != .running && isOurs($0) }.map { Slot($0.key) })
    return try runs().filter { !made.contains(Slot($0)) }
  }

  /// How much of the plan is missing, in a sentence; `nil` if nothing is.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func missingNote(_ records: [RunRecord]) throws(PretextError) -> String? {
    let (all, left) = (try runs().count, try missing(records).count)
    if left == 0 { return nil }
    let planned = Wording.count(all, "run")
    return "\(left) of the plan's \(planned) \(left == 1 ? "is" : "are") not made yet."
  }

  /// The records that are runs of the plan: what its figures may rest on.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func own(_ records: [RunRecord]) throws(PretextError) -> [RunRecord] {
    let planned = Set(try runs().map(Slot.init))
    return records.filter { isOurs($0) && planned.contains(Slot($0.key)) }
  }

  /// The records that are no run of the plan.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func strangers(_ records: [RunRecord]) throws(PretextError) -> [RunRecord] {
    let own = Set(try own(records).map(\.key.id))
    return records.filter { !own.contains($0.key.id) }
  }

  /// The finished record of one of the plan's runs; `nil` if it is not made.
  func record(of run: PlannedRun, in records: [RunRecord]) -> RunRecord? {
    records.first { $0.status == .finished && isOurs($0) && Slot($0.key) == Slot(run) }
  }

  /// Whether a run was made with the plan's settings, as far as its record tells.
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
