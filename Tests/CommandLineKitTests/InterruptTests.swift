import CommandLineKit
import Foundation
import Testing

@Suite struct InterruptTests {
  @Test func theFirstSignalIsAFlag() async {
    await #expect(processExitsWith: .exitCode(130)) {
      Interrupt.install()
      if Interrupt.isRequested { exit(1) }
      send(SIGINT)
      wait { Interrupt.isRequested }
      do throws(Interrupted) {
        try Interrupt.check(hint: "go on")
      } catch {
        exit(error.hint == "go on" ? error.exitCode : 2)
      }
    }
  }

  @Test func whoAskedToStopIsNotForgottenWhenMoreWorkBegins() async {
    await #expect(processExitsWith: .exitCode(130)) {
      Interrupt.install()
      send(SIGINT)
      wait { Interrupt.isRequested }
      Interrupt.install()
      exit(Interrupt.isRequested ? 130 : 2)
    }
  }

  @Test func givenBackTheFirstSignalEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      Interrupt.install()
      Interrupt.uninstall()
      send(SIGTERM)
      wait { false }
      exit(3)
    }
  }

  @Test(arguments: [SIGINT: 130, SIGTERM: 143])
  func theSecondSignalEndsTheProcess(number: Int32, code: Int32) async {
    await #expect(processExitsWith: .exitCode(code)) { [number] in
      Interrupt.install()
      send(number)
      wait { Interrupt.isRequested }
      send(number)
      wait { false }
      exit(3)
    }
  }
}

/// To the process, as a terminal does: the threads that tests run on may block signals.
private func send(_ number: Int32) {
  kill(getpid(), number)
}

/// Returns as soon as the condition holds, or after ten seconds.
private func wait(until condition: () -> Bool) {
  for _ in 0..<10_000 where !condition() { usleep(1000) }
}
