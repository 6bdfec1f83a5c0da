import Images
import Testing

private let labels: [Int?] = (0..<1200).map { $0 % 11 == 0 ? nil : $0 % 5 }
private let training = labels.indices.filter { $0 % 4 != 3 }

private func noisy(
  _ noise: LabelNoise, _ share: Double, seed: UInt64 = 1, training: [Int] = training
) -> [Int?] {
  noise.applied(to: labels, training: training, share: share, classes: 5, seed: seed)
}

struct LabelNoiseTests {
  @Test(
    "A share of the training labels is wrong, no test label is, and none is missing or invented",
    arguments: LabelNoise.allCases, [0, 0.1, 0.2, 0.5, 1])
  func share(noise: LabelNoise, share: Double) {
    let changed = noisy(noise, share)
    let wrong = labels.indices.filter { changed[$0] != labels[$0] }
    let labelled = training.count { labels[$0] != nil }
    #expect(wrong.count == Int((share * Double(labelled)).rounded()))
    #expect(Set(training).isSuperset(of: wrong))
    #expect(changed.indices.allSatisfy { (changed[$0] == nil) == (labels[$0] == nil) })
    #expect(changed.compactMap(\.self).allSatisfy { (0..<5).contains($0) })
  }

  @Test("More noise contains less, by the same wrong labels", arguments: LabelNoise.allCases)
  func nesting(noise: LabelNoise) {
    var less = labels
    for share in [0.1, 0.2, 0.37, 0.8, 1] {
      let more = noisy(noise, share)
      #expect(labels.indices.allSatisfy { less[$0] == labels[$0] || more[$0] == less[$0] })
      less = more
    }
  }

  @Test("Symmetric noise draws every other class alike, asymmetric noise the next one")
  func classes() {
    var moves: [Int: Int] = [:]
    for (clean, wrong) in zip(labels, noisy(.symmetric, 1)) {
      if let clean, let wrong, clean != wrong { moves[(wrong - clean + 5) % 5, default: 0] += 1 }
    }
    let total = Double(moves.values.reduce(0, +))
    #expect(moves.keys.sorted() == [1, 2, 3, 4])
    // 4 binomial deviations.
    let slack = 4 * (total * 0.25 * 0.75).squareRoot()
    #expect(moves.values.allSatisfy { abs(Double($0) - total / 4) < slack })
    for (clean, wrong) in zip(labels, noisy(.asymmetric, 0.6)) where clean != wrong {
      #expect(wrong == clean.map { ($0 + 1) % 5 })
    }
  }

  @Test("The seed decides, not the order of the indices")
  func seeds() {
    #expect(noisy(.symmetric, 0.3) == noisy(.symmetric, 0.3, training: training.reversed()))
    #expect(noisy(.symmetric, 0.3) != noisy(.symmetric, 0.3, seed: 2))
  }

  @Test("Shares beyond 1, a single class and labels out of range trap")
  func badInput() async {
    await #expect(processExitsWith: .failure) {
      _ = LabelNoise.symmetric.applied(to: [0], training: [0], share: 1.1, classes: 2, seed: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = LabelNoise.symmetric.applied(to: [0], training: [0], share: 0.5, classes: 1, seed: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = LabelNoise.asymmetric.applied(to: [7], training: [0], share: 1, classes: 2, seed: 1)
    }
  }
}
