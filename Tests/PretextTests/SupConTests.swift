import Foundation
import Pretext
import TestSupport
import Testing
import Torch

@Suite struct SupConTests {
  @Test func isTheMeanOverPositivesOutsideTheLogarithm() {
    // Images e₁, e₁ and e₂, e₂ of classes 0, 0, 1, identical views. At τ = 1 a row at e₁ has three
    // positives at cosine 1 and two negatives at 0; the row at e₂ one positive and four negatives.
    let z = Tensor([1, 0, 1, 0, 0, 1] as [Float], shape: [3, 2])
    let e = exp(1.0)
    let (first, last) = (-1 + log(3 * e + 2), -1 + log(e + 4))
    let loss = supConLoss(z, z, labels: Tensor([0, 0, 1]), temperature: 1)
    #expect(abs(loss.scalar - (4 * first + 2 * last) / 6) < 1e-5)
    // One class, unequal positives: e₁'s row has positives at cosines 1, 0, 0.
    let two = Tensor([1, 0, 0, 1] as [Float], shape: [2, 2])
    let mixed = supConLoss(two, two, labels: Tensor([5, 5]), temperature: 1)
    #expect(abs(mixed.scalar - (log(e + 2) - 1.0 / 3)) < 1e-5)
  }

  @Test func isNTXentIfEveryImageIsAClassOfItsOwn() {
    let random = RandomStream(seed: 3)
    let (z0, z1) = (random.normal([9, 5]), random.normal([9, 5]))
    let loss = supConLoss(z0, z1, labels: .range(to: 9), temperature: 0.2)
    #expect(isClose(loss, ntXent(z0, z1, temperature: 0.2)))
  }

  @Test func imagesWithoutALabelChangeNothing() {
    let random = RandomStream(seed: 4)
    let (z0, z1) = (random.normal([6, 5]), random.normal([6, 5]).requiringGradient())
    let some = supConLoss(
      z0, z1, labels: Tensor([0, 1, -100, 0, -100, 1]), temperature: 0.1)
    let labelled = Tensor([0, 1, 3, 5])
    let without = supConLoss(
      z0.rows(labelled), z1.rows(labelled), labels: Tensor([0, 1, 0, 1]), temperature: 0.1)
    #expect(isClose(some, without))
    let none = supConLoss(
      z0, z1, labels: Tensor(Array(repeating: -100, count: 6)), temperature: 0.1)
    none.backward()
    #expect(none.scalar == 0)
    #expect(z1.gradient.map { isClose($0, .zeros([6, 5])) } ?? true)
  }

  @Test func isABaselineThatIsGivenLabels() throws {
    #expect(SupCon.card.family == nil && SupCon.card.usesLabels)
    #expect(throws: PretextError.self) {
      try SupCon(SupCon.Options(), tinyContext(classes: 0))
    }
  }
}
