/// The supporting sentences that do not speak of one comparison.
extension VerdictFacts {
  /// At which sizes the best method beats each baseline.
  func fromHowMany() -> String? {
    let won = baselines.filter { $0.p != nil }.compactMap {
      baseline -> (at: String, title: String)? in
      let tested = summary.comparisons.filter {
        $0.method == best.method && $0.reference == baseline.reference && $0.p != nil
      }.sorted { $0.pretrainImages < $1.pretrainImages }
      return tested.count > 1 ? (Self.where(wonAt: tested), baseline.referenceTitle) : nil
    }
    guard !won.isEmpty else { return nil }
    let text = won.grouped(by: \.at).map { "than \(Wording.list($1.map(\.title))) \($0)" }
    return "\(Wording.sentence(best.title)) is significantly better "
      + text.joined(separator: "; ") + "."
  }

  /// - Parameter tested: by size, two or more.
  private static func `where`(wonAt tested: [Comparison]) -> String {
    func sizes(_ isWanted: (Comparison) -> Bool) -> [String] {
      tested.filter(isWanted).map { Wording.grouped($0.pretrainImages) }
    }
    let (won, rest) = (sizes(\.result.isWin), sizes { !$0.result.isWin })
    if won.isEmpty { return "at no size up to \(rest[rest.count - 1])" }
    if rest.isEmpty { return "from \(won[0]) images on, the smallest size tested" }
    if tested.suffix(won.count).allSatisfy(\.result.isWin) { return "from \(won[0]) images on" }
    return "at \(Wording.list(won)) images, but not at \(Wording.list(rest))"
  }

  /// Where its curve passes those of the baselines, by interpolation.
  func crossings() -> String? {
    let clauses = summary.crossings
      .filter { $0.method == best.method && $0.outcome == .passes }
      .compactMap { point in
        point.estimate.map { estimate in
          "passes \(point.referenceTitle) at \(Self.where(point, estimate))"
        }
      }
    guard !clauses.isEmpty else { return nil }
    return "Interpolated between the sizes, \(best.title) \(Wording.list(clauses))."
  }

  static func `where`(_ point: CrossingPoint, _ estimate: Int) -> String {
    let about = Wording.about(estimate)
    return switch (point.lower, point.upper) {
    case (let lower?, let upper?):
      "\(Wording.about(lower))–\(Wording.about(upper)) images (95% interval around \(about))"
    case (nil, let upper?):
      "about \(about) images (95% interval: up to \(Wording.about(upper)))"
    case (let lower?, nil):
      "about \(about) images (95% interval: \(Wording.about(lower)) or more, with no upper end "
        + "within the sizes)"
    case (nil, nil):
      "about \(about) images (\(point.hasInterval ? "the sizes do not bound it" : "no interval"))"
    }
  }

  /// Whether pretraining on the images alone beats weights pretrained on others, and what pretraining
  /// these further gives.
  func inDomain() -> String? {
    guard let alone = againstGeneral(isContinued: false) else { return nil }
    let answer = TestResult.answer(alone.comparisons.map(\.result))
    let further = againstGeneral(isContinued: true).map {
      " Pretraining the general weights further: \($0.text)."
    }
    return "Does pretraining on your own images alone beat general weights? \(answer): "
      + "\(alone.text).\(further ?? "")"
  }

  /// How the best row that is pretrained on the set itself, from scratch or from the general weights,
  /// compares with these.
  private func againstGeneral(
    isContinued: Bool
  ) -> (comparisons: [Comparison], text: String)? {
    let rows = summary.rows.filter {
      let row = StudyRow($0.method)
      return !$0.isBaseline && $0.otherBackbone == nil && $0.pretrainImages == size
        && row.source == nil && row.isFromGeneral == isContinued
    }
    guard let best = rows.best(by: summary.primaryMetric)?.row else { return nil }
    let against = summary.comparisons.filter {
      $0.method == best.method && $0.pretrainImages == size && $0.p != nil
        && [Baseline.general, Baseline.fineTuned].contains($0.reference)
    }
    guard !against.isEmpty else { return nil }
    func names(_ result: TestResult) -> String? {
      let titles = against.filter { $0.result == result }.map {
        $0.referenceTitle
          + ($0.result.isSignificant ? " (\(Wording.points($0.difference.mean)))" : "")
      }
      return titles.isEmpty ? nil : Wording.list(titles)
    }
    let clauses = [
      names(.better).map { "significantly better than \($0)" },
      names(.worse).map { "significantly worse than \($0)" },
      names(.notSignificant).map { "not significantly different from \($0)" },
    ].compactMap { $0 }
    return (against, "\(best.title) is \(Wording.list(clauses))")
  }

  /// What pretraining on another set reaches, where its largest N is not that of the comparison.
  func elsewhere() -> String? {
    let others = summary.rows.filter {
      StudyRow($0.method).source != nil && $0.otherBackbone == nil
    }
    guard let images = others.compactMap(\.pretrainImages).max(), images != size,
      let (row, figure) = others.filter({ $0.pretrainImages == images })
        .best(by: summary.primaryMetric)
    else { return nil }
    let range = figure.interval.map { " (\(Wording.range($0)))" } ?? ""
    return "\(Wording.sentence(Self.pretrained(row, on: images))) reaches "
      + "\(Wording.percent(figure.mean))\(range) in \(measure); it is not tested against "
      + "\(best.title), whose N is another."
  }

  /// What each family reached.
  func families() -> String? {
    let here = summary.families.filter { $0.pretrainImages == size }
      .sorted { $0.estimate.mean > $1.estimate.mean }
    guard here.count > 1 else { return nil }
    let clauses = here.map {
      "\($0.family) \(Wording.percent($0.estimate.mean)) (\(Wording.list($0.methods)))"
    }
    return "By family at \(Wording.grouped(size)) images, untested: \(Wording.list(clauses))."
  }

  /// How sure it is that the best method is the best.
  func otherMethods() -> String? {
    let rivals = summary.comparisons.filter {
      $0.method == best.method && $0.pretrainImages == size && !Baseline.all.contains($0.reference)
    }
    let tested = rivals.filter { $0.p != nil }
    guard !tested.isEmpty else { return nil }
    let beaten = tested.filter(\.result.isWin).map(\.referenceTitle)
    let level = tested.filter { !$0.result.isWin }.map(\.referenceTitle)
    let at = "At \(Wording.grouped(size)) images"
    if level.isEmpty {
      return "\(at), \(best.title) is significantly better than \(Wording.list(beaten))."
    }
    let rest = beaten.isEmpty ? "" : "; it is significantly better than \(Wording.list(beaten))"
    return "\(at), \(best.title) has the highest mean, but there is no significant difference "
      + "between it and \(Wording.list(level))\(rest)."
  }

  /// What the best method costs.
  func cost() -> String? {
    guard let cost = summary.costs.first(where: { $0.method == best.method }) else { return nil }
    return "A run of \(best.title) took \(Wording.duration(cost.secondsPerRun)) on average for "
      + "\(Wording.grouped(Int(cost.imagesSeenPerRun.rounded()))) images seen, and at most "
      + "\(Wording.bytes(cost.peakMemoryBytes)) of memory."
  }

  /// How many runs are missing.
  static func incomplete(_ summary: StudySummary) -> [Verdict.Sentence] {
    let failed = summary.incompleteRuns.filter { $0.status == .failed }.count
    let running = summary.incompleteRuns.count - failed
    let parts = [
      failed == 0 ? nil : "\(Wording.count(failed, "run")) failed",
      running == 0 ? nil : "\(Wording.count(running, "run")) had not finished",
    ].compactMap { $0 }
    guard !parts.isEmpty else { return [] }
    let they = failed + running == 1 ? "it is" : "they are"
    return [
      Verdict.Sentence(
        Wording.sentence(Wording.list(parts)) + "; \(they) listed below.", .incomplete)
    ]
  }
}

/// What a study does not show.
enum Limits {
  /// From this many seeds on, the number of seeds is not named as a limit.
  static let ampleSeeds = 10

  static func sentences(for summary: StudySummary) -> [String] {
    var limits = [
      "One data set and one backbone (\(summary.backbone)): on other images or another network "
        + "the order may differ.",
      "The intervals are over seeds (subset, initialisation, augmentation). The test images are "
        + "the same for all runs, so the intervals do not cover the choice of test images"
        + (summary.comparisons.contains { $0.imagesInterval != nil }
          ? ", but for the second interval of each difference." : "."),
    ]
    limits += summary.features.filter { $0.collapsedRuns > 0 }.map { features in
      let size = features.pretrainImages.map { " at N = \(Wording.grouped($0))" } ?? ""
      return "\(features.title) collapsed in \(features.collapsedRuns) of "
        + "\(Wording.count(features.runs, "run"))\(size): its features say nearly the same of every "
        + "image, so its figures speak of a failed run, not of the method."
    }
    if summary.seeds.count < ampleSeeds {
      limits.append(
        "\(Wording.count(summary.seeds.count, "seed")): differences that are small beside the "
          + "intervals cannot be told, and \"no significant difference\" does not mean equal."
          + (summary.sensitivity.map { " " + $0.sentence(seeds: summary.seeds.count) } ?? ""))
    }
    limits += HalfJudged.all(summary).map(\.sentence)
    limits += summary.spreads.compactMap { spread in
      spread.unevenRow.map { row in
        "At N = \(Wording.grouped(spread.pretrainImages)), \(row) spreads over "
          + "\(Int(BlockModel.unevenness)) times as far over the seeds as the other rows, and the "
          + "test pools the spread of all: intervals of the others are too wide, its own too narrow."
      }
    }
    if let steps = summary.costs.map(\.stepsPerRun).max(), steps > 0 {
      limits.append(
        "A budget of at most \(Wording.grouped(Int(steps.rounded()))) optimiser steps a run, and "
          + "no method was tuned: with longer training or other settings the order may differ.")
    }
    if summary.design == .fewLabels, let labels = summary.labelledImages.last {
      limits.append(
        "\(Wording.grouped(labels)) labelled images: with more or fewer labels the order may "
          + "differ, above all against training from scratch.")
    }
    if !summary.rows.contains(where: { $0.method == Baseline.general }) {
      limits.append("Weights pretrained on general photographs are not among the baselines.")
    } else if let other = summary.rows.compactMap(\.otherBackbone).first {
      limits.append(
        "The general weights are those of another backbone, \(other): their rows show what they "
          + "reach, and are compared with none.")
    }
    return limits
  }
}
