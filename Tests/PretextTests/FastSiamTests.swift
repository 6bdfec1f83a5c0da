import Augment
import Pretext
import TestSupport
import Testing
import Torch

@Suite struct FastSiamTests {
  @Test func eachViewPredictsTheMeanOfTheOthers() {
    let p = [[1.0, 0], [0, 1], [1, 1]].map { Tensor($0, shape: [1, 2]).to(.float32) }
    let z = [[1.0, 0], [0, 2], [0, 4]].map { Tensor($0, shape: [1, 2]).to(.float32) }
    // Means of the others: (0, 3), (0.5, 2), (0.5, 1).
    let cosines = [0, 2 / 4.25.squareRoot(), 1.5 / (2 * 1.25).squareRoot()]
    let expected = -cosines.reduce(0, +) / 3
    #expect(abs(fastSiamLoss(predictions: p, embeddings: z).scalar - expected) < 1e-6)
  }

  @Test func withTwoViewsItIsSimSiam() {
    let random = RandomStream(seed: 1)
    let (p, z) = (
      (0..<2).map { _ in random.normal([5, 4]) }, [5, 5].map { random.normal([$0, 4]) }
    )
    let both = (simSiamLoss(p[0], z[1]) + simSiamLoss(p[1], z[0])) / 2
    #expect(isClose(fastSiamLoss(predictions: p, embeddings: z), both))
  }

  @Test func noGradientFlowsToTheTarget() {
    let random = RandomStream(seed: 1)
    let p = (0..<3).map { _ in random.normal([5, 4]).requiringGradient() }
    let z = (0..<3).map { _ in random.normal([5, 4]).requiringGradient() }
    fastSiamLoss(predictions: p, embeddings: z).backward()
    #expect(p.allSatisfy { $0.gradient != nil } && z.allSatisfy { $0.gradient == nil })
  }

  @Test func asksForFourViewsAndRefusesOne() throws {
    #expect(FastSiam.views(FastSiam.Options(), imageSize: 32).count == 4)
    #expect(throws: PretextError.self) {
      try FastSiam.make(changing: ["views": .number(1)], tinyContext())
    }
  }
}
