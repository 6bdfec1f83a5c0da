import Testing

@testable import Study

@Suite struct SuccessiveHalvingTests {
  private let methods = (0..<9).map { "m\($0)" }

  @Test func everyRungHasTheSameShareOfTheBudget() throws {
    let race = try SuccessiveHalving(candidates: 9, budget: 9000)
    #expect(race.rungs.map(\.candidates) == [9, 3, 2])
    // 3,000 steps a rung: 333 each, then 1,000 more, then 1,500 more.
    #expect(race.rungs.map(\.steps) == [333, 1333, 2833])
  }

  @Test func theBestGoesOnAndNoStepIsTrainedTwice() throws {
    let race = try SuccessiveHalving(candidates: 9, budget: 9000)
    var calls: [String: [Int]] = [:]
    let outcome = race.run(methods) { method, steps in
      calls[method, default: []].append(steps)
      return Double(method == "m4" ? 100 : steps % 7) + (method == "m2" ? 10 : 0)
    }
    #expect(outcome.winner == "m4")
    #expect(outcome.standings.map(\.count) == [9, 3, 2])
    #expect(outcome.standings[2].map(\.candidate) == ["m4", "m2"])
    #expect(calls["m4"] == [333, 1333, 2833] && calls["m8"] == [333])
    #expect(outcome.stepsSpent == 9 * 333 + 3 * 1000 + 2 * 1500 && outcome.stepsSpent <= 9000)
  }

  @Test func ofEqualScoresTheFirstNamedGoesOnEveryTime() throws {
    let race = try SuccessiveHalving(candidates: 9, budget: 9000)
    let first = race.run(methods) { _, _ in 1 }
    #expect(first.standings[1].map(\.candidate) == ["m0", "m1", "m2"])
    #expect(race.run(methods) { _, _ in 1 } == first)
  }

  @Test func aRunThatFailsIsDropped() throws {
    let race = try SuccessiveHalving(candidates: 4, budget: 4000)
    let outcome = race.run(Array(methods.prefix(4))) { method, _ in
      switch method {
      case "m0": nil
      case "m1": .nan
      default: -1
      }
    }
    #expect(outcome.winner == "m2")
    #expect(outcome.standings[0].suffix(2).allSatisfy { $0.score == nil })
    let none = race.run(Array(methods.prefix(4))) { _, _ in nil }
    #expect(none.winner == nil && none.standings.map(\.count) == [4, 0])
  }

  @Test func anErrorOfTheScorerEndsTheRace() throws {
    struct Stopped: Error {}
    let race = try SuccessiveHalving(candidates: 2, budget: 1000)
    #expect(throws: Stopped.self) { try race.run(["a", "b"]) { _, _ in throw Stopped() } }
  }

  @Test func aBudgetThatIsTooSmallNamesTheOneThatIsNot() throws {
    let error = #expect(throws: StudyError.self) {
      try SuccessiveHalving(candidates: 9, budget: 1000)
    }
    #expect(error?.description.contains("give 1350 or more") == true)
    _ = try SuccessiveHalving(candidates: 9, budget: 1350)
    #expect(throws: StudyError.self) { try SuccessiveHalving(candidates: 1, budget: 1000) }
  }
}
