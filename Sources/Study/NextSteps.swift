/// What to try next: rules with thresholds, on the figures alone.
extension VerdictFacts {
  /// A curve that rises by this for each doubling of N, or more, is worth more images.
  static let risingPerDoubling = 0.01
  /// More seeds than this are not advised.
  static let mostSeeds = 20
  /// With one seed, so many are advised: the fewest that give an interval worth showing.
  static let fewestSeeds = StudyRequest.defaultSeeds

  /// The rules that apply.
  func nextSteps() -> [Verdict.Sentence] {
    let rules = [
      baselineToTake(), seedsToAdd(), imagesToAdd(), methodToLeave(), generalToContinue(),
    ]
    return rules.compactMap { $0 }
  }

  private func baselineToTake() -> Verdict.Sentence? {
    furthestAhead.map {
      Verdict.Sentence(
        "Next: \(name($0)), in place of \(best.title); "
          + "\(Wording.points($0.difference.mean)) better.", .differences)
    }
  }

  private func seedsToAdd() -> Verdict.Sentence? {
    if figure.n == 1 {
      return Verdict.Sentence(
        "Next: run \(Self.fewestSeeds) seeds or more; one says nothing of chance.", .results)
    }
    // Whether a lesser baseline is level with the best method does not matter where another is ahead.
    guard furthestAhead == nil,
      let unsure = baselines.first(where: { $0.result == .notSignificant })
    else { return nil }
    let than = "\(best.title) and \(unsure.referenceTitle)"
    if (unsure.adjustedP ?? 1) < Significance.level {
      return Verdict.Sentence(
        "Next: more labelled test images; the seeds agree on a difference between \(than), which "
          + "these test images do not bear out.", .differences)
    }
    let difference = Wording.points(unsure.difference.mean)
    guard let sensitivity = summary.sensitivity else { return nil }
    let needed = sensitivity.seeds(toDetect: unsure.difference.mean)
    guard let needed, needed <= Self.mostSeeds else {
      return Verdict.Sentence(
        "Next: choose between \(than) by cost; to tell a difference of \(difference), if it is "
          + "real, takes more than \(Self.mostSeeds) seeds.", .differences)
    }
    return Verdict.Sentence(
      "Next: \(Wording.count(max(needed, unsure.difference.n + 1), "seed")); so many tell a "
        + "difference of \(difference) between \(than), if it is real, with "
        + "\(Wording.number(Sensitivity.power, digits: 0))% probability.", .differences)
  }

  private func imagesToAdd() -> Verdict.Sentence? {
    guard let growth = summary.growth.first(where: { $0.method == best.method }),
      let interval = growth.perDoubling.interval, interval.lower > 0,
      growth.perDoubling.mean >= Self.risingPerDoubling
    else { return nil }
    let images = summary.design == .fewLabels ? "more unlabelled images" : "more images"
    return Verdict.Sentence(
      "Next: \(images); the curve of \(best.title) still rises at \(Wording.grouped(growth.to)), by "
        + "\(Wording.points(growth.perDoubling.mean)) for each doubling (95% interval "
        + "\(Wording.range(interval))).", .curve)
  }

  private func methodToLeave() -> Verdict.Sentence? {
    let collapsed = summary.features.filter {
      $0.collapsedRuns > 0 && !Baseline.all.contains($0.method)
    }
    let titles = collapsed.map(\.title).uniqued()
    guard !titles.isEmpty else { return nil }
    return Verdict.Sentence(
      "Next: another method, or a lower learning rate, in place of \(Wording.list(titles)): runs "
        + "collapsed.", .features)
  }

  private func generalToContinue() -> Verdict.Sentence? {
    let isContinued = summary.rows.contains {
      !$0.isBaseline && StudyRow($0.method).isFromGeneral
    }
    guard !isContinued, general.contains(where: \.result.isLoss) else { return nil }
    return Verdict.Sentence(
      "Next: pretrain on your images from the general weights, as no row does; they are ahead of "
        + "\(best.title).", .differences)
  }
}
