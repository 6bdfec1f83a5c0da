import Augment
import Foundation
import Study
import Testing

/// What a study judges its networks by.
@Suite(.serialized) struct StudyProtocolsTests {
  @Test func everyProtocolGivesItsFigures() throws {
    try inStudy { study in
      study.plan.methods = ["pixels", "supervised", "simclr"]
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = DownstreamProtocol.allCases
      let results = try study.run("a").results
      var found: [String: Set<String>] = [:]
      for run in try results.allRuns() {
        let scores = try results.scores(of: run.id)
        found[run.key.method] = Set(scores.map(\.evaluation.rawValue))
        #expect(scores.allSatisfy { $0.value.isFinite })
      }
      // Every figure is known to be of a protocol that was recorded.
      let evaluations = try results.finishedRuns().flatMap(\.evaluations)
      #expect(!evaluations.isEmpty && evaluations.allSatisfy { $0.tag.revision > 0 })
      let frozen: Set = ["linear", "knn", "sgd"]
      let few: Set = [
        "few-shot/1", "few-shot/5", "linear/1%", "linear/10%", "linear/imbalanced",
        "linear/label-noise-20%", "linear/label-noise-40%",
      ]
      let corrupted = Set(Corruption.allCases.map { "linear/corrupted-\($0.rawValue)" })
        .union(["linear/corrupted"])
      let tuned: Set = ["fine-tune", "fine-tune/1%", "fine-tune/10%", "fine-tune/imbalanced"]
      #expect(found["pixels"] == frozen.union(few))
      // Corruptions by balanced accuracy too, where it decides.
      let robust = try results.scores().filter {
        $0.evaluation == EvaluationProtocol(.linear, .corrupted)
      }
      #expect(
        Set(robust.map(\.metric)).isSuperset(of: [.accuracy, .balancedAccuracy])
          && robust.count >= 4)
      // It has seen all labels: few of them, or wrong ones, would be no test.
      #expect(found["supervised"] == frozen.union(corrupted).union(["end-to-end"]))
      #expect(found["simclr"] == frozen.union(few).union(corrupted).union(tuned))
    }
  }

  @Test func aProtocolThatIsAddedNeedsNoTraining() throws {
    try inStudy { study in
      study.plan.sizes = [24]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      let before = try study.run("a").results.scores()
      #expect(!before.contains { $0.evaluation == .knn })
      let weights = try study.weights("a")
      study.plan.protocols = [.linear, .knn]
      let grown = try study.run("a")
      #expect(grown.events == ["finished", "finished", "finished"])
      #expect(try study.weights("a") == weights)
      let after = try grown.results.scores()
      #expect(after.count { $0.evaluation == .knn && $0.metric == .accuracy } == 3)
      #expect(before.allSatisfy(after.contains))
      // As if it had been asked for at once.
      #expect(try study.run("b").results.scores() == after)
    }
  }

  @Test func otherClassWeightsJudgeTheSameWeightsAnew() throws {
    try inStudy { study in
      study.plan.methods = ["simclr"]
      study.plan.sizes = [64]
      study.plan.seeds = [0]
      study.plan.protocols = [.linear]
      let plain = try study.run("a").results
      let weights = try study.weights("a")
      var weighted = study
      weighted.plan.classWeights = .balanced
      #expect(
        study.plan.difference(from: weighted.plan) == "its class weights were none, now balanced")
      #expect(study.plan.obstacle(toJoining: weighted.plan)?.contains("classWeights") == true)
      let balanced = try weighted.run("a", results: "balanced").results
      let (first, second) = (try plain.allRuns()[0].key, try balanced.allRuns()[0].key)
      #expect(first.training == second.training && first.id != second.id)
      #expect(try study.weights("a") == weights)
      func chosen(_ results: ResultStore) throws -> Set<String> {
        Set(try results.scores().map(\.chosen))
      }
      #expect(try chosen(plain).allSatisfy { !$0.contains("balanced classes") })
      #expect(try chosen(balanced).allSatisfy { $0.hasSuffix("balanced classes") })
    }
  }
}
