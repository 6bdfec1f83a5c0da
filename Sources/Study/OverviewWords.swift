/// The sentences of an overview, made from its figures only.
struct OverviewWords {
  let overview: StudyOverview

  init(_ overview: StudyOverview) { self.overview = overview }

  var sentences: [StudyOverview.Sentence] {
    overview.groups.enumerated().flatMap { index, group in
      GroupWords(group, index).sentences
    } + backbones() + arms() + ranks() + standing()
  }

  private func sentence(_ text: String, _ anchor: String) -> StudyOverview.Sentence {
    StudyOverview.Sentence(text: text, anchor: anchor)
  }

  /// Whether the same family leads on every backbone.
  private func backbones() -> [StudyOverview.Sentence] {
    var arms: [StudyOverview.Arm] = []
    for family in overview.families where !arms.contains(family.arm) { arms.append(family.arm) }
    return arms.compactMap { arm in
      let families = overview.families.filter { $0.arm == arm }
      let backbones = overview.groups.filter { $0.arm == arm }.map(\.backbone)
        .filter { backbone in families.contains { $0.byBackbone[backbone] != nil } }
      guard families.count > 1, backbones.count > 1 else { return nil }
      let leaders = backbones.compactMap { backbone in
        families.max {
          ($0.byBackbone[backbone]?.mean ?? -1) < ($1.byBackbone[backbone]?.mean ?? -1)
        }
      }
      let clauses = zip(backbones, leaders).map { backbone, leader in
        let mean = leader.byBackbone[backbone].map { " (\(Wording.percent($0.mean)))" } ?? ""
        return "\(leader.family)\(mean) on \(backbone)"
      }
      let same = Set(leaders.map(\.family)).count == 1
      return sentence(
        "The family with the highest mean in the \(arm.rawValue) arm, untested: "
          + "\(Wording.list(clauses)); "
          + (same
            ? "it is the same on every backbone." : "which one it is depends on the backbone."),
        "families")
    }
  }

  /// What equal passes do, against equal steps.
  private func arms() -> [StudyOverview.Sentence] {
    var backbones: [String] = []
    for arm in overview.arms where !backbones.contains(arm.backbone) {
      backbones.append(arm.backbone)
    }
    return backbones.map { backbone in
      let here = overview.arms.filter { $0.backbone == backbone }
      func clause(_ verb: String, _ isWanted: (ArmComparison) -> Bool) -> String? {
        let names = here.filter(isWanted).map { arm in
          arm.title
            + (arm.isSignificant ? " by \(Wording.points(arm.difference.mean))" : "")
        }
        return names.isEmpty ? nil : "\(verb) \(Wording.list(names))"
      }
      let clauses = [
        clause("significantly better for") { $0.isSignificant && $0.difference.mean > 0 },
        clause("significantly worse for") { $0.isSignificant && $0.difference.mean < 0 },
        clause("no significant difference for") { $0.p != nil && !$0.isSignificant },
        clause("not tested for") { $0.p == nil },
      ].compactMap { $0 }
      return sentence(
        "The epochs arm beside the steps arm (\(Wording.list(here[0].budgets))) on \(backbone), "
          + "\(Wording.list(here[0].datasets)): \(Wording.list(clauses)).", "arms")
    }
  }

  private func ranks() -> [StudyOverview.Sentence] {
    let rankings = overview.groups.enumerated().compactMap { index, group in
      group.ranking.map { (index, group.title, $0) }
    }
    let tested = rankings.filter { $0.2.criticalDifference != nil }
    if tested.isEmpty, let first = rankings.first {
      return [
        sentence(
          "Average ranks are shown, not tested: that takes \(Ranking.fewestDatasets) data sets or "
            + "more.", "ranks-\(first.0)")
      ]
    }
    return tested.map { index, title, ranking in
      let level = ranking.notWorseThanBest.map(\.title)
      return sentence(
        "By average rank over \(Wording.count(ranking.datasets.count, "data set")) (\(title)), "
          + "\(ranking.rows[0].title) is first"
          + (level.isEmpty
            ? ", significantly ahead of all others."
            : "; no significant difference between it and \(Wording.list(level))."),
        "ranks-\(index)")
    }
  }

  /// What is not made yet.
  private func standing() -> [StudyOverview.Sentence] {
    overview.parts.compactMap { part in
      let clauses = [
        part.missingRuns == 0
          ? nil
          : "\(part.missingRuns) of \(Wording.count(part.plannedRuns, "run")) "
            + "\(part.missingRuns == 1 ? "is" : "are") not made yet",
        part.failedRuns == 0 ? nil : "\(Wording.count(part.failedRuns, "run")) failed",
      ].compactMap { $0 }
      guard !clauses.isEmpty else { return nil }
      return sentence(
        "\(part.dataset) (\(part.backbone), \(part.budget)): \(Wording.list(clauses)).", "parts")
    }
  }

  /// What the overview does not show.
  var limits: [String] {
    var limits = [
      "The joint differences are of these data sets, which were not drawn from any population: how "
        + "they would carry over to other images they do not say.",
      "Backbones stand apart, and no test compares two: what a family gains on one may be the "
        + "backbone's doing.",
    ]
    for group in overview.groups {
      let on = "On \(group.title)"
      let metrics = Set(group.datasets.map(\.metric.title)).sorted()
      if metrics.count > 1 {
        limits.append("\(on), joint means are over different metrics: \(Wording.list(metrics)).")
      }
      let budgets = Set(group.datasets.map(\.budget)).sorted()
      if budgets.count > 1 {
        limits.append("\(on), the data sets had different budgets: \(Wording.list(budgets)).")
      }
      if Set(group.datasets.map(\.seeds)).count > 1 {
        let seeds = group.datasets.map {
          "\($0.name) \(Wording.list($0.seeds.map(String.init)))"
        }
        limits.append(
          "\(on), the data sets have different seeds (\(seeds.joined(separator: "; "))): only those "
            + "that a row has everywhere count for it in the joint analysis.")
      } else if !group.incompleteSeeds.isEmpty {
        let seeds = group.incompleteSeeds.map(String.init)
        limits.append(
          "\(on), runs are missing under seed \(Wording.list(seeds)); it does not count for rows "
            + "that lack a run in it.")
      }
      if !group.leftOut.isEmpty {
        limits.append(
          "\(on), left out of the joint analysis, as no seed has all their blocks: "
            + "\(Wording.list(group.leftOut)).")
      }
      if !group.emptyDatasets.isEmpty {
        limits.append(
          "\(on), left out, as nothing is finished yet: \(Wording.list(group.emptyDatasets)).")
      }
      if let row = group.unevenRow {
        limits.append(
          "\(on), \(row) spreads over \(Int(BlockModel.unevenness)) times as far over the seeds as "
            + "the other rows: intervals of the others are too wide, its own too narrow.")
      }
    }
    if overview.groups.contains(where: { $0.comparisons.contains { $0.imagesInterval == nil } }) {
      limits.append(
        "Where a joint difference has no interval over test images (it is not known which images each "
          + "run named rightly), its test over seeds stands alone.")
    }
    return limits
  }
}

/// The sentences of one backbone and arm.
private struct GroupWords {
  let group: JointAnalysis
  let index: Int

  init(_ group: JointAnalysis, _ index: Int) { (self.group, self.index) = (group, index) }

  var sentences: [StudyOverview.Sentence] {
    let joint = "joint-\(index)"
    guard let best = group.rows.first(where: { !$0.isBaseline }) else {
      return [
        StudyOverview.Sentence(
          text: "On \(group.title), no method has a result on every data set yet: there is nothing "
            + "to join.", anchor: joint)
      ]
    }
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
    return "On \(group.title), \(best.title) has the highest mean of the methods \(over): "
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

  private func clauses(_ comparisons: [JointComparison]) -> String? {
    let tested = comparisons.filter { $0.p != nil }
    let parts = [
      ("significantly better than", tested.filter(\.isWin)),
      ("significantly worse than", tested.filter(\.isLoss)),
      ("not significantly different from", tested.filter { !$0.isSignificant }),
    ].filter { !$0.1.isEmpty }.map { "\($0) \(names($1))" }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func baselines(_ best: JointAnalysis.Row) -> String? {
    clauses(
      group.comparisons.filter {
        $0.method == best.method && Baseline.all.contains($0.reference)
      }
    ).map { "There, \(best.title) is \($0)." }
  }

  private func rivals(_ best: JointAnalysis.Row) -> String? {
    clauses(
      group.comparisons.filter {
        $0.method == best.method && !Baseline.all.contains($0.reference)
      }
    ).map { "Of the methods there, \(best.title) is \($0)." }
  }

  /// Whether pretraining on the sets themselves beats general weights.
  private func inDomain() -> String? {
    let own = group.rows.first {
      let row = StudyRow($0.method)
      return !$0.isBaseline && row.source == nil && !row.isFromGeneral
    }
    guard let own else { return nil }
    let against = group.comparisons.filter {
      $0.method == own.method && $0.p != nil
        && [Baseline.general, Baseline.fineTuned].contains($0.reference)
    }
    guard let clauses = clauses(against) else { return nil }
    let wins = against.count { $0.isWin }
    let answer = wins == against.count ? "Yes" : wins > 0 ? "In part" : "No"
    return "Does pretraining on the sets' own images beat general weights there? \(answer): "
      + "\(own.title) is \(clauses)."
  }

  /// From how many images on the best method is ahead, set by set.
  private func crossings(_ best: JointAnalysis.Row) -> String? {
    let wanted = [Baseline.supervised, Baseline.general, Baseline.fineTuned]
    let clauses = wanted.compactMap { reference -> String? in
      let places = zip(group.datasets, group.crossings).compactMap { set, points -> String? in
        guard
          let point = points.first(where: {
            $0.method == best.method && $0.reference == reference
          })
        else { return nil }
        let largest = Wording.grouped(set.sizes.last ?? 0)
        return switch point.outcome {
        case .aheadThroughout: "at all sizes of \(set.name)"
        case .notAhead: "at no size up to \(largest) of \(set.name)"
        case .passes:
          "from \(VerdictFacts.where(point, point.estimate ?? 0)) of \(set.name) on"
        }
      }
      guard let row = group.rows.first(where: { $0.method == reference }), !places.isEmpty else {
        return nil
      }
      return "than \(row.title) \(Wording.list(places))"
    }
    guard !clauses.isEmpty else { return nil }
    return "By the mean curves there, \(best.title) is higher \(clauses.joined(separator: "; "))."
  }
}
