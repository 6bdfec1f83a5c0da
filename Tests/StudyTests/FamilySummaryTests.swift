import Testing

@testable import Study

@Suite struct FamilySummaryTests {
  @Test func aFamilyIsTheMeanOfItsMethodsOverTheSeedsThatAllHave() throws {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.52, 0.54])
    study.add("moco-v2", size: 1000, [0.40, nil, 0.48])
    study.add("byol", size: 1000, [0.60, 0.61, 0.62], family: "self-distillation")
    study.add("simclr", size: 5000, [0.60, 0.62, 0.61])
    let families = study.summary().families
    #expect(families.map(\.family) == ["contrastive", "self-distillation", "contrastive"])
    #expect(families.map(\.pretrainImages) == [1000, 1000, 5000])
    let both = try #require(families.first)
    #expect(both.methods == ["moco-v2", "SimCLR"] && both.estimate.n == 2)
    // (0.50 + 0.40) / 2 and (0.54 + 0.48) / 2.
    #expect(abs(both.estimate.mean - 0.48) < 1e-12)
    #expect(both.estimate.interval == Estimate([0.45, 0.51])?.interval?.clamped(to: 0...1))
  }

  @Test func onlyPretrainingFromScratchOnTheSetItselfCounts() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.52])
    study.add("simclr+general", size: 1000, [0.90, 0.92])
    study.add("simclr@photos", size: 1000, [0.90, 0.92])
    study.add(Baseline.supCon, size: 1000, [0.90, 0.92])
    study.add("byol", size: 1000, [0.90, 0.92], backbone: "vit")
    #expect(study.summary().families.map(\.methods) == [["SimCLR"]])
    #expect(!study.summary().verdict.sentences.contains { $0.anchor == .families })
  }

  @Test func theVerdictNamesWhatEachFamilyDid() {
    var study = MadeUpStudy()
    study.add("simclr", size: 1000, [0.50, 0.52])
    study.add("byol", size: 1000, [0.60, 0.61], family: "self-distillation")
    #expect(
      study.summary().verdict.sentences.contains(
        Verdict.Sentence(
          "By family at 1,000 images, untested: self-distillation 60.5% (BYOL) and contrastive "
            + "51.0% (SimCLR).", .families)))
  }
}
