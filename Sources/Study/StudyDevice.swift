/// The kind of device that a study's figures are of. Kinds differ in speed and round differently, so
/// that a run on each is two runs, and no mean or difference is of both.
public struct StudyDevice: Encodable, Hashable, Sendable {
  /// "cpu"; left out where no finished run tells.
  public var kind: String?
  /// Finished runs of the plan on other kinds, by kind: they are in no figure.
  public var leftOut: [String: Int] = [:]

  /// The kind that most of the finished runs were made on; of equally many, the first by name, which
  /// the processor is.
  public init(of runs: [RunRecord] = []) {
    let kinds = runs.filter { $0.status == .finished }.compactMap(\.key.deviceKind)
    leftOut = Dictionary(grouping: kinds) { $0 }.mapValues(\.count)
    kind = leftOut.min { (-$0.value, $0.key) < (-$1.value, $1.key) }?.key
    if let kind { leftOut[kind] = nil }
  }

  /// Whether a run was made on this kind, as far as its key tells.
  func holds(_ run: RunKey) -> Bool {
    guard let kind, let made = run.deviceKind else { return true }
    return made == kind
  }

  /// "3 runs made on cuda are left out"; `nil` if none are.
  var clause: String? {
    guard !leftOut.isEmpty else { return nil }
    let runs = leftOut.sorted { $0.key < $1.key }.map { kind, count in
      "\(Wording.count(count, "run")) made on \(kind)"
    }
    return "\(Wording.list(runs)) \(leftOut.values.reduce(0, +) == 1 ? "is" : "are") left out"
  }

  /// The same in a sentence that says what remains.
  package var note: String? {
    clause.map {
      "All figures are of runs made on \(kind ?? ""); \($0), since a mean or a difference of both "
        + "would hold what the devices differ in."
    }
  }
}

extension RunKey {
  /// The kind of device that the run was made on ("cpu"); `nil` if its key does not tell.
  package var deviceKind: String? { RunIdentity.deviceKind(of: self) }
}
