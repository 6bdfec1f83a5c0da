/// Seconds of several contestants, one figure a round each.
struct Timings {
  private var seconds: [String: [Double]] = [:]

  /// Takes a round's figure.
  mutating func add(_ name: String, _ value: Double) { seconds[name, default: []].append(value) }

  /// The median over the rounds; `nil` for one that did not take part.
  func median(_ name: String) -> Double? { seconds[name].map(Timings.median) }

  /// How many times as fast as `other` a contestant was: median, least and largest over the rounds.
  func speed(of name: String, against other: String) -> Ratio? {
    guard let own = seconds[name], let others = seconds[other], !own.isEmpty else { return nil }
    let ratios = zip(others, own).map { $0 / $1 }.sorted()
    return Ratio(median: Timings.median(ratios), least: ratios[0], most: ratios[ratios.count - 1])
  }

  /// Lets contestants run in turns, after a turn that is not counted.
  static func alternate(_ contestants: [Contestant], rounds: Int) throws -> Timings {
    var timings = Timings()
    for round in 0...rounds {
      for contestant in contestants {
        let seconds = try contestant.run()
        if round > 0 { timings.add(contestant.name, seconds) }
      }
      note("  round \(round) of \(rounds)\(round == 0 ? " (warm-up)" : "")")
    }
    return timings
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

/// What takes part in a comparison.
struct Contestant {
  let name: String
  /// Does its work once and says how many seconds it took.
  let run: () throws -> Double
}

/// How many times as fast one was as another.
struct Ratio {
  var median: Double
  var least: Double
  var most: Double
}

/// The seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
