import Synchronization

/// Progress of long work on stderr: title, bar, percent, counts, rate, time left and free fields.
///
/// On a terminal the line is redrawn in place, at most ten times a second, and never wider than the
/// window. Elsewhere a plain line is printed every ten seconds, or at every tenth of the work when
/// that comes sooner (though not more than one a second), without control codes. Safe to call from
/// several threads.
///
/// ```swift
/// let bar = ProgressBar("Pretraining", total: steps * batch, unit: "images")
/// bar.advance(by: batch, fields: [("loss", "3.21"), ("rank", "45.1")])
/// bar.finish("Pretrained in 2 min 05 s")
/// ```
public final class ProgressBar: Sendable {
  private struct State {
    var line: ProgressLine
    let startedAt: Double
    var countedAt: Double
    var countedDone: Int
    var shownAt: Double?
    var shownTenth: Int
    var smoothed = ProgressRate()
    var isFinished = false
  }

  private let output: ProgressOutput
  private let clock: @Sendable () -> Double
  private let state: Mutex<State>

  /// Begins the clock; shows the line at once on a terminal.
  /// - Parameters:
  ///   - title: a word or two for what is being done.
  ///   - total: how much there is to do; nil when unknown, for a count without a bar.
  ///   - done: how much an earlier run did; it does not count for the rate.
  ///   - unit: the plural of what is counted.
  ///   - quiet: writes nothing at all.
  ///   - output: where to write.
  ///   - clock: seconds from any fixed moment, never going back.
  public init(
    _ title: String, total: Int?, done: Int = 0, unit: String, quiet: Bool = false,
    output: ProgressOutput = .standardError,
    clock: @escaping @Sendable () -> Double = ProgressOutput.uptime
  ) {
    self.output = quiet ? .none : output
    self.clock = clock
    let line = ProgressLine(title: title, done: done, total: total, unit: unit, fields: [])
    let now = clock()
    state = Mutex(
      State(
        line: line, startedAt: now, countedAt: now, countedDone: done,
        shownAt: output.isTerminal ? nil : now, shownTenth: Self.tenth(line)))
    state.withLock { show(&$0, at: now) }
  }

  /// Seconds since the bar was made.
  public var elapsed: Double { clock() - state.withLock { $0.startedAt } }

  /// Units a second, smoothed over about ten seconds; nil until something was counted.
  public var rate: Double? { state.withLock { $0.smoothed.perSecond } }

  /// Says how much there is to do, and how much an earlier run did, where that is learnt only after
  /// the bar was made; the rate counts from then on what exceeds `done`.
  public func begin(total: Int, done: Int) {
    state.withLock { state in
      state.line.total = total
      state.line.done = done
      state.countedDone = done
      state.shownTenth = Self.tenth(state.line)
    }
  }

  /// Counts `amount` more. `fields` replace those shown at the end of the line.
  public func advance(by amount: Int = 1, fields: [(name: String, value: String)]? = nil) {
    state.withLock { update(&$0, done: $0.line.done + amount, fields: fields) }
  }

  /// Sets how much is done.
  /// - Parameter atOnce: draws on a terminal even if it drew a moment ago, as for another stage of
  ///   the work.
  public func update(
    done: Int, fields: [(name: String, value: String)]? = nil, atOnce: Bool = false
  ) {
    state.withLock { update(&$0, done: done, fields: fields, atOnce: atOnce) }
  }

  /// Prints a line above the bar, such as a warning.
  public func note(_ text: String) {
    state.withLock { state in
      guard output.isTerminal, !state.isFinished else { return output.write("\(text)\n") }
      output.write("\r\u{1B}[K\(text)\n")
      state.shownAt = nil
      show(&state, at: clock())
    }
  }

  /// Ends the bar: the summary, or else the last line, stays. Later calls do nothing.
  public func finish(_ summary: String? = nil) {
    state.withLock { state in
      if state.isFinished { return }
      state.isFinished = true
      let erase = output.isTerminal ? "\r\u{1B}[K" : ""
      let last = output.isTerminal ? state.line.fitted(to: output.width() - 1) : state.line.plain
      output.write("\(erase)\(summary ?? last)\n")
    }
  }

  /// Ends the bar and leaves nothing on the terminal, as before an error message.
  public func dismiss() {
    state.withLock { state in
      if state.isFinished { return }
      state.isFinished = true
      if output.isTerminal { output.write("\r\u{1B}[K") }
    }
  }

  private func update(
    _ state: inout State, done: Int, fields: [(name: String, value: String)]?,
    atOnce: Bool = false
  ) {
    let now = clock()
    let seconds = now - state.countedAt
    if seconds > 0 {
      state.smoothed.add(done - state.countedDone, seconds: seconds)
      state.countedAt = now
      state.countedDone = done
    }
    state.line.done = done
    state.line.rate = state.smoothed.perSecond
    if let fields { state.line.fields = fields }
    if atOnce && output.isTerminal { state.shownAt = nil }
    show(&state, at: now)
  }

  /// Draws unless it was drawn a moment ago.
  private func show(_ state: inout State, at now: Double) {
    if state.isFinished { return }
    if output.isTerminal {
      if let last = state.shownAt, now - last < 0.1, state.line.fraction != 1 { return }
      // A full line would make some terminals wrap, so the last column stays free.
      output.write("\r\u{1B}[K\(state.line.fitted(to: output.width() - 1))")
    } else {
      guard let last = state.shownAt else { return }
      let tenth = Self.tenth(state.line)
      guard now - last >= 10 || (tenth > state.shownTenth && now - last >= 1) else { return }
      state.shownTenth = tenth
      output.write("\(state.line.plain)\n")
    }
    state.shownAt = now
  }

  private static func tenth(_ line: ProgressLine) -> Int {
    Int((line.fraction ?? 0) * 10)
  }
}
