import Testing

@testable import Study

/// The sentences, word for word: they are what most readers take away.
@Suite struct VerdictTests {
  @Test func aWinIsSaidWithItsIntervalAndTheBaselineItBeats() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.40, 0.42, 0.41])
    study.add("simclr", size: 5000, [0.505, 0.498, 0.512])
    study.add("random", size: nil, [0.344, 0.338, 0.351])
    study.add("supervised", size: nil, [0.395, 0.39, 0.40], as: .endToEnd)
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .better)
    // The intervals here and below: Benchmarks/python/study_statistics.py on these figures.
    #expect(
      verdict.headline
        == "SimCLR pretrained on 5,000 of your own images reaches 50.5% (48.8–52.2) in linear "
        + "probe, 16.1 points above random features (95% interval 15.8–16.3; 3 seeds).")
    #expect(
      verdict.sentences.map(\.text) == [
        "SimCLR is better than supervised from scratch on the same 50 labels (39.5%) by 11.0 "
          + "points (95% interval 10.8–11.2; 3 seeds).",
        "SimCLR is significantly better than random features from 1,000 images on, the smallest "
          + "size tested; than supervised from scratch from 5,000 images on.",
        "A run of SimCLR took 13 s on average for 19,200 images seen, and at most 537 MB of "
          + "memory.",
        "Next: more unlabelled images; the curve of SimCLR still rises at 5,000, by 4.1 points for "
          + "each doubling (95% interval 2.5–5.7).",
      ])
    #expect(
      verdict.sentences.map(\.anchor) == [.differences, .differences, .cost, .curve])
    #expect(verdict.anchor == .differences)
  }

  @Test func whatIsPretrainedElsewhereIsSaidToBe() {
    for (method, words) in [
      (
        "supervised@tiles", "A network supervised on 5,000 labelled images of tiles reaches 50.5%"
      ),
      ("simclr@tiles", "SimCLR pretrained on 5,000 images of tiles reaches 50.5%"),
    ] {
      var study = MadeUpStudy()
      study.add(method, size: 5000, [0.505, 0.498, 0.512])
      study.add("random", size: nil, [0.344, 0.338, 0.351])
      let headline = study.summary().verdict.headline
      #expect(headline.hasPrefix(words), "\(headline)")
    }
  }

  @Test func aLossAgainstSupervisedIsTheHeadline() {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.40, 0.405, 0.395])
    study.add("random", size: nil, [0.35, 0.345, 0.351])
    study.add("supervised", size: nil, [0.44, 0.446, 0.436], as: .endToEnd)
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .worse)
    #expect(
      verdict.headline
        == "Supervised from scratch on the same 50 labels is better than SimCLR pretrained on "
        + "5,000 of your own images by 4.1 points (95% interval 3.0–5.1; 3 seeds): 44.1% "
        + "end-to-end against 40.0% in linear probe.")
    #expect(
      verdict.sentences.first?.text.hasPrefix("SimCLR is better than random features") == true)
  }

  @Test func aLossAgainstRandomFeaturesIsSaidPlainly() {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.30, 0.305, 0.295])
    study.add("random", size: nil, [0.35, 0.356, 0.346])
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .worse)
    #expect(verdict.headline.hasPrefix("Random features are better than SimCLR pretrained on"))
    #expect(verdict.headline.hasSuffix("35.1% against 30.0% in linear probe."))
  }

  @Test func aLossAgainstGeneralWeightsIsTheHeadline() {
    var study = MadeUpStudy()
    study.add("simclr+general", size: 5000, [0.50, 0.505, 0.495])
    study.add("random", size: nil, [0.35, 0.345, 0.351])
    study.add("supervised", size: nil, [0.52, 0.526, 0.516], as: .endToEnd)
    study.add("random+general", size: nil, [0.45, 0.446, 0.455])
    study.add("supervised+general", size: nil, [0.60, 0.606, 0.596], as: .endToEnd)
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .worse)
    #expect(
      verdict.headline.hasPrefix(
        "General weights, fine-tuned on the same 50 labels, are better than SimCLR from general "
          + "weights pretrained on 5,000 of your own images by 10.1 points (95% interval "))
    #expect(
      verdict.headline.hasSuffix("3 seeds): 60.1% end-to-end against 50.0% in linear probe."))
    #expect(verdict.sentences[1].text.hasPrefix("Supervised from scratch on the same 50 labels is"))
  }

  @Test func otherBaselinesAreSpokenOfOnlyWhereTheyAreAhead() {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.50, 0.505, 0.495])
    study.add("random", size: nil, [0.35, 0.345, 0.351])
    study.add("pixels", size: nil, [0.40, 0.405, 0.394])
    #expect(study.summary().verdict.outcome == .better)
    #expect(study.summary().verdict.sentences.allSatisfy { !$0.text.contains("pixels") })
    study.add("supcon", size: nil, [0.60, 0.606, 0.596], as: .endToEnd)
    #expect(study.summary().verdict.outcome == .worse)
    #expect(
      study.summary().verdict.headline.hasPrefix("Supcon on the same 50 labels is better than"))
  }

  @Test func noSignificantDifferenceIsCalledSo() {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.36, 0.33, 0.39])
    study.add("random", size: nil, [0.344, 0.35, 0.339])
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .noDifference)
    // SciPy 1.17.1: ttest_rel.
    #expect(
      verdict.headline
        == "No significant difference between SimCLR pretrained on 5,000 of your own images "
        + "(36.0%) and random features (34.4%) at 3 seeds: +1.6 points (95% interval −7.3 to "
        + "10.4; Holm-adjusted p = 0.525 over 1 comparison).")
  }

  @Test func oneSeedGivesNoVerdict() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.5])
    study.add("random", size: nil, [0.3])
    study.add("supervised", size: nil, [0.4], as: .endToEnd)
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .noVerdict)
    #expect(
      verdict.headline
        == "One seed: no interval, no verdict. SimCLR pretrained on 1,000 of your own images "
        + "reached 50.0% in linear probe, random features 30.0% and supervised from scratch on "
        + "the same 50 labels 40.0%.")
    #expect(!verdict.sentences.contains { $0.text.contains("significant") })
  }

  @Test func theSameDifferenceInEverySeedGivesNoVerdict() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.5, 0.75])
    study.add("random", size: nil, [0.25, 0.5])
    let verdict = study.summary().verdict
    #expect(verdict.outcome == .noVerdict)
    #expect(verdict.headline.contains("+25.0 points in each of 2 seeds"))
  }

  @Test func missingCellsAreBorne() {
    var study = MadeUpStudy()
    #expect(study.summary().verdict.headline.hasPrefix("No pretraining run has finished"))
    study.add("random", size: nil, [0.3, 0.31])
    #expect(study.summary().verdict.headline.hasPrefix("No pretraining run has finished"))

    var alone = MadeUpStudy()
    alone.add("simclr", size: 1000, [0.5, 0.51])
    #expect(alone.summary().verdict.outcome == .noVerdict)
    #expect(alone.summary().verdict.headline.contains("no baseline was run"))

    var supervisedOnly = MadeUpStudy()
    supervisedOnly.add("simclr", size: 1000, [0.5, 0.51, 0.49])
    supervisedOnly.add("supervised", size: nil, [0.3, 0.311, 0.292], as: .endToEnd)
    #expect(supervisedOnly.summary().verdict.outcome == .better)
    #expect(
      supervisedOnly.summary().verdict.headline.contains(
        "above supervised from scratch on the same 50 labels"))
  }

  @Test func amongMethodsTheBestIsNotClaimedWithoutSignificance() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.51, 0.49])
    study.add("byol", size: 1000, [0.505, 0.50, 0.492])
    study.add("random", size: nil, [0.30, 0.311, 0.292])
    #expect(
      study.summary().verdict.sentences.map(\.text).contains(
        "At 1,000 images, SimCLR has the highest mean, but there is no significant difference "
          + "between it and BYOL."))
  }

  @Test func aWinAtSomeSizesOnlyIsSaidWithTheOthers() {
    func text(_ levels: [(size: Int, simclr: Double, supervised: Double)]) -> String? {
      var study = MadeUpStudy()
      for (size, simclr, supervised) in levels {
        study.add("simclr", size: size, labels: size, [0, 0.01, -0.01].map { simclr + $0 })
        study.add(
          "supervised", size: size, labels: size, [0, 0.011, -0.008].map { supervised + $0 },
          as: .endToEnd)
      }
      return study.summary().verdict.sentences.map(\.text).first {
        $0.hasPrefix("SimCLR is significantly better than supervised from scratch ")
      }
    }
    #expect(
      text([(500, 0.5, 0.3), (5000, 0.5, 0.5)])?.hasSuffix(" at 500 images, but not at 5,000.")
        == true)
    #expect(
      text([(500, 0.5, 0.3), (1000, 0.3, 0.3), (2000, 0.6, 0.3)])?
        .hasSuffix(" at 500 and 2,000 images, but not at 1,000.") == true)
    #expect(
      text([(500, 0.3, 0.5), (5000, 0.5, 0.5)])?.hasSuffix(" at no size up to 5,000.") == true)
  }

  @Test func pretrainingOnALargerSetDoesNotHideTheSetsOwn() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.40, 0.42, 0.41])
    study.add("simclr", size: 2000, [0.505, 0.498, 0.512])
    study.add("simclr@tiles", size: 50_000, [0.45, 0.46, 0.455])
    study.add("random", size: nil, [0.344, 0.338, 0.351])
    let summary = study.summary()
    #expect(summary.ownSizes == [1000, 2000] && summary.sizes == [1000, 2000, 50_000])
    #expect(
      summary.verdict.headline.hasPrefix("SimCLR pretrained on 2,000 of your own images reaches"))
    #expect(
      summary.verdict.sentences.map(\.text).contains {
        $0.hasPrefix("SimCLR pretrained on 50,000 images of tiles reaches 45.5%")
      })
    #expect(summary.ranking?.rows.map(\.method) == ["simclr", "random"])
  }

  @Test func balancedAccuracyIsNamedWhereItIsThePrimaryFigure() {
    var study = MadeUpStudy()
    study.add("simclr", size: 500, [0.50, 0.51, 0.49], metric: .balancedAccuracy)
    study.add("random", size: nil, [0.30, 0.311, 0.292], metric: .balancedAccuracy)
    let headline = study.summary(metric: .balancedAccuracy).verdict.headline
    #expect(headline.contains("in linear probe (balanced accuracy), 19.9 points above"))
  }
}
