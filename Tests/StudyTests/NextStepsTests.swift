import Foundation
import Testing
import Training

@testable import Study

/// What the verdict advises, and when it does not.
@Suite struct NextStepsTests {
  private func next(_ study: MadeUpStudy) -> [Verdict.Sentence] {
    study.summary().verdict.sentences.filter { $0.text.hasPrefix("Next:") }
  }

  @Test func oneSeedAsksForMore() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.5])
    study.add("random", size: nil, [0.3])
    #expect(
      next(study) == [
        Verdict.Sentence("Next: run 3 seeds or more; one says nothing of chance.", .results)
      ])
  }

  @Test func aDifferenceThatMoreSeedsMightTellAsksForThem() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.36, 0.33, 0.39])
    study.add("random", size: nil, [0.325, 0.32, 0.319])
    let sentence = try #require(next(study).first)
    let needed = try #require(study.summary().sensitivity?.seeds(toDetect: 0.0386667))
    #expect(needed > 3 && needed <= 20)
    #expect(
      sentence.text.hasPrefix("Next: \(needed) seeds; so many tell a difference of 3.9 points"))
    #expect(sentence.anchor == .differences)
  }

  @Test func aDifferenceTooSmallIsLeftToTheCost() {
    var study = MadeUpStudy()
    study.add("simclr", size: 5000, [0.36, 0.33, 0.39])
    study.add("random", size: nil, [0.36, 0.35, 0.369])
    #expect(next(study).first?.text.contains("by cost") == true)
  }

  @Test func aCurveThatRisesSurelyAndFastAsksForImages() {
    func curve(_ largest: [Double]) -> [Verdict.Sentence] {
      var study = MadeUpStudy()
      study.add("simclr", size: 1000, [0.50, 0.51, 0.505])
      study.add("simclr", size: 2000, largest)
      study.add("random", size: nil, [0.30, 0.31, 0.306])
      return next(study)
    }
    #expect(curve([0.53, 0.541, 0.534]).map(\.anchor) == [.curve])
    #expect(curve([0.503, 0.514, 0.508]).isEmpty, "too slow")
    #expect(curve([0.53, 0.48, 0.58]).isEmpty, "not sure")
  }

  @Test func collapseAsksForAnotherMethod() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.51, 0.505])
    study.add("byol", size: 1000, [0.12, 0.13, 0.125])
    study.add("random", size: nil, [0.30, 0.31, 0.306])
    #expect(next(study).isEmpty)
    study.runs[3].features = try JSONDecoder().decode(
      FeatureHealth.self, from: Data(#"{"rank":1,"deviation":0,"uniformity":0}"#.utf8))
    #expect(next(study).map(\.anchor) == [.features])
    #expect(next(study).first?.text.contains("in place of BYOL") == true)
  }

  /// A lesser baseline, with which the method is level, does not ask for seeds then.
  @Test func aBaselineThatIsAheadIsToBeTaken() {
    var study = MadeUpStudy()
    study.add("simclr+general", size: 5000, [0.50, 0.505, 0.495])
    study.add("supervised", size: nil, [0.504, 0.50, 0.493], as: .endToEnd)
    study.add("supervised+general", size: nil, [0.60, 0.606, 0.596], as: .endToEnd)
    #expect(
      next(study) == [
        Verdict.Sentence(
          "Next: general weights, fine-tuned on the same 50 labels, in place of SimCLR from "
            + "general weights; 10.1 points better.", .differences)
      ])
  }

  @Test func generalWeightsAheadAskForContinuedPretraining() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.51, 0.505])
    study.add("random", size: nil, [0.30, 0.31, 0.306])
    study.add("random+general", size: nil, [0.60, 0.611, 0.604])
    #expect(next(study).contains { $0.text.contains("from the general weights") })
    let sentences = study.summary().verdict.sentences.map(\.text)
    #expect(
      sentences.contains(
        "Does pretraining on your own images alone beat general weights? No: SimCLR is "
          + "significantly worse than general weights, frozen (10.0 points)."))
    study.add("simclr+general", size: 1000, [0.55, 0.561, 0.554])
    #expect(!next(study).contains { $0.text.contains("from the general weights") })
  }

  @Test func pretrainingThatBeatsGeneralWeightsIsSaidTo() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.70, 0.71, 0.705])
    study.add("random+general", size: nil, [0.60, 0.611, 0.604])
    study.add("supervised+general", size: nil, [0.80, 0.811, 0.804], as: .endToEnd)
    #expect(
      study.summary().verdict.sentences.map(\.text).contains(
        "Does pretraining on your own images alone beat general weights? In part: SimCLR is "
          + "significantly better than general weights, frozen (10.0 points) and significantly worse "
          + "than general weights, fine-tuned (10.0 points)."))
  }

  @Test func noWinOverGeneralWeightsIsNoLoss() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.60, 0.61, 0.606])
    study.add("simclr+general", size: 1000, [0.70, 0.711, 0.704])
    study.add("random+general", size: nil, [0.60, 0.611, 0.604])
    study.add("supervised+general", size: nil, [0.80, 0.811, 0.804], as: .endToEnd)
    let text = study.summary().verdict.sentences.map(\.text).first { $0.hasPrefix("Does") }
    #expect(
      text == """
        Does pretraining on your own images alone beat general weights? Not shown: SimCLR is \
        significantly worse than general weights, fine-tuned (20.0 points) and not significantly \
        different from general weights, frozen. Pretraining the general weights further: SimCLR \
        from general weights is significantly better than general weights, frozen (10.0 points) and \
        significantly worse than general weights, fine-tuned (10.0 points).
        """)
  }

  @Test func theCrossingIsSaidWithItsInterval() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.36, 0.354, 0.362])
    study.add("simclr", size: 2000, [0.43, 0.424, 0.432])
    study.add("supervised", size: nil, [0.4, 0.401, 0.399], as: .endToEnd)
    let sentence = study.summary().verdict.sentences.first { $0.anchor == .crossings }
    #expect(
      sentence?.text
        == "Interpolated between the sizes, SimCLR passes supervised from scratch at 1,300–1,700 "
        + "images (95% interval around 1,500).")
  }
}
