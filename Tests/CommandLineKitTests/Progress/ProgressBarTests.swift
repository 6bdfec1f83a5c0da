import Synchronization
import Testing

@testable import CommandLineKit

/// A clock that only tests move, and a place that keeps what is written.
private final class Stage: Sendable {
  private let state = Mutex((now: 0.0, text: ""))
  var text: String { state.withLock { $0.text } }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
  var redraws: [String] {
    text.components(separatedBy: "\r\u{1B}[K").dropFirst().map { String($0) }
  }

  func wait(_ seconds: Double) { state.withLock { $0.now += seconds } }
  func now() -> Double { state.withLock { $0.now } }

  func bar(
    total: Int?, done: Int = 0, width: Int? = nil, quiet: Bool = false
  ) -> ProgressBar {
    let output = ProgressOutput(isTerminal: width != nil, width: { width ?? 80 }) { text in
      self.state.withLock { $0.text += text }
    }
    return ProgressBar(
      "Work", total: total, done: done, unit: "images", quiet: quiet, output: output,
      clock: { self.now() })
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}

@Suite struct ProgressBarTests {
  @Test func aTerminalIsRedrawnInPlaceAtMostTenTimesASecond() {
    let stage = Stage()
    let bar = stage.bar(total: 1000, width: 100)
    for _ in 0..<100 {
      stage.wait(1 / 64)
      bar.advance(by: 5, fields: [("loss", "3.21"), ("rank", "45.1")])
    }
    // The first line, then one every 7/64 s.
    #expect(stage.redraws.count == 15)
    #expect(!stage.text.contains("\n"))
    #expect(
      stage.redraws.last == "Work  ▕█████████████▏             ▏   49%  490/1,000  "
        + "320 images/s  2 s left  loss 3.21 · rank 45.1")
  }

  @Test func aFileGetsPlainLinesEveryTenthOrTenSeconds() {
    let stage = Stage()
    let bar = stage.bar(total: 100)
    for _ in 0..<100 {
      stage.wait(0.5)
      bar.advance()
    }
    bar.finish("Done in \(Human.duration(seconds: bar.elapsed))")
    #expect(stage.lines.count == 11)
    #expect(stage.lines[0] == "Work   10%  10/100  2.0 images/s  45 s left")
    #expect(stage.lines[10] == "Done in 50 s")
    #expect(!stage.text.contains("\u{1B}") && !stage.text.contains("\r"))

    let slow = Stage()
    let slowBar = slow.bar(total: 1_000_000)
    for _ in 0..<60 {
      slow.wait(1)
      slowBar.advance()
    }
    #expect(slow.lines.count == 6)
  }

  @Test func quickWorkPrintsOnlyItsSummary() {
    let stage = Stage()
    let bar = stage.bar(total: 10)
    for _ in 0..<10 {
      stage.wait(0.01)
      bar.advance()
    }
    bar.finish()
    bar.finish("again")
    bar.advance()
    #expect(stage.lines == ["Work  100%  10/10  100 images/s"])
  }

  @Test func quietMeansNothingAtAll() {
    for width in [nil, 80] {
      let stage = Stage()
      let bar = stage.bar(total: 10, width: width, quiet: true)
      stage.wait(100)
      bar.advance(by: 5)
      bar.note("a warning")
      bar.finish("done")
      #expect(stage.text.isEmpty)
    }
  }

  @Test(arguments: [120, 80, 60, 44, 30, 20, 10, 4])
  func noLineIsWiderThanTheWindow(width: Int) {
    let stage = Stage()
    let bar = stage.bar(total: 20_000, width: width)
    for _ in 0..<50 {
      stage.wait(1)
      bar.advance(by: 13, fields: [("loss", "3.21"), ("rank", "45.1")])
    }
    bar.finish()
    for line in stage.redraws {
      #expect(displayWidth(line.filter { $0 != "\n" }) < width)
    }
  }

  @Test func whatAnEarlierRunDidDoesNotCountForTheRate() {
    let stage = Stage()
    let bar = stage.bar(total: 2000, done: 1000)
    stage.wait(10)
    bar.advance(by: 100)
    #expect(stage.lines == ["Work   55%  1,100/2,000  10 images/s  1 min 30 s left"])
  }

  @Test func theRateFollowsAChangeOfPace() throws {
    let stage = Stage()
    let bar = stage.bar(total: nil)
    for _ in 0..<100 {
      stage.wait(1)
      bar.advance(by: 10)
    }
    #expect(abs(try #require(bar.rate) - 10) < 1e-9)
    for _ in 0..<10 {
      stage.wait(1)
      bar.advance(by: 20)
    }
    // After one memory (10 s) an exponential average has gone 1 - 1/e of the way.
    #expect(abs(try #require(bar.rate) - 16.32) < 0.01)
    #expect(stage.lines.last?.hasPrefix("Work  1,200 images  16 images/s") == true)
  }

  @Test func amountsWithoutTimeBetweenThemStillCount() throws {
    let stage = Stage()
    let bar = stage.bar(total: nil)
    bar.advance(by: 3)
    bar.advance(by: 4)
    stage.wait(1)
    bar.advance(by: 3)
    #expect(abs(try #require(bar.rate) - 10) < 1e-9)
  }

  @Test func aNoteStandsAboveTheBar() {
    let stage = Stage()
    let bar = stage.bar(total: 10, width: 60)
    bar.note("cat.png cannot be read, skipped")
    #expect(stage.redraws.count == 3)
    #expect(stage.redraws[1] == "cat.png cannot be read, skipped\n")
    #expect(stage.redraws[2] == stage.redraws[0])
  }
}
