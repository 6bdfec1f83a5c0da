/// Successive halving: many methods begin with few steps each, and only the better share goes on
/// (Jamieson and Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter
/// Optimization", algorithm 1).
///
/// Every rung has the same share of the budget, so those that remain train longer; a method goes on
/// from where it stood. It decides by what a method shows early, and may drop a slow one that would
/// have won: the advice names the best of those that were followed to the end, not the best of all.
public struct SuccessiveHalving: Codable, Sendable, Equatable {
  /// A stage, at whose end methods are compared and the worse are dropped.
  public struct Rung: Codable, Sendable, Equatable {
    /// How many methods train in it.
    public var candidates: Int
    /// Steps that each of them has trained at its end, those of earlier rungs counted.
    public var steps: Int
  }

  /// What a method showed at the end of a rung.
  public struct Standing: Codable, Sendable, Equatable {
    /// The method.
    public var candidate: String
    /// Steps it had trained.
    public var steps: Int
    /// Its score, the larger the better; `nil` if it has none, since its run failed or collapsed.
    public var score: Double?
  }

  /// How a race went.
  public struct Outcome: Codable, Sendable, Equatable {
    /// The best of those that reached the last rung; `nil` if none has a score there.
    public var winner: String?
    /// By rung, the best first.
    public var standings: [[Standing]]
    /// Steps that were trained in all.
    public var stepsSpent: Int
  }

  /// The stages, in order.
  public let rungs: [Rung]

  /// The share that goes on from rung to rung.
  private static let kept = 1.0 / 3
  /// What a rung adds at least; less tells nothing.
  static let fewestSteps = 50

  /// Plans a race.
  /// - Parameters:
  ///   - candidates: how many methods begin.
  ///   - budget: steps of all of them together.
  /// - Throws: ``StudyError/setting(_:)`` if there is nothing to race, or the budget is too small.
  public init(candidates: Int, budget: Int) throws(StudyError) {
    guard candidates > 1 else {
      throw .setting("\(candidates) methods to choose from; give two or more")
    }
    var counts = [candidates]
    // The last rung has two or more, so that the winner is compared with another one.
    while let last = counts.last, last > 2 {
      counts.append(max(2, min(last - 1, Int((Double(last) * Self.kept).rounded(.up)))))
    }
    let share = budget / counts.count
    guard share / candidates >= Self.fewestSteps else {
      let needed = counts.count * candidates * Self.fewestSteps
      throw .setting(
        "\(budget) steps are too few to choose among \(candidates) methods in \(counts.count) "
          + "rungs; give \(needed) or more")
    }
    var steps = 0
    rungs = counts.map { count in
      steps += share / count
      return Rung(candidates: count, steps: steps)
    }
  }

  /// Holds the race. It is deterministic if the scorer is: of equal scores, the method named first
  /// goes on.
  /// - Parameters:
  ///   - candidates: the methods, as many as were planned for.
  ///   - score: trains a method up to so many steps, going on from where it stood, and says how good
  ///     it is; `nil`, or not a number, if the run failed: it is dropped.
  public func run(
    _ candidates: [String], score: (_ candidate: String, _ steps: Int) throws -> Double?
  ) rethrows -> Outcome {
    precondition(
      candidates.count == rungs.first?.candidates,
      "SuccessiveHalving.run: \(candidates.count) methods, planned for \(rungs.first?.candidates ?? 0)"
    )
    var remaining = candidates
    var outcome = Outcome(winner: nil, standings: [], stepsSpent: 0)
    var before = 0
    for rung in rungs {
      let standings = try remaining.prefix(rung.candidates).map { candidate in
        let value = try score(candidate, rung.steps)
        return Standing(
          candidate: candidate, steps: rung.steps, score: value.flatMap { $0.isNaN ? nil : $0 })
      }
      outcome.stepsSpent += standings.count * (rung.steps - before)
      before = rung.steps
      let order = standings.indices.sorted { a, b in
        let (one, other) = (standings[a].score ?? -.infinity, standings[b].score ?? -.infinity)
        return one == other ? a < b : one > other
      }
      outcome.standings.append(order.map { standings[$0] })
      remaining = order.filter { standings[$0].score != nil }.map { standings[$0].candidate }
    }
    outcome.winner = remaining.first
    return outcome
  }
}
