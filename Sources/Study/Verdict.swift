/// The answer of a study in words, made from its figures only.
public struct Verdict: Encodable, Sendable {
  /// What the headline says.
  public enum Outcome: String, Encodable, Sendable {
    /// The best method is significantly better than random features (or, if these were not run,
    /// than the next baseline), and not significantly worse than any baseline.
    case better
    /// The best method is significantly worse than a baseline.
    case worse
    /// The difference from the baseline is not significant.
    case noDifference = "no-difference"
    /// One seed, no baseline, or no result: nothing can be said.
    case noVerdict = "no-verdict"
  }

  /// The part of the report that holds the figures which a sentence rests on.
  public enum Anchor: String, Encodable, Sendable, CaseIterable {
    /// The learning curves.
    case curve
    /// The table of results.
    case results
    /// The paired differences.
    case differences
    /// Where learning curves pass the baselines'.
    case crossings
    /// The means of the families.
    case families
    /// What the features look like.
    case features
    /// What runs cost.
    case cost
    /// Runs without a result.
    case incomplete
  }

  /// A sentence, and what it rests on.
  public struct Sentence: Encodable, Hashable, Sendable {
    /// The words.
    public var text: String
    /// Where its figures stand.
    public var anchor: Anchor

    init(_ text: String, _ anchor: Anchor) {
      self.text = text
      self.anchor = anchor
    }
  }

  /// What the headline says, for programs.
  public var outcome: Outcome
  /// The answer in a sentence.
  public var headline: String
  /// Where the headline's figures stand.
  public var anchor: Anchor
  /// What supports or limits it, what each family did, and what to try next.
  public var sentences: [Sentence]
}

extension Verdict {
  init(of summary: StudySummary) {
    let lacking =
      [summary.device.note].compactMap { $0 }.map { Sentence($0, .results) }
      + VerdictFacts.incomplete(summary)
    guard let facts = VerdictFacts(summary) else {
      self.init(
        outcome: .noVerdict,
        headline: "No pretraining run has finished: there is nothing to compare yet.",
        anchor: .results,
        sentences: lacking)
      return
    }
    let (outcome, headline, shown) = facts.headline()
    let comparisons = facts.baselines
      .filter { $0.reference != shown && facts.figure.n > 1 }
      .map { Sentence(facts.comparisonSentence($0), .differences) }
    let others: [(String?, Anchor)] = [
      (facts.inDomain(), .differences), (facts.elsewhere(), .results),
      (facts.fromHowMany(), .differences), (facts.crossings(), .crossings),
      (facts.otherMethods(), .differences), (facts.families(), .families), (facts.cost(), .cost),
    ]
    self.init(
      outcome: outcome, headline: headline, anchor: shown == nil ? .results : .differences,
      sentences: comparisons
        + others.compactMap { text, anchor in text.map { Sentence($0, anchor) } }
        + facts.nextSteps() + lacking)
  }
}

/// What the sentences are made of: the best method at the largest size of the set itself, and how it
/// compares.
struct VerdictFacts {
  let summary: StudySummary
  let best: SummaryRow
  let size: Int
  let figure: Estimate
  /// Against each baseline, in the order in which they are spoken of; against pixels and SupCon only
  /// where these are ahead, or no other was run.
  let baselines: [Comparison]

  /// Against general weights, frozen and fine-tuned.
  var general: [Comparison] {
    baselines.filter { [Baseline.general, Baseline.fineTuned].contains($0.reference) }
  }

  /// Against the baseline that is furthest ahead, of those that are significantly so.
  var furthestAhead: Comparison? {
    baselines.filter(\.result.isLoss).min { $0.difference.mean < $1.difference.mean }
  }

  /// Nil if no pretrained method has a result.
  init?(_ summary: StudySummary) {
    let metric = summary.primaryMetric
    let pretrained = summary.rows.filter {
      !$0.isBaseline && $0.otherBackbone == nil && $0.headline(metric) != nil
    }
    // Another set may be far larger: its sizes are compared with none of the set itself.
    let own = pretrained.filter { StudyRow($0.method).source == nil }
    guard let size = (own.isEmpty ? pretrained : own).compactMap(\.pretrainImages).max(),
      let (best, figure) = pretrained.filter({ $0.pretrainImages == size }).best(by: metric)
    else { return nil }
    self.summary = summary
    self.best = best
    self.size = size
    self.figure = figure
    let all = Baseline.all.compactMap { reference in
      summary.comparisons.first {
        $0.method == best.method && $0.reference == reference && $0.pretrainImages == size
      }
    }
    let spoken = all.filter {
      ![Baseline.pixels, Baseline.supCon].contains($0.reference) || $0.result.isLoss
    }
    baselines = spoken.isEmpty ? all : spoken
  }

  private var pretrained: String { Self.pretrained(best, on: size) }

  /// "SimCLR pretrained on 5,000 of your own images".
  static func pretrained(_ shown: SummaryRow, on images: Int) -> String {
    let (row, images) = (StudyRow(shown.method), Wording.grouped(images))
    guard let source = row.source else {
      return "\(shown.title) pretrained on \(images) of your own images"
    }
    return row.method == Baseline.supervised
      ? "a network supervised on \(images) labelled images of \(source)"
      : "\(StudyRow(row.method).title) pretrained on \(images) images of \(source)"
  }

  /// "linear probe", or "linear probe (balanced accuracy)".
  var measure: String {
    best.headlineProtocol.title
      + (summary.primaryMetric == .accuracy ? "" : " (\(summary.primaryMetric.title))")
  }

  /// The headline, and the reference it speaks of.
  func headline() -> (outcome: Verdict.Outcome, text: String, reference: String?) {
    if figure.n == 1 { return (.noVerdict, oneSeed(), nil) }
    if let furthestAhead {
      return (.worse, comparisonSentence(furthestAhead), furthestAhead.reference)
    }
    guard let main = baselines.first else {
      let text = "\(reaches); no baseline was run, so nothing says what pretraining adds."
      return (.noVerdict, text, nil)
    }
    if main.p == nil {
      return (.noVerdict, comparisonSentence(main), main.reference)
    }
    if main.result.isWin {
      let text =
        "\(reaches), \(Wording.points(main.difference.mean)) above \(name(main)) "
        + "(\(evidence(main)))."
      return (.better, text, main.reference)
    }
    return (.noDifference, comparisonSentence(main), main.reference)
  }

  private var reaches: String {
    let range = figure.interval.map { " (\(Wording.range($0)))" } ?? ""
    return
      "\(Wording.sentence(pretrained)) reaches \(Wording.percent(figure.mean))\(range) in \(measure)"
  }

  private func oneSeed() -> String {
    let others = baselines.compactMap { comparison in
      reference(comparison).map { "\(name(comparison)) \(Wording.percent($0.mean))" }
    }
    let rest = others.isEmpty ? "" : ", " + Wording.list(others)
    return "One seed: no interval, no verdict. \(Wording.sentence(pretrained)) reached "
      + "\(Wording.percent(figure.mean)) in \(measure)\(rest)."
  }

  /// The baseline as a sentence names it.
  func name(_ comparison: Comparison) -> String {
    let trained = [Baseline.supervised, Baseline.supCon, Baseline.fineTuned]
    guard trained.contains(comparison.reference) else { return comparison.referenceTitle }
    return "\(comparison.referenceTitle) on the same "
      + "\(Wording.grouped(comparison.labelledImages)) labels"
  }

  private func reference(_ comparison: Comparison) -> Estimate? {
    summary.rows.first {
      $0.method == comparison.reference
        && ($0.pretrainImages == nil || $0.pretrainImages == comparison.pretrainImages)
    }.flatMap { $0.headline(summary.primaryMetric) }
  }

  private func evidence(_ comparison: Comparison) -> String {
    let seeds = Wording.count(comparison.difference.n, "seed")
    guard let interval = comparison.difference.interval else { return seeds }
    return "95% interval \(Wording.range(interval)); \(seeds)" + overImages(comparison)
  }

  /// The second interval, where there is one.
  private func overImages(_ comparison: Comparison) -> String {
    comparison.imagesInterval.map { "; over test images \(Wording.range($0))" } ?? ""
  }

  /// One comparison with a baseline, with both figures.
  func comparisonSentence(_ comparison: Comparison) -> String {
    let other = name(comparison)
    let difference = comparison.difference
    let mine = Wording.percent(figure.mean)
    let theirs = reference(comparison).map { Wording.percent($0.mean) } ?? "unknown"
    guard comparison.p != nil else {
      return difference.n == 1
        ? "\(Wording.sentence(pretrained)) and \(other) share one seed only (\(mine) and \(theirs)): no verdict."
        : "\(Wording.sentence(pretrained)) and \(other) differ by \(Wording.signed(difference.mean)) points in each "
          + "of \(Wording.count(difference.n, "seed")) (\(mine) and \(theirs)): without spread "
          + "there is no test, and no verdict."
    }
    let points = Wording.points(difference.mean)
    if comparison.result.isWin {
      return "\(Wording.sentence(best.title)) is better than \(other) (\(theirs)) by \(points) "
        + "(\(evidence(comparison)))."
    }
    if comparison.result.isLoss {
      let isOne = [Baseline.supervised, Baseline.supCon].contains(comparison.reference)
      // "General weights, fine-tuned on the same labels, are better".
      let comma = comparison.referenceTitle.contains(", ") ? "," : ""
      return "\(Wording.sentence(other))\(comma) \(isOne ? "is" : "are") better than "
        + "\(pretrained) by \(points) (\(evidence(flipped(comparison)))): \(theirs)"
        + (comparison.referenceProtocol == comparison.evaluation
          ? "" : " \(comparison.referenceProtocol.title)")
        + " against \(mine) in \(measure)."
    }
    let adjusted = comparison.adjustedP.map {
      "; Holm-adjusted p \(Wording.pIs($0)) over \(Wording.count(summary.adjustedOver, "comparison"))"
    }
    let metric = summary.primaryMetric == .accuracy ? "" : " in \(summary.primaryMetric.title)"
    return
      "No significant difference\(metric) between \(pretrained) (\(mine)) and \(other) (\(theirs)) at "
      + "\(Wording.count(difference.n, "seed")): \(Wording.signed(difference.mean)) points "
      + "(\(difference.interval.map { "95% interval \(Wording.range($0))" } ?? "no spread")"
      + "\(overImages(comparison))\(adjusted ?? ""))."
  }

  /// The comparison seen from the reference.
  private func flipped(_ comparison: Comparison) -> Comparison {
    var flipped = comparison
    flipped.difference.mean.negate()
    flipped.difference.interval = comparison.difference.interval?.negated
    flipped.imagesInterval = comparison.imagesInterval?.negated
    return flipped
  }
}
