/// A part of a study that one machine makes, without word from those that make the others: `3/8` is
/// the third of eight.
public struct StudyShard: Sendable, Equatable, RawRepresentable {
  /// Which part, from 1.
  public var number: Int
  /// How many parts there are.
  public var count: Int

  /// Reads `3/8`; `nil` if it is not a number from 1 to a second one.
  public init?(rawValue: String) {
    let numbers = rawValue.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1],
      number >= 1, number <= count
    else { return nil }
    self.number = number
    self.count = count
  }

  /// `3/8`.
  public var rawValue: String { "\(number)/\(count)" }

  /// Its share of a plan's runs, in the plan's order.
  ///
  /// Runs are dealt out by method and size, seed after seed, so that no part gets all runs of the
  /// method that takes longest. Those that are pretrained on another set are dealt out by themselves,
  /// so that plans which share that set have a run in the same part, where it is trained once.
  public func share(of runs: [PlannedRun]) -> [PlannedRun] {
    let dealt = runs.indices.sorted {
      let (a, b) = (runs[$0], runs[$1])
      return (a.method, a.images, $0) < (b.method, b.images, $1)
    }
    func isTransferred(_ index: Int) -> Bool { StudyRow(runs[index].method).source != nil }
    let hands = [dealt.filter { !isTransferred($0) }, dealt.filter(isTransferred)]
    let own = hands.flatMap { hand in
      hand.indices.filter { $0 % count == number - 1 }.map { hand[$0] }
    }
    return own.sorted().map { runs[$0] }
  }
}
