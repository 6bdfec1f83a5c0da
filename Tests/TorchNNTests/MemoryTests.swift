import Foundation
import Testing
import Torch
import TorchNN

@Suite("Memory")
struct MemoryTests {
  /// The growth is some 64 KiB; it was 5.8 MB with one handle in a hundred leaked on purpose.
  @Test("10,000 training steps leave resident memory where it was")
  func flat() async {
    await #expect(processExitsWith: .success) {
      Machine.threads = 1
      let random = RandomStream(seed: 1)
      let network = Sequential([
        Linear(16, 32, random: random), BatchNorm(32), ReLU(), Linear(32, 4, random: random),
      ])
      let optimizer = Optimizer(.adamW(weightDecay: 0.01), network.parameters)
      let images = random.normal([8, 16])
      let labels = random.integers([8], in: 0..<4)
      func train(_ steps: Int) {
        for _ in 0..<steps {
          let loss = withAutocast(.bfloat16, on: .cpu) { network(images) }
            .to(.float32).crossEntropy(labels)
          optimizer.clearGradients()
          loss.backward()
          optimizer.clipGradients(to: 1)
          optimizer.step(learningRate: 1e-3)
          precondition(loss.scalar.isFinite)
        }
      }
      train(1000)
      let before = residentBytes()
      train(10_000)
      exit(residentBytes() - before < 1 << 20 ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }
}

/// Resident memory of this process.
private func residentBytes() -> Int {
  let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(
    separator: " ")
  return (fields.flatMap { Int($0[1]) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
