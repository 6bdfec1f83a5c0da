/// The sentences of an overview, made from its figures only.
struct OverviewWords {
  let overview: StudyOverview

  init(_ overview: StudyOverview) { self.overview = overview }

  /// The answers, a sentence for each backbone and budget, and after them what they rest on.
  var sentences: [StudyOverview.Sentence] {
    let groups = overview.groups.enumerated().map { GroupWords($1, $0) }
    var details =
      groups.flatMap(\.details) + backbones() + arms() + ranks()
      + published()
    for index in details.indices { details[index].isDetail = true }
    return leaders() + groups.map(\.answer) + standing() + details
  }

  private func sentence(_ text: String, _ anchor: String) -> StudyOverview.Sentence {
    StudyOverview.Sentence(text: text, anchor: anchor)
  }

  /// The best method everywhere at a glance, where there is more than one place to look.
  private func leaders() -> [StudyOverview.Sentence] {
    let leading = overview.groups.filter { $0.best != nil }
    guard leading.count > 1 else { return [] }
    let clauses = leading.map { group in
      "\(group.best?.title ?? "") on \(group.title)"
        + (group.best.map { " (\(Wording.percent($0.estimate.mean)))" } ?? "")
        + group.unranked
    }
    let sure = leading.count { $0.isBestAheadOfAll }
    let isWhole = leading.allSatisfy(\.leftOutMethods.isEmpty)
    let others = isWhole ? "all other methods" : "all others of these"
    return [
      sentence(
        "Highest mean of the methods\(isWhole ? "" : " that have all blocks"): "
          + "\(clauses.joined(separator: "; ")). "
          + (sure == 0
            ? "None is significantly ahead of \(others)."
            : "\(sure) of \(leading.count) \(sure == 1 ? "is" : "are") significantly ahead of "
              + "\(others)."),
        "results")
    ]
  }

  /// Whether the same family leads on every backbone.
  private func backbones() -> [StudyOverview.Sentence] {
    overview.families.grouped(by: \.arm).compactMap { arm, families in
      let backbones = overview.groups.map(\.backbone).uniqued().filter { backbone in
        families.contains { $0.byBackbone[backbone] != nil }
      }
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

  /// Whether published orders hold.
  private func published() -> [StudyOverview.Sentence] {
    overview.groups.enumerated().compactMap { index, group in
      overview.published?.sentence(of: index, titled: group.title).map { sentence($0, "published") }
    }
  }

  /// What equal passes do, against equal steps.
  private func arms() -> [StudyOverview.Sentence] {
    overview.armsByPlace.map { here in
      func clause(_ verb: String, _ isWanted: (ArmComparison) -> Bool) -> String? {
        let names = here.filter(isWanted).map { arm in
          arm.title
            + (arm.result.isSignificant ? " by \(Wording.points(arm.difference.mean))" : "")
        }
        return names.isEmpty ? nil : "\(verb) \(Wording.list(names))"
      }
      let clauses = [
        clause("significantly better for") { $0.result == .better },
        clause("significantly worse for") { $0.result == .worse },
        clause("no significant difference for") { $0.result == .notSignificant },
        clause("not tested for") { $0.result == .notTested },
      ].compactMap { $0 }
      return sentence(
        "The epochs arm beside the steps arm (\(Wording.list(here[0].budgets))) on \(here[0].network), "
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

  /// What is not made yet, or left out.
  private func standing() -> [StudyOverview.Sentence] {
    overview.parts.compactMap { part in
      let clauses = [
        part.missingRuns == 0
          ? nil
          : "\(part.missingRuns) of \(Wording.count(part.plannedRuns, "run")) "
            + "\(part.missingRuns == 1 ? "is" : "are") not made yet",
        part.failedRuns == 0 ? nil : "\(Wording.count(part.failedRuns, "run")) failed",
        part.device.clause,
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
    let devices = overview.parts.grouped(by: \.device.kind).compactMap { kind, parts in
      let names = parts.map { "\($0.dataset) (\($0.backbone), \($0.budget))" }
      return kind.map { "\($0): \(Wording.list(names))" }
    }
    if devices.count > 1 {
      limits.append(
        "The parts were made on unlike kinds of device (\(devices.joined(separator: "; "))): rows are "
          + "compared within a part, and budgets between parts of one kind only.")
    }
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
            + "\(Wording.list(group.leftOut))."
            + (group.datasets.count > 2
              ? " 'glean report' of the folders alone that have them joins these too." : ""))
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
          + "run named rightly, or a set has it of other seeds), its test over seeds stands alone.")
    }
    return limits
  }
}
