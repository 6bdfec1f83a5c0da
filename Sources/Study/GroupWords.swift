extension JointAnalysis {
  /// The method with the highest mean.
  var best: Row? { rows.first { !$0.isBaseline } }

  /// The best method's tests against the other methods.
  var rivals: [JointComparison] {
    comparisons.filter {
      $0.method == best?.method && !Baseline.all.contains($0.reference) && $0.p != nil
    }
  }

  var isBestAheadOfAll: Bool { !rivals.isEmpty && rivals.allSatisfy(\.result.isWin) }

  /// "the methods", or "the 6 methods that have all blocks": a mean of other blocks cannot stand
  /// beside theirs, and a method without one may be ahead where it was run.
  var ranked: String {
    if leftOutMethods.isEmpty { return "the methods" }
    let count = rows.count { !$0.isBaseline }
    return "the \(Wording.count(count, "method")) that \(count == 1 ? "has" : "have") all blocks"
  }

  /// The methods that this leaves out; empty if there are none.
  var unranked: String {
    leftOutMethods.isEmpty ? "" : " (left out: \(Wording.list(leftOutMethods)))"
  }
}

/// The sentences of one backbone and arm.
struct GroupWords {
  let group: JointAnalysis
  let index: Int

  init(_ group: JointAnalysis, _ index: Int) { (self.group, self.index) = (group, index) }

  /// Which method is best and how sure, how it stands to the baselines, and from how many images on.
  var answer: StudyOverview.Sentence {
    let joint = "joint-\(index)"
    guard let best = group.best else {
      return StudyOverview.Sentence(
        text:
          "On \(group.title), no method has a result on every data set yet: there is nothing to "
          + "join.", anchor: joint)
    }
    let range = best.estimate.interval.map { " (\(Wording.range($0)))" } ?? ""
    func titles(_ comparisons: [JointComparison]) -> String {
      Wording.list(comparisons.map(\.referenceTitle))
    }
    let own = ownBest.flatMap { own in
      own.method == best.method
        ? nil
        : clauses(toGeneral(own), names: titles).map {
          "\(own.title), the best of those from the sets' images alone, is \($0)"
        }
    }
    let claims = [
      sureness(best), clauses(toBaselines(best), names: titles), own,
      curves(best, [Baseline.supervised]).first.map {
        "by the mean curves, \(best.title) is \($0)"
      },
    ]
    return StudyOverview.Sentence(
      text: "On \(group.title), \(best.title) has the highest mean of \(group.ranked), "
        + "\(Wording.percent(best.estimate.mean))\(range)\(group.unranked)"
        + claims.compactMap { $0 }.map { "; \($0)" }.joined() + ".", anchor: joint)
  }

  private func sureness(_ best: JointAnalysis.Row) -> String? {
    if best.estimate.n == 1 { return "one seed: no interval, no verdict" }
    let rivals = group.rivals
    if rivals.isEmpty { return nil }
    let beaten = rivals.count(where: \.result.isWin)
    let others = rivals.count == 1 ? "the other" : "all \(rivals.count) others"
    return beaten == rivals.count
      ? "significantly ahead of \(others)"
      : beaten == 0
        ? "not significantly ahead of any other"
        : "significantly ahead of \(beaten) of \(rivals.count) others"
  }

  /// What the answer rests on.
  var details: [StudyOverview.Sentence] {
    let joint = "joint-\(index)"
    guard let best = group.best else { return [] }
    let texts: [(String?, String)] = [
      (headline(best), joint), (baselines(best), joint), (rivals(best), joint),
      (inDomain(), joint), (crossings(best), "crossings-\(index)"),
    ]
    return texts.compactMap { text, anchor in
      text.map { StudyOverview.Sentence(text: $0, anchor: anchor) }
    }
  }

  private func headline(_ best: JointAnalysis.Row) -> String {
    let sets = Wording.list(group.datasets.map(\.name))
    let over =
      group.datasets.count == 1
      ? "over the sizes of \(sets)" : "over \(sets) (each the mean of its sizes)"
    let range = best.estimate.interval.map { " (\(Wording.range($0)))" } ?? ""
    let seeds =
      best.estimate.n == 1
      ? "one seed: no interval, no verdict" : Wording.count(best.estimate.n, "seed")
    let above = group.rows.filter { $0.isBaseline && $0.estimate.mean > best.estimate.mean }
      .map { "\($0.title) (\(Wording.percent($0.estimate.mean)))" }
    return "On \(group.title), \(best.title) has the highest mean of \(group.ranked) \(over): "
      + "\(Wording.percent(best.estimate.mean))\(range)"
      + (above.isEmpty ? "" : ", less than \(Wording.list(above))") + "; \(seeds)."
  }

  private func names(_ comparisons: [JointComparison]) -> String {
    Wording.list(
      comparisons.map {
        "\($0.referenceTitle) (\(Wording.signed($0.difference.mean)) points"
          + ($0.difference.interval.map { "; \(Wording.range($0))" } ?? "")
          + ($0.adjustedP.map { "; Holm-adjusted p \(Wording.pIs($0))" } ?? "") + ")"
      })
  }

  private func clauses(
    _ comparisons: [JointComparison], names: ([JointComparison]) -> String
  ) -> String? {
    let tested = comparisons.filter { $0.p != nil }
    let parts = [
      ("significantly better than", tested.filter(\.result.isWin)),
      ("significantly worse than", tested.filter(\.result.isLoss)),
      ("not significantly different from", tested.filter { !$0.result.isSignificant }),
    ].filter { !$0.1.isEmpty }.map { "\($0) \(names($1))" }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func baselines(_ best: JointAnalysis.Row) -> String? {
    clauses(toBaselines(best), names: names).map { "There, \(best.title) is \($0)." }
  }

  private func toBaselines(_ best: JointAnalysis.Row) -> [JointComparison] {
    group.comparisons.filter { $0.method == best.method && Baseline.all.contains($0.reference) }
  }

  private func rivals(_ best: JointAnalysis.Row) -> String? {
    clauses(group.rivals, names: names).map { "Of the methods there, \(best.title) is \($0)." }
  }

  /// Whether pretraining on the sets themselves beats general weights, and what going on from them
  /// gives.
  private func inDomain() -> String? {
    let further = group.rows.first { !$0.isBaseline && StudyRow($0.method).isFromGeneral }
      .flatMap { row in
        clauses(toGeneral(row), names: names).map {
          "Pretraining the general weights further: \(row.title) is \($0)."
        }
      }
    guard let own = ownBest, let clauses = clauses(toGeneral(own), names: names) else { return nil }
    let answer = TestResult.answer(toGeneral(own).map(\.result))
    let question = "Does pretraining on your own images alone beat general weights there?"
    return (["\(question) \(answer): \(own.title) is \(clauses).", further] as [String?])
      .compactMap { $0 }.joined(separator: " ")
  }

  /// The best method that begins from scratch and sees only the sets' own images.
  private var ownBest: JointAnalysis.Row? {
    group.rows.first {
      let row = StudyRow($0.method)
      return !$0.isBaseline && row.source == nil && !row.isFromGeneral
    }
  }

  private func toGeneral(_ row: JointAnalysis.Row) -> [JointComparison] {
    group.comparisons.filter {
      $0.method == row.method && $0.p != nil
        && [Baseline.general, Baseline.fineTuned].contains($0.reference)
    }
  }

  /// From how many images on the best method is ahead, set by set.
  private func crossings(_ best: JointAnalysis.Row) -> String? {
    let clauses = curves(best, [Baseline.supervised, Baseline.general, Baseline.fineTuned])
    guard !clauses.isEmpty else { return nil }
    return "By the mean curves there, \(best.title) is \(clauses.joined(separator: "; "))."
  }

  /// By reference, where the row's mean curve is ahead: "ahead of random weights at all sizes of tiles,
  /// but not at 5,000 of cells".
  private func curves(_ best: JointAnalysis.Row, _ references: [String]) -> [String] {
    references.compactMap { reference -> String? in
      var (ahead, behind): ([String], [String]) = ([], [])
      for (set, points) in zip(group.datasets, group.crossings) {
        guard
          let point = points.first(where: {
            $0.method == best.method && $0.reference == reference
          })
        else { continue }
        switch point.outcome {
        case .aheadThroughout: ahead.append("at all sizes of \(set.name)")
        case .passes:
          ahead.append("from \(VerdictFacts.where(point, point.estimate ?? 0)) of \(set.name) on")
        case .notAhead: behind.append("at \(Wording.grouped(set.sizes.last ?? 0)) of \(set.name)")
        }
      }
      guard let row = group.rows.first(where: { $0.method == reference }) else { return nil }
      let not = Wording.list(behind)
      if ahead.isEmpty { return behind.isEmpty ? nil : "not ahead of \(row.title) \(not)" }
      return "ahead of \(row.title) \(Wording.list(ahead))"
        + (behind.isEmpty ? "" : ", but not \(not)")
    }
  }
}
